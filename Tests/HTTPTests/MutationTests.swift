/// Thousands of damaged requests: none may crash the reader, and none may be read in two ways.
import Testing

@testable import HTTP

struct MutationTests {
    /// The same seed gives the same requests, so a failing seed is a bug report.
    @Test(arguments: UInt64(0)..<40)
    func everyArrivalGivesTheSame(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for _ in 0..<100 {
            let octets = Self.mutated(&random)
            let whole = outcomes(of: [octets[...]], limits: Self.limits, ending: true)
            let single = outcomes(of: octets.indices.map { octets[$0...$0] }, limits: Self.limits, ending: true)
            #expect(single == whole, "\(text(octets).debugDescription)")
            let first = Int(random.next() % UInt64(octets.count + 1))
            let second = first + Int(random.next() % UInt64(octets.count - first + 1))
            let parts = [octets[..<first], octets[first..<second], octets[second...]]
            #expect(outcomes(of: parts, limits: Self.limits, ending: true) == whole, "\(text(octets).debugDescription)")
        }
    }

    /// Proof that the mutations reach past the first line: of all ways to fail, most are met.
    @Test func theMutationsMeetMostRefusals() {
        var random = SplitMix64(state: 1)
        var met: Set<Refusal> = []
        var accepted = 0
        for _ in 0..<4_000 {
            for outcome in outcomes(of: [Self.mutated(&random)[...]], limits: Self.limits, ending: true) {
                if case .refused(let refusal) = outcome { met.insert(refusal) }
                if case .request = outcome { accepted += 1 }
            }
        }
        #expect(met.count >= 20)
        #expect(accepted >= 1_000)
    }

    private static let limits = Limits(
        targetOctets: 64, headOctets: 256, fieldCount: 8, bodyOctets: 64, chunkExtensionOctets: 16, trailerOctets: 32)

    private static let seeds = [
        "GET /a?b=c HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nA: b\r\n\r\n",
        "POST http://a/b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    ].map { Array($0.utf8) }

    private static let fragments = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", "%", "#", "0", "f", "\r\n\r\n", "\r\n ", "HTTP/1.0", "HTTP/1.2",
        "Host: b\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "CONNECT ", "Expect: x\r\n", "é",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ].map { Array($0.utf8) }

    /// One or two requests with up to three pieces of damage.
    private static func mutated(_ random: inout SplitMix64) -> [UInt8] {
        var octets = random.element(of: seeds)
        if random.next() % 2 == 0 { octets += random.element(of: seeds) }
        for _ in 0..<random.next() % 4 where !octets.isEmpty {
            let position = Int(random.next() % UInt64(octets.count))
            let end = min(octets.count, position + Int(random.next() % 8))
            switch random.next() % 5 {
            case 0: octets[position] = UInt8(truncatingIfNeeded: random.next())
            case 1: octets.insert(contentsOf: random.element(of: fragments), at: position)
            case 2: octets.removeSubrange(position..<end)
            case 3: octets.insert(contentsOf: octets[position..<end], at: position)
            default: octets.replaceSubrange(position..<end, with: random.element(of: fragments))
            }
        }
        return octets
    }
}

/// The generator of that name: a counter, and a mixing of it.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }
}
