/// Feeds octets to a reader in every way they can arrive and says what came out.
///
/// The one helper that every table of requests goes through: a row that is right only when it arrives whole is wrong.
import Testing

@testable import HTTP

/// What a reader gave, reduced to what the tables compare.
enum Reading: Equatable, CustomStringConvertible {
    case request(Received)
    case refused(Refusal)
    /// Nothing more came out and the reader waits.
    case waiting
    case ended

    var description: String {
        switch self {
        case .request(let request): "\(request)"
        case .refused(let refusal): "refused: \(refusal)"
        case .waiting: "waiting"
        case .ended: "ended"
        }
    }

    static func malformed(_ malformation: Refusal.Malformation) -> Reading { .refused(.malformed(malformation)) }
}

/// A request as text; the defaults let a row say only what is unusual.
struct Received: Equatable, CustomStringConvertible {
    var method = Request.Method.get
    var path = "/"
    var query: String?
    var body = ""
    var isPersistent = true
    var isHTTP10 = false

    var description: String {
        "\(method.rawValue) \(path)\(query.map { "?" + $0 } ?? "") \(body.debugDescription)"
            + "\(isHTTP10 ? " HTTP/1.0" : "")\(isPersistent ? "" : " closing")"
    }
}

extension Received {
    init(_ request: borrowing Request) {
        self.init(
            method: request.method, path: text(request.path), query: request.query.map(text),
            body: text(request.body), isPersistent: request.isPersistent, isHTTP10: request.isHTTP10)
    }
}

func text(_ octets: some Collection<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }

extension RequestReader {
    mutating func receive(_ octets: some Sequence<UInt8>) {
        Array(octets).withUnsafeBytes { _ = receive($0) }
    }

    /// Everything that can be said now; `expectsContinue` is passed over.
    mutating func outcomes() -> [Reading] {
        var outcomes: [Reading] = []
        while true {
            switch next() {
            case .incomplete: return outcomes
            case .expectsContinue: continue
            case .request(let request): outcomes.append(.request(Received(request)))
            case .refused(let refusal): outcomes.append(.refused(refusal))
            case .ended: return outcomes + [.ended]
            }
        }
    }
}

/// What comes out of `parts`, received one after the other; ends with `waiting` or `ended`.
func outcomes(of parts: [ArraySlice<UInt8>], limits: Limits = Limits(), ending: Bool = false) -> [Reading] {
    var reader = RequestReader(limits: limits)
    var all: [Reading] = []
    for part in parts {
        reader.receive(part)
        all += reader.outcomes()
        if all.last == .ended { return all }
    }
    if ending {
        reader.endOfInput()
        all += reader.outcomes()
    }
    return all.last == .ended ? all : all + [.waiting]
}

/// What comes out of `octets` when they arrive whole, after checking that the same comes out when they arrive octet
/// by octet, and in two parts split at every position.
func outcomes(
    everyWay octets: [UInt8], limits: Limits = Limits(), ending: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
) -> [Reading] {
    let whole = outcomes(of: [octets[...]], limits: limits, ending: ending)
    let single = outcomes(of: octets.indices.map { octets[$0...$0] }, limits: limits, ending: ending)
    #expect(single == whole, "octet by octet", sourceLocation: sourceLocation)
    // A long input is split at fewer places, but near both ends at all.
    for split in octets.indices where octets.count < 600 || split < 100 || split % 97 == 0 {
        let inTwo = outcomes(of: [octets[..<split], octets[split...]], limits: limits, ending: ending)
        #expect(inTwo == whole, "split at \(split)", sourceLocation: sourceLocation)
    }
    return whole
}

/// One row of a table of requests: the section that decides it, the octets, and what must come out of them.
struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let section: String
    let octets: [UInt8]
    let limits: Limits
    let expected: Reading

    init(_ section: String, _ name: String, _ wire: String, limits: Limits = Limits(), _ expected: Reading) {
        self.init(section, name, octets: Array(wire.utf8), limits: limits, expected)
    }

    init(_ section: String, _ name: String, octets: [UInt8], limits: Limits = Limits(), _ expected: Reading) {
        self.section = section
        self.name = name
        self.octets = octets
        self.limits = limits
        self.expected = expected
    }

    var testDescription: String { "\(section): \(name)" }

    /// Runs the row in every way, alone and with a request after it. The next request comes out after an accepted
    /// one; after a refused one nothing does, for its octets might be anything.
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        let alone: [Reading]
        let followed: [Reading]
        switch expected {
        case .request(let request):
            alone = [.request(request), .waiting]
            followed = [.request(request), .request(Received(path: "/next")), .waiting]
        case .refused(let refusal):
            alone = [.refused(refusal), .ended]
            followed = alone
        case .waiting, .ended:
            alone = [expected]
            followed = []
        }
        #expect(outcomes(everyWay: octets, limits: limits) == alone, sourceLocation: sourceLocation)
        if followed.isEmpty { return }
        let next = Array("GET /next HTTP/1.1\r\nHost: n\r\n\r\n".utf8)
        #expect(outcomes(everyWay: octets + next, limits: limits) == followed, sourceLocation: sourceLocation)
    }
}
