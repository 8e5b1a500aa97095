/// Request line and request target: RFC 9112 sections 2.2, 2.3 and 3.
import Testing

@testable import HTTP

struct RequestLineTests {
    @Test(arguments: lines + versions + targets + authorities)
    func readsOrRefuses(_ row: Row) { row.check() }

    /// A request with `line` and nothing unusual after it.
    private static func row(_ section: String, _ name: String, _ line: String, _ expected: Reading) -> Row {
        Row(section, name, line + "\r\nHost: a\r\n\r\n", expected)
    }

    static let lines = [
        row("9112 3", "the plain line", "GET / HTTP/1.1", .request(Received())),
        row("9112 3", "two spaces before the target", "GET  / HTTP/1.1", .malformed(.target)),
        row("9112 3", "two spaces before the version", "GET /  HTTP/1.1", .malformed(.target)),
        row("9112 3", "a tab for a space", "GET\t/ HTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "a tab before the version", "GET /\tHTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "a space at the end", "GET / HTTP/1.1 ", .malformed(.requestLine)),
        row("9112 3", "a space at the start", " GET / HTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "a space in the target", "GET /a b HTTP/1.1", .malformed(.target)),
        row("9112 3", "no target", "GET HTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "an empty target", "GET  HTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "a version alone", "HTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "a short line", "GET", .malformed(.requestLine)),
        row("9112 3", "HTTP/0.9", "GET /", .malformed(.requestLine)),
        row("9112 3", "no method", "/ HTTP/1.1", .malformed(.requestLine)),
        row("9112 3", "a space for the method", " / HTTP/1.1", .malformed(.requestLine)),
        row("9110 9.1", "a method that is no token", "G@T / HTTP/1.1", .malformed(.requestLine)),
        row("9110 9.1", "a method in small letters is another", "get / HTTP/1.1", .request(Received(method: .other))),
        row("9110 9.1", "an unknown method", "PURGE-!#$%&'*+.^_`|~9 / HTTP/1.1", .request(Received(method: .other))),
        row("9110 9.3.2", "HEAD", "HEAD / HTTP/1.1", .request(Received(method: .head))),
        row("9110 9.3.3", "POST", "POST / HTTP/1.1", .request(Received(method: .post))),
        row("9110 9.3.4", "PUT", "PUT / HTTP/1.1", .request(Received(method: .put))),
        row("9110 9.3.5", "DELETE", "DELETE / HTTP/1.1", .request(Received(method: .delete))),
        row("5789 2", "PATCH", "PATCH / HTTP/1.1", .request(Received(method: .patch))),
        row("9110 9.3.8", "TRACE is not one of ours", "TRACE / HTTP/1.1", .request(Received(method: .other))),
        Row("9112 2.2", "one empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .request(Received())),
        Row("9112 2.2", "two empty lines", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        Row("9112 2.2", "an empty line of LF", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.bareLineFeed)),
        Row("9112 2.2", "a CR alone before", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.bareCarriageReturn)),
        Row("9112 2.2", "LF for CRLF", "GET / HTTP/1.1\nHost: a\n\n", .malformed(.bareLineFeed)),
        Row("9112 2.2", "CR for CRLF", "GET / HTTP/1.1\rHost: a\r\r", .malformed(.bareCarriageReturn)),
        Row("9112 2.2", "CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", .malformed(.bareCarriageReturn)),
        Row("9112 2.2", "CR NUL", "GET / HTTP/1.1\r\0\nHost: a\r\n\r\n", .malformed(.bareCarriageReturn)),
        Row("9112 2.2", "a CR in the target", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.bareCarriageReturn)),
        Row("9112 2.2", "NUL", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.controlOctet)),
        Row("9112 2.2", "the first octets of TLS", octets: [0x16, 0x03, 0x01, 0x02, 0x00], .malformed(.controlOctet)),
        Row("9112 2.1", "nothing", "", .waiting),
        Row("9112 2.1", "half a head", "GET / HTTP/1.1\r\nHost: a\r\n", .waiting),
    ]

    static let versions = [
        row("9112 2.3", "HTTP/1.0", "GET / HTTP/1.0", .request(Received(isPersistent: false, isHTTP10: true))),
        row("9112 2.3", "HTTP/1.2", "GET / HTTP/1.2", .refused(.unknownVersion)),
        row("9112 2.3", "HTTP/2.0", "GET / HTTP/2.0", .refused(.unknownVersion)),
        row("9112 2.3", "HTTP/0.9 spelled out", "GET / HTTP/0.9", .refused(.unknownVersion)),
        row("9112 2.3", "small letters", "GET / http/1.1", .malformed(.requestLine)),
        row("9112 2.3", "two digits", "GET / HTTP/1.10", .malformed(.requestLine)),
        row("9112 2.3", "no minor", "GET / HTTP/1", .malformed(.requestLine)),
        row("9112 2.3", "no digit", "GET / HTTP/1.x", .malformed(.requestLine)),
        row("9112 2.3", "a comma", "GET / HTTP/1,1", .malformed(.requestLine)),
        row("9112 2.3", "another protocol", "GET / ICAP/1.0", .malformed(.requestLine)),
        Row("9113 3.4", "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused(.unknownVersion)),
    ]

    static let targets = [
        row("9112 3.2.1", "a path", "GET /a/b HTTP/1.1", .request(Received(path: "/a/b"))),
        row("9112 3.2.1", "a query", "GET /a?b=c HTTP/1.1", .request(Received(path: "/a", query: "b=c"))),
        row("9112 3.2.1", "an empty query", "GET /a? HTTP/1.1", .request(Received(path: "/a", query: ""))),
        row("9112 3.2.1", "two question marks", "GET /?a?b HTTP/1.1", .request(Received(query: "a?b"))),
        row("9112 3.2.1", "two slashes", "GET //a.b/c HTTP/1.1", .request(Received(path: "//a.b/c"))),
        row("3986 5.2.4", "dot segments stay", "GET /a/../b HTTP/1.1", .request(Received(path: "/a/../b"))),
        row("3986 2.4", "escapes stay", "GET /%61%2F%2e HTTP/1.1", .request(Received(path: "/%61%2F%2e"))),
        row(
            "3986 3.3", "all of pchar", "GET /-._~!$&'()*+,;=:@ HTTP/1.1",
            .request(Received(path: "/-._~!$&'()*+,;=:@"))),
        row("3986 2.1", "an escape cut short", "GET /%6 HTTP/1.1", .malformed(.target)),
        row("3986 2.1", "a percent sign alone", "GET /a% HTTP/1.1", .malformed(.target)),
        row("3986 2.1", "an escape that is none", "GET /%zz HTTP/1.1", .malformed(.target)),
        row("3986 3.3", "a brace in the path", "GET /{a} HTTP/1.1", .malformed(.target)),
        row("3986 3.3", "a backslash in the path", "GET /a\\b HTTP/1.1", .malformed(.target)),
        row("3986 3.4", "braces in the query", "GET /?a={B.c} HTTP/1.1", .request(Received(query: "a={B.c}"))),
        row("3986 3.4", "a broken escape in the query", "GET /?a=%ZZ HTTP/1.1", .request(Received(query: "a=%ZZ"))),
        row("9112 3.2", "a fragment", "GET /a#b HTTP/1.1", .malformed(.target)),
        row("9112 3.2", "a fragment after the query", "GET /?a#b HTTP/1.1", .malformed(.target)),
        row("9112 3.2", "octets beyond ASCII in the path", "GET /é HTTP/1.1", .malformed(.target)),
        row("9112 3.2", "octets beyond ASCII in the query", "GET /?é HTTP/1.1", .malformed(.target)),
        row("9112 3.2", "a tab in the query", "GET /?\t HTTP/1.1", .malformed(.target)),
        row("9112 3.2.1", "no slash", "GET a HTTP/1.1", .malformed(.target)),
        row("9112 3.2.1", "a query alone", "GET ?a HTTP/1.1", .malformed(.target)),
        row("9112 3.2.4", "asterisk-form", "OPTIONS * HTTP/1.1", .request(Received(method: .options, path: "*"))),
        row("9112 3.2.4", "OPTIONS of a path", "OPTIONS /a HTTP/1.1", .request(Received(method: .options, path: "/a"))),
        row("9112 3.2.4", "asterisk with GET", "GET * HTTP/1.1", .malformed(.target)),
        row("9112 3.2.4", "two asterisks", "OPTIONS ** HTTP/1.1", .malformed(.target)),
        row("9112 3.2.3", "CONNECT", "CONNECT a:443 HTTP/1.1", .refused(.tunnelNotOffered)),
        row("9112 3.2.3", "CONNECT of a path", "CONNECT /a HTTP/1.1", .refused(.tunnelNotOffered)),
        row("9112 3.2.3", "authority-form with GET", "GET a:443 HTTP/1.1", .malformed(.target)),
    ]

    static let authorities = [
        row("9112 3.2.2", "absolute-form", "GET http://b/c?d HTTP/1.1", .request(Received(path: "/c", query: "d"))),
        row("9112 3.2.2", "https, any case", "GET hTTpS://b:8443/c HTTP/1.1", .request(Received(path: "/c"))),
        row("9110 4.2.3", "an empty path is a slash", "GET http://b HTTP/1.1", .request(Received())),
        row("9110 4.2.3", "an empty path and a query", "GET http://b?c HTTP/1.1", .request(Received(query: "c"))),
        row("9110 4.2.1", "an empty host", "GET http:///c HTTP/1.1", .malformed(.target)),
        row("9110 4.2.1", "a port without host", "GET http://:80/c HTTP/1.1", .malformed(.target)),
        row("9110 4.2.1", "nothing after the scheme", "GET http:// HTTP/1.1", .malformed(.target)),
        row("9110 4.2.4", "user information", "GET http://u:p@b/c HTTP/1.1", .malformed(.target)),
        row("9110 4.2", "another scheme", "GET ftp://b/c HTTP/1.1", .malformed(.target)),
        row("9110 4.2", "a scheme alone", "GET http: HTTP/1.1", .malformed(.target)),
        row("3986 3.2.2", "a host that is none", "GET http://b^/c HTTP/1.1", .malformed(.target)),
        row("9112 3.2.2", "a fragment for a path", "GET http://b#c HTTP/1.1", .malformed(.target)),
        row("9112 3.2.2", "a fragment after the path", "GET http://b/#c HTTP/1.1", .malformed(.target)),
        Row("9112 3.2.2", "Host is needed all the same", "GET http://b/ HTTP/1.1\r\n\r\n", .malformed(.hostMissing)),
    ]
}
