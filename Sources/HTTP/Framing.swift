/// How the end of a request's body is known (RFC 9112 section 6.3). Where two readings are possible the request is
/// refused: a proxy in front that reads it the other way would let one request hide in another's body.
enum Framing: Equatable, Sendable {
    /// So many octets after the head; 0 when neither field is there.
    case length(Int)
    case chunked

    /// The steps are those of RFC 9112 section 6.3 that concern requests, in its order.
    init(of fields: Fields, in octets: Span<UInt8>, isHTTP10: Bool) throws(Refusal) {
        let length = fields.occurrence(of: .contentLength, in: octets)
        switch (fields.occurrence(of: .transferEncoding, in: octets), length) {
        // Step 3: both. The RFC allows a server to go on with the coding; section 11.2 says why it should not.
        case (.once, .once), (.once, .repeatedly), (.repeatedly, .once), (.repeatedly, .repeatedly):
            throw .malformed(.contentLengthAndTransferEncoding)

        // Section 6.1: a coding in HTTP/1.0 is faulty framing.
        case (.once, .never) where isHTTP10, (.repeatedly, .never) where isHTTP10:
            throw .malformed(.transferEncodingInHTTP10)

        // Step 4: the coding. Section 6.1 gives 501 for one that is not understood, this step 400 where chunked is not
        // the last. We understand nothing but chunked alone, so 501 is true of all the others.
        case (.repeatedly, .never):
            throw .unknownTransferCoding
        case (.once(let coding), .never):
            guard octets.equalsIgnoringCase("chunked", in: coding) else { throw .unknownTransferCoding }
            self = .chunked

        // Step 5: a length that is not one number. Section 6.3 would let equal repeats pass; nobody needs them.
        case (.never, .repeatedly):
            throw .malformed(.contentLengthRepeated)

        // Step 6: the length.
        case (.never, .once(let value)):
            guard let length = octets.decimal(in: value) else { throw .malformed(.contentLengthInvalid) }
            self = .length(length)

        // Step 7: neither.
        case (.never, .never):
            self = .length(0)
        }
    }
}
