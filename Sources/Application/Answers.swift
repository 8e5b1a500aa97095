// Everything that we ever answer, in one place. A refusal says no more than its status does.
import HTTP
import Operations
import Webhooks

enum Answers {
    static let alive = Response.text(.ok, "ok\n")
    static let notFound = Response.text(.notFound, "not found\n")
    static let forbidden = Response.text(.forbidden, "actions are taken on the operator socket only\n")
    static let tooLarge = Response.text(.contentTooLarge, "content too large\n")

    static let malformedContent = Response.text(.badRequest, "the body is not the gzip that it says it is\n")
    /// RFC 9110, sections 12.5.3 and 15.5.16: which coding would have been understood.
    static let unknownCoding = with(
        .text(.unsupportedMediaType, "unsupported content coding\n"), "Accept-Encoding", "gzip")

    /// RFC 9110, section 15.5.2: a 401 names a scheme. Which part of the signature was wrong is not said.
    static let unauthorized = with(.text(.unauthorized, "unauthorized\n"), "WWW-Authenticate", "X-Centra-Signature")

    /// Not able to make it durable just now; the sender keeps it and tries again.
    static let unavailable = with(.text(.serviceUnavailable, "not now\n"), "Retry-After", "5")

    /// The answer to a body that could not be read; nil when the delivery was refused for another reason, which is not
    /// told.
    static func refusal(ofContent rejection: Rejection) -> Response? {
        switch rejection {
        case .contentCodingUnknown: unknownCoding
        case .contentMalformed: malformedContent
        case .contentTooLarge: tooLarge
        case .signatureMissing, .signatureMalformed, .signatureMismatch, .timestampOutsideTolerance, .unknownToken,
            .addressNotAllowed:
            nil
        }
    }

    static func methodNotAllowed(_ allowed: String) -> Response {
        with(.text(.methodNotAllowed, "method not allowed\n"), "Allow", allowed)
    }

    static func readiness(_ readiness: Readiness) -> Response {
        readiness.isReady
            ? .json(.ok, readiness.body) : with(.json(.serviceUnavailable, readiness.body), "Retry-After", "5")
    }

    static func json(_ body: [UInt8]) -> Response { .json(.ok, body) }
    /// For operators, who may know what there is.
    static func missing(_ text: String) -> Response { .text(.notFound, text + "\n") }
    static func badRequest(_ text: String) -> Response { .text(.badRequest, text + "\n") }
    static func conflict(_ text: String) -> Response { .text(.conflict, text + "\n") }
    static func failed(_ text: String) -> Response { .text(.internalServerError, text + "\n") }

    static func metrics(_ text: String) -> Response {
        Response(.ok, fields: [Response.Field("Content-Type", MetricsPage.contentType)], body: Array(text.utf8))
    }

    private static func with(_ response: Response, _ name: String, _ value: String) -> Response {
        var response = response
        response.fields.append(Response.Field(name, value))
        return response
    }
}
