// What each kind of reply means, for a query and for a mutation: the second may have been applied.
import JSON
import Outbound
import Testing

@testable import Centra

private struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let status: Int
    let body: String
    /// Nil: no failure.
    let query: FailureKind?
    let mutation: FailureKind?

    init(_ name: String, _ status: Int, _ body: String, query: FailureKind?, mutation: FailureKind?) {
        (testDescription, self.status, self.body) = (name, status, body)
        (self.query, self.mutation) = (query, mutation)
    }

    var reply: OutboundReply { OutboundReply(status: status, body: Array(body.utf8)) }
}

private let html = "<html><body>Bad gateway</body></html>"

private func errors(_ message: String, _ category: String = "", path: String = "", data: String = "null") -> String {
    """
    {"errors": [{"message": "\(message)", "extensions": {"category": "\(category)"}, "path": [\(path)]}], "data": \(data)}
    """
}

private let rows = [
    Row("a redirect", 302, "", query: .configuration, mutation: .ambiguous),
    Row("401", 401, #"{"errors": [{"message": "Unauthenticated"}]}"#, query: .configuration, mutation: .configuration),
    Row("403 as HTML", 403, html, query: .configuration, mutation: .configuration),
    Row("404: a wrong address", 404, html, query: .configuration, mutation: .configuration),
    Row("413", 413, "", query: .permanent, mutation: .permanent),
    Row("500", 500, #"{"errors": []}"#, query: .transient, mutation: .ambiguous),
    Row("502 as HTML", 502, html, query: .transient, mutation: .ambiguous),
    Row("503", 503, "", query: .transient, mutation: .ambiguous),
    Row("200 with HTML", 200, html, query: .transient, mutation: .ambiguous),
    Row("200 with nothing", 200, "", query: .transient, mutation: .ambiguous),
    Row("200, cut off", 200, #"{"data": {"rateLi"#, query: .transient, mutation: .ambiguous),
    Row("200 with a list", 200, "[]", query: .transient, mutation: .ambiguous),
    Row("200 without data", 200, "{}", query: .transient, mutation: .ambiguous),
    Row("200 with null", 200, #"{"data": null}"#, query: .transient, mutation: .ambiguous),
    Row("a missing member", 200, #"{"data": {"rateLimits": [{}], "x": 1}}"#, query: .permanent, mutation: .ambiguous),
    Row("a missing payload", 200, #"{"data": {}}"#, query: .permanent, mutation: .ambiguous),
    Row("a wrong kind of payload", 200, #"{"data": {"confirmEvents": 3}}"#, query: .permanent, mutation: .ambiguous),
    Row(
        "no userErrors", 200, #"{"data": {"confirmEvents": {"userWarnings": []}}}"#, query: .permanent,
        mutation: .ambiguous),
    Row(
        "no permission, not entered", 200, errors("You need Event:write permission to access x", path: "\"x\""),
        query: .configuration, mutation: .configuration),
    Row(
        "no permission for what a mutation answers", 200,
        errors("You need Event:read permission to access y", "authorization", path: #""confirmEvents", "y""#),
        query: .configuration, mutation: .ambiguous),
    Row(
        "an error beside a mutation's data", 200,
        errors("?", "authorization", data: #"{"confirmEvents": {"userErrors": [], "userWarnings": []}}"#),
        query: .configuration, mutation: .ambiguous),
    Row(
        "schema drift", 200, errors(#"Cannot query field \"x\" on type \"Y\"."#, "graphql"), query: .permanent,
        mutation: .permanent),
    Row("schema drift with 400", 400, errors("?", "graphql"), query: .permanent, mutation: .permanent),
    Row("400 without a reason", 400, html, query: .permanent, mutation: .permanent),
    Row(
        "a limit without 429", 200, errors("Too many requests today"), query: .throttled(until: nil),
        mutation: .throttled(until: nil)),
    Row(
        "the server could not", 200, errors("Internal server error", "internal"), query: .transient,
        mutation: .ambiguous),
    Row("nobody knows", 200, errors("Anna Berg is sad"), query: .transient, mutation: .ambiguous),
    Row("errors that are no list", 200, #"{"errors": {}, "data": null}"#, query: .transient, mutation: .ambiguous),
    Row("empty errors", 200, #"{"errors": [], "data": {"rateLimits": []}}"#, query: nil, mutation: .ambiguous),
    Row(
        "a refusal that passes", 200,
        #"{"data": {"confirmEvents": {"userErrors": [{"message": "Please try again later", "path": null}], "userWarnings": []}}}"#,
        query: .permanent, mutation: .transient),
    Row(
        "a refusal that passes, beside what was to be made", 200,
        #"{"data": {"createReturn": {"return": {"id": 1}, "userErrors": [{"message": "Please try again later"}], "userWarnings": []}}}"#,
        query: .permanent, mutation: .ambiguous),
    Row(
        "well", 200, #"{"data": {"confirmEvents": {"userErrors": [], "userWarnings": []}}}"#, query: .permanent,
        mutation: nil),
]

@Test(arguments: rows)
private func aReplyMeansWhatItMeans(_ row: Row) {
    let query = Envelope(.rateLimits, schema: .assumed).read(row.reply).result
    let mutation = Envelope(.confirmEvents([1]), schema: .assumed).read(row.reply).result
    #expect(query.failure?.kind == row.query, "\(query)")
    #expect(mutation.failure?.kind == row.mutation, "\(mutation)")
    #expect("\(query)\(mutation)".contains("Anna") == false)
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

@Test(arguments: [
    (
        #"{"rateLimits": [{"type": "X", "intervalSeconds": "Y", "quota": "12", "usedQuota": 0.5, "remainingQuota": 1}]}"#,
        "data.rateLimits[0].usedQuota is no integer"
    ),
    (
        #"{"rateLimits": [{"type": "X", "intervalSeconds": "Y", "quota": 12, "usedQuota": 1}]}"#,
        "data.rateLimits[0].remainingQuota is missing"
    ),
    (#"{"rateLimits": 7}"#, "data.rateLimits is no list"),
    (#"{"rateLimits": [7]}"#, "data.rateLimits[0] is no object"),
])
func aMisfitNamesItsPlace(data: String, text: String) {
    let reply = OutboundReply(status: 200, body: Array(#"{"data": \#(data)}"#.utf8))
    let failure = Envelope(.rateLimits, schema: .assumed).read(reply).result.failure
    #expect(failure?.text.hasSuffix(text) == true, "\(String(describing: failure))")
}

@Test
func whatIsUnknownIsKeptAndNumbersMayBeTexts() throws {
    let row = #"{"type": "NEW", "intervalSeconds": "ONE_HOUR", "quota": "12", "usedQuota": 1.0, "remainingQuota": 11}"#
    let reply = OutboundReply(status: 200, body: Array(#"{"data": {"rateLimits": [\#(row)]}}"#.utf8))
    let limit = try #require(try Envelope(.rateLimits, schema: .assumed).read(reply).result.get().value().first)
    #expect(limit.kind == .unknown("NEW"))
    #expect(limit.interval == .known(.oneHour))
    #expect(limit.quota == 12)
    #expect(limit.quotaRow == nil)
}
