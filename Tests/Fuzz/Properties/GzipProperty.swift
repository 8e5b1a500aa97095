// Gzip: what comes out is never more than the limit, and the limit decides nothing else.
@testable import Webhooks

enum GzipProperty {
    private static let limit = 1 << 16

    static func check(_ body: [UInt8]) throws(Violation) {
        let outcome = inflate(body, limit)
        guard case .success(let content) = outcome else { return }
        try require(content.count <= limit, "\(content.count) octets came out")
        try require(inflate(body, content.count) == outcome, "as much room as it needs is not enough")
        if content.isEmpty { return }
        try require(inflate(body, content.count - 1) == .failure(.contentTooLarge), "it fits into less than it needs")
        try require(inflate(body + [0], limit) == .failure(.contentMalformed), "an octet behind it is passed over")
        try require(inflate(body.dropLast(), limit) == .failure(.contentMalformed), "its last octet is not needed")
    }

    private static func inflate(_ body: [UInt8], _ limit: Int) -> Result<[UInt8], Rejection> {
        Result { () throws(Rejection) in try Gzip.inflate(body[...], limit: limit) }
    }
}
