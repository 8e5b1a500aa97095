// Everything that we ever answer, in one place. A refusal says no more than its status does.
import HTTP
import Operations

enum Answers {
    static let alive = Response(.ok, text: "ok\n")
    static let notFound = Response(.notFound, text: "not found\n")
    static let forbidden = Response(.forbidden, text: "actions are taken on the operator socket only\n")
    static let tooLarge = Response(.contentTooLarge, text: "content too large\n")

    /// RFC 9110, section 15.5.2: a 401 names a scheme. Which part of the signature was wrong is not said.
    static let unauthorized = Response(
        .unauthorized, text: "unauthorized\n", fields: [("WWW-Authenticate", "X-Centra-Signature")])

    /// Not able to make it durable just now; the sender keeps it and tries again.
    static let unavailable = Response(.serviceUnavailable, text: "not now\n", fields: [("Retry-After", "5")])

    static func methodNotAllowed(_ allowed: String) -> Response {
        Response(.methodNotAllowed, text: "method not allowed\n", fields: [("Allow", allowed)])
    }

    static func readiness(_ readiness: Readiness) -> Response {
        readiness.isReady
            ? Response(.ok, json: readiness.body)
            : Response(.serviceUnavailable, json: readiness.body, fields: [("Retry-After", "5")])
    }

    static func json(_ body: [UInt8]) -> Response { Response(.ok, json: body) }
    static func badRequest(_ text: String) -> Response { Response(.badRequest, text: text + "\n") }
    static func conflict(_ text: String) -> Response { Response(.conflict, text: text + "\n") }
    static func failed(_ text: String) -> Response { Response(.internalServerError, text: text + "\n") }

    static func metrics(_ text: String) -> Response {
        Response(.ok, body: Array(text.utf8), contentType: MetricsPage.contentType)
    }
}
