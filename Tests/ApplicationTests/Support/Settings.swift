// A configuration for tests, and the journal options that go with it.
import Journal
import POSIX
import Webhooks

@testable import Application

extension Configuration {
    /// Two brands; `acme` has every door open. Small queues, so that limits are met.
    static func forTests(brands: [Brand] = [.acme, .bare]) -> Configuration {
        Configuration(
            server: Server(
                publicListen: .tcp(address("127.0.0.1"), port: 0), operatorListen: .tcp(address("127.0.0.1"), port: 0),
                trustedProxies: networks("127.0.0.1", "10.0.0.0/8"), bodyLimit: 1 << 20, connectionLimit: 100,
                headDeadline: 10_000, bodyDeadline: 30_000, answerDeadline: 30_000,
                idleDeadline: 75_000, drainDeadline: 10_000),
            journal: Journal(
                directory: "", segmentSize: 64 << 10, sizeLimit: 1 << 20, replayWindow: 86_400_000,
                redeliveryWindow: 86_400_000),
            queues: Queues(
                backlogLimit: 100, deadLetterLimit: 5, attemptLimit: 3, firstBackoff: 1_000, longestBackoff: 60_000),
            brands: brands)
    }
}

extension Configuration.Brand {
    static let acme = Configuration.Brand(
        name: "acme", mode: .observe, centraSecrets: [Secret(Sent.secret)], centraToleranceInSeconds: 300,
        salesOrderPrefix: "C-", callbackLimit: 1_000, callbackAddresses: [],
        tokens: ["AvailabilityChanges": [Sent.hash(Sent.token)], "Returns": [Sent.hash(Sent.token)]])

    /// Takes nothing.
    static let bare = Configuration.Brand(
        name: "bare", mode: .observe, centraSecrets: [], centraToleranceInSeconds: 300, salesOrderPrefix: "C-",
        callbackLimit: 1_000, callbackAddresses: [], tokens: [:])
}

extension JournalOptions {
    static func forTests(_ clock: HandClock, segmentOctets: Int = 64 << 10, sizeLimit: Int = 1 << 20) -> JournalOptions
    {
        JournalOptions(
            segmentOctets: segmentOctets, sizeLimit: sizeLimit, now: { clock.wallMicroseconds() },
            identity: { () throws(Errno) -> JournalIdentity in JournalIdentity(high: 1, low: 2) })
    }
}

func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is an address") }
    return address
}

func networks(_ texts: String...) -> [IPNetwork] { texts.compactMap { IPNetwork($0) } }
