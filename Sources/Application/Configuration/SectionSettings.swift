// The settings of [server], [journal] and [queues]: key, kind, limits, and what stands for a key that is left out. Then
// how they must fit each other.
import Journal
import POSIX

private let second = 1_000
private let minute = 60 * second
private let hour = 60 * minute
private let day = 24 * hour
private let kibibyte = 1 << 10
private let mebibyte = 1 << 20
private let gibibyte = 1 << 30

extension Configuration.Server {
    /// A record holds a delivery's kept form, its event and reason beside the body: half of the largest one is room
    /// enough for them.
    static let bodyLimits = kibibyte...RecordLimits.contentOctets / 2

    init(_ reader: inout SectionReader) {
        publicListen = reader.value("publicListen", .listenAddress, standard: "127.0.0.1:8080")
        operatorListen = reader.value("operatorListen", .listenAddress, standard: "127.0.0.1:8081")
        trustedProxies = reader.value("trustedProxies", .networks(mayBeEmpty: true), standard: "127.0.0.1 ::1")
        bodyLimit = reader.value("bodyLimit", .octets(Self.bodyLimits), standard: "1 MiB")
        connectionLimit = reader.value("connectionLimit", .count(1...1_000_000), standard: "10000")
        headDeadline = reader.value("headDeadline", .milliseconds(100...10 * minute), standard: "10 s")
        bodyDeadline = reader.value("bodyDeadline", .milliseconds(100...hour), standard: "30 s")
        answerDeadline = reader.value("answerDeadline", .milliseconds(100...hour), standard: "30 s")
        idleDeadline = reader.value("idleDeadline", .milliseconds(100...day), standard: "75 s")
        drainDeadline = reader.value("drainDeadline", .milliseconds(100...10 * minute), standard: "10 s")
        checkAddresses(&reader)
    }

    private func checkAddresses(_ reader: inout SectionReader) {
        reader.require(
            ["publicListen", "operatorListen"], publicListen != operatorListen || publicListen.leavesPortOpen,
            "operatorListen and publicListen are both \(publicListen); operators need an address of their own")
        reader.advise(
            ["operatorListen"], operatorListen.isLocal,
            "operatorListen \(operatorListen) can be reached from other machines and asks for no password")
        let trustsEverybody = trustedProxies.contains { ["0.0.0.0/0", "::/0"].contains($0.description) }
        reader.advise(
            ["trustedProxies"], !trustsEverybody, "trustedProxies believes X-Forwarded-For from every address there is")
    }
}

extension ListenAddress {
    /// Whether only this machine can connect.
    fileprivate var isLocal: Bool {
        switch self {
        case .tcp(let address, _): ["127.0.0.0/8", "::1"].contains { IPNetwork($0)?.contains(address) ?? false }
        case .unix: true
        }
    }

    /// Whether the kernel chooses the port, another one each time.
    fileprivate var leavesPortOpen: Bool {
        if case .tcp(_, port: 0) = self { true } else { false }
    }
}

extension Configuration.Journal {
    /// One segment is written, one stands ready, and one can be removed.
    static let fewestSegments = 3
    /// Octets: the path of the socket in it must not be longer than the kernel takes.
    static let directoryLimit = Sockets.unixPathLimit - OperatorClient.socketName.utf8.count - 1

    init(_ reader: inout SectionReader, _ variables: @escaping SecretLookup) {
        directory = reader.value("directory", .directory(variables), standard: "/var/lib/lockstep/journal")
        segmentSize = reader.value("segmentSize", .octets(16 * mebibyte...gibibyte), standard: "64 MiB")
        sizeLimit = reader.value("sizeLimit", .octets(48 * mebibyte...65_536 * gibibyte), standard: "16 GiB")
        replayWindow = reader.value("replayWindow", .milliseconds(hour...3_650 * day), standard: "14 days")
        redeliveryWindow = reader.value("redeliveryWindow", .milliseconds(minute...30 * day), standard: "48 h")
        checkLimits(&reader)
    }

    private func checkLimits(_ reader: inout SectionReader) {
        reader.require(
            ("sizeLimit", sizeLimit), atLeast: Self.fewestSegments, ("segmentSize", segmentSize), in: .octets)
        reader.require(
            ("replayWindow", Int(replayWindow)), ("redeliveryWindow", Int(redeliveryWindow)), in: .milliseconds,
            because: ": redeliveries are recognised from the journal after a restart")
        reader.require(
            ["directory"], directory.utf8.count <= Self.directoryLimit,
            "directory has \(directory.utf8.count) octets; the operator's socket in it allows \(Self.directoryLimit)")
        reader.advise(
            ["directory"], directory.hasPrefix("/"),
            "directory \(quoted(directory)) is relative to wherever lockstep is started; write a path from /")
    }
}

extension Configuration.Queues {
    init(_ reader: inout SectionReader) {
        backlogLimit = reader.value("backlogLimit", .count(1...10_000_000), standard: "100000")
        deadLetterLimit = reader.value("deadLetterLimit", .count(1...1_000_000), standard: "10000")
        attemptLimit = reader.value("attemptLimit", .count(1...1_000), standard: "8")
        firstBackoff = reader.value("firstBackoff", .milliseconds(1...day), standard: "2 s")
        longestBackoff = reader.value("longestBackoff", .milliseconds(1...7 * day), standard: "10 min")
        reader.require(
            ("longestBackoff", Int(longestBackoff)), ("firstBackoff", Int(firstBackoff)), in: .milliseconds)
    }
}
