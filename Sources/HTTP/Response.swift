/// An answer as a value, and its wire form (RFC 9112 sections 2 and 4).
///
/// `Date` and `Content-Length` are added by `encode`, so no answer is without them; do not put them, nor
/// `Connection`, into `fields`.
package struct Response: Equatable, Sendable {
    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: String

        /// `name` is a token; it comes from our code, never from outside.
        package init(_ name: String, _ value: String) {
            precondition(!name.isEmpty && name.utf8.allSatisfy(OctetSet.token.contains))
            self.name = name
            self.value = value
        }
    }

    package var status: Status
    package var fields: [Field]
    package var body: [UInt8]

    package init(_ status: Status, fields: [Field] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    package static func text(_ status: Status, _ text: String) -> Response {
        Response(status, fields: [Field("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    /// `body` is JSON in UTF-8.
    package static func json(_ status: Status, _ body: [UInt8]) -> Response {
        Response(status, fields: [Field("Content-Type", "application/json")], body: body)
    }

    /// What a refused request is answered with; to be encoded as closing.
    package init(refusing refusal: Refusal) {
        let phrase = refusal.status.reasonPhrase
        guard case .malformed(let malformation) = refusal else {
            self = .text(refusal.status, phrase + "\n")
            return
        }
        self = .text(refusal.status, "\(phrase): \(malformation.rawValue)\n")
    }

    /// The interim answer to `Outcome.expectsContinue` (RFC 9110 section 15.2.1).
    package static let continueOctets = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends the wire form.
    ///
    /// - Parameters:
    ///   - closing: adds `Connection: close`: this is the last answer on the connection;
    ///   - isHead: the request was HEAD: the head is that of a GET, the body is left out (RFC 9110 section 9.3.2).
    package func encode(into octets: inout [UInt8], date: HTTPDate, closing: Bool, isHead: Bool) {
        octets.append(contentsOf: statusLine)
        octets.append(contentsOf: date.octets)
        octets.append(contentsOf: "\r\n".utf8)
        for field in fields { octets.append(field) }
        if !status.isBodiless { octets.append(Field("Content-Length", String(body.count))) }
        if closing { octets.append(Field("Connection", "close")) }
        octets.append(contentsOf: "\r\n".utf8)
        if !isHead, !status.isBodiless { octets.append(contentsOf: body) }
    }

    /// Everything before the date, so that a prepared answer can change the date in its place.
    fileprivate var statusLine: [UInt8] {
        Array("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nDate: ".utf8)
    }
}

extension [UInt8] {
    /// A control in the value would end the field, or the head: it becomes a space (RFC 9110 section 5.5).
    fileprivate mutating func append(_ field: Response.Field) {
        append(contentsOf: field.name.utf8)
        append(contentsOf: ": ".utf8)
        append(contentsOf: field.value.utf8.lazy.map { $0 < 0x20 || $0 == 0x7F ? .space : $0 })
        append(contentsOf: "\r\n".utf8)
    }
}

/// An answer that is encoded in advance; only its date changes, once a second.
package struct PreparedResponse: Sendable {
    private var keeping: [UInt8] = []
    private var closing: [UInt8] = []
    private let dateStart: Int
    private let bodyCount: Int

    package init(_ response: Response, date: HTTPDate) {
        response.encode(into: &keeping, date: date, closing: false, isHead: false)
        response.encode(into: &closing, date: date, closing: true, isHead: false)
        dateStart = response.statusLine.count
        bodyCount = response.status.isBodiless ? 0 : response.body.count
    }

    /// The date of every answer from now on.
    package mutating func setDate(_ date: HTTPDate) {
        keeping.replaceSubrange(dateStart..<dateStart + HTTPDate.octetCount, with: date.octets)
        closing.replaceSubrange(dateStart..<dateStart + HTTPDate.octetCount, with: date.octets)
    }

    /// The same octets as those of `Response.encode`.
    package func octets(closing: Bool, isHead: Bool) -> ArraySlice<UInt8> {
        let octets = closing ? self.closing : keeping
        return isHead ? octets.dropLast(bodyCount) : octets[...]
    }
}
