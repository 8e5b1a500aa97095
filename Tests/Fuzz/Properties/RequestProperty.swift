// Requests: what is read depends on the octets alone and not on their splitting, agrees with a second, simple reading,
// and a refusal is the last word.
@testable import HTTP

enum RequestProperty {
    private static let limits = [
        Limits(),
        Limits(
            targetOctets: 64, headOctets: 256, fieldCount: 8, bodyOctets: 64, chunkExtensionOctets: 16,
            trailerOctets: 32),
    ]

    static func check(_ octets: [UInt8]) throws(Violation) {
        for limits in limits {
            let whole = try readings(of: [octets[...]], limits)
            try compare(whole, with: SimpleReading.requests(in: octets))
            // An input's own octets say where it is cut, so that the same input is always cut in the same places.
            let cut = octets.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % (octets.count + 1)
            let inTwo = try readings(of: [octets[..<cut], octets[cut...]], limits)
            try require(inTwo == whole, "cut at \(cut): \(inTwo), whole: \(whole)")
            let single = try readings(of: octets.indices.map { octets[$0...$0] }, limits)
            try require(single == whole, "octet by octet: \(single), whole: \(whole)")
        }
    }

    enum Reading: Equatable {
        case request(path: [UInt8], body: [UInt8])
        case refused(Refusal)
    }

    private static func readings(of parts: [ArraySlice<UInt8>], _ limits: Limits) throws(Violation) -> [Reading] {
        var reader = RequestReader(limits: limits)
        var readings: [Reading] = []
        for part in parts {
            Array(part).withUnsafeBytes { _ = reader.receive($0) }
            try drain(&reader, into: &readings)
            try require(
                reader.heldOctets <= limits.headOctets + limits.bodyOctets + parts[0].count + limits.trailerOctets,
                "\(reader.heldOctets) octets are held")
        }
        reader.endOfInput()
        try drain(&reader, into: &readings)
        return readings
    }

    private static func drain(_ reader: inout RequestReader, into readings: inout [Reading]) throws(Violation) {
        while true {
            switch reader.next() {
            case .incomplete: return
            case .ended: return
            case .expectsContinue: continue
            case .request(let request):
                if case .refused? = readings.last { throw Violation(text: "a request after a refusal") }
                readings.append(.request(path: Array(request.path), body: Array(request.body)))
            case .refused(let refusal):
                if case .refused? = readings.last { throw Violation(text: "refused twice") }
                readings.append(.refused(refusal))
                try require(reader.heldOctets == 0, "a refused request is held")
            }
        }
    }

    /// Whatever is accepted is a request in the simple reading too, with the same body.
    private static func compare(_ readings: [Reading], with simple: [[UInt8]]) throws(Violation) {
        for (index, reading) in readings.enumerated() {
            guard case .request(_, let body) = reading else { continue }
            try require(index < simple.count, "request \(index) is none in the simple reading")
            try require(body == simple[index], "the body of request \(index) is another in the simple reading")
        }
    }
}
