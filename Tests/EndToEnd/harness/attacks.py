"""Requests that two readers could read in two ways, and what a strict one says to each. Everything after the first
blank line of `octets` is part of the row; a genuine delivery is put behind it, which must never be read as a request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    section: str
    name: str
    octets: bytes
    status: int = 400

    def __str__(self) -> str:
        return f"{self.section}: {self.name}"


def post(section: str, name: str, rest: str, status: int = 400) -> Attack:
    """`rest` follows a request line and a Host that are in order."""
    head = "POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\n"
    return Attack(section, name, (head + rest).encode("latin-1"), status)


def chunked(section: str, name: str, body: str, status: int = 400) -> Attack:
    return post(section, name, "Transfer-Encoding: chunked\r\n\r\n" + body, status)


def line(section: str, name: str, request_line: str, status: int = 400) -> Attack:
    return Attack(section, name, (request_line + "\r\nHost: localhost\r\n\r\n").encode("latin-1"), status)


END = "\r\n\r\n0\r\n\r\n"

LENGTHS = [
    post("9112 6.3", "both, length first", "Content-Length: 5\r\nTransfer-Encoding: chunked" + END),
    post("9112 6.3", "both, coding first", "Transfer-Encoding: chunked\r\nContent-Length: 5" + END),
    post("9112 6.3", "both, a length of none", "Content-Length: 0\r\nTransfer-Encoding: chunked" + END),
    post("9112 6.3", "both, an unknown coding", "Content-Length: 5\r\nTransfer-Encoding: xchunked" + END),
    post("9112 6.3", "two lengths that differ", "Content-Length: 0\r\nContent-Length: 500\r\n\r\n"),
    post("9112 6.3", "two lengths alike", "Content-Length: 0\r\nContent-Length: 0\r\n\r\n"),
    post("9112 6.3", "a list of lengths", "Content-Length: 0, 0\r\n\r\n"),
    post("9110 8.6", "an empty length", "Content-Length:\r\n\r\n"),
    post("9110 8.6", "a sign", "Content-Length: +0\r\n\r\n"),
    post("9110 8.6", "less than nothing", "Content-Length: -1\r\n\r\n"),
    post("9110 8.6", "hexadecimal", "Content-Length: 0x0\r\n\r\n"),
    post("9110 8.6", "digits apart", "Content-Length: 0 0\r\n\r\n"),
    post("9110 8.6", "digits beyond ASCII", "Content-Length: \xb2\r\n\r\n"),
    post("9110 8.6", "beyond 64 bits", "Content-Length: 18446744073709551616\r\n\r\n"),
    post("9110 15.5.14", "beyond any limit", "Content-Length: 9223372036854775807\r\n\r\n", 413),
]

CODINGS = [
    post("9112 6.1", "nearly chunked", "Transfer-Encoding: xchunked" + END, 501),
    post("9112 6.1", "chunked, identity", "Transfer-Encoding: chunked, identity" + END, 501),
    post("9112 6.1", "identity, chunked", "Transfer-Encoding: identity, chunked" + END, 501),
    post("9112 6.1", "identity", "Transfer-Encoding: identity" + END, 501),
    post("9112 6.1", "gzip, chunked", "Transfer-Encoding: gzip, chunked" + END, 501),
    post("9112 6.1", "chunked twice", "Transfer-Encoding: chunked, chunked" + END, 501),
    post("9112 6.1", "on two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" + END, 501),
    post("9112 6.1", "quoted", 'Transfer-Encoding: "chunked"' + END, 501),
    post("9112 6.1", "a parameter", "Transfer-Encoding: chunked;a=b" + END, 501),
    post("9112 6.1", "obs-text before", "Transfer-Encoding: \xa0chunked" + END, 501),
    post("9112 6.1", "obs-text behind", "Transfer-Encoding: chunked\x85" + END, 501),
    post("9112 6.1", "empty", "Transfer-Encoding:" + END, 501),
    post("9112 5.1", "a space before the colon", "Transfer-Encoding : chunked" + END),
    post("9112 5.1", "a tab before the colon", "Transfer-Encoding\t: chunked" + END),
    post("9110 5.1", "obs-text in the name", "Transfer-Encoding\xa0: chunked" + END),
    post("9110 5.1", "a null in the name", "Transfer-Encoding\0: chunked" + END),
    post("9110 5.5", "a vertical tab", "Transfer-Encoding: \x0bchunked" + END),
    post("9112 5.2", "on a folded line", "Transfer-Encoding:\r\n chunked" + END),
    post("9112 5.2", "a field before is folded", "A: b\r\n Transfer-Encoding: chunked" + END),
    post("9112 2.2", "behind a bare LF", "A: b\nTransfer-Encoding: chunked" + END),
    post("9112 2.2", "behind a bare CR", "A: b\rTransfer-Encoding: chunked" + END),
    Attack("9112 6.1", "in HTTP/1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
]

CHUNKS = [
    chunked("9112 7.1", "a size that ends with LF", "1\na\r\n0\r\n\r\n"),
    chunked("9112 7.1", "octets that end with LF", "1\r\na\n0\r\n\r\n"),
    chunked("9112 7.1", "a last chunk that ends with LF", "0\n\n"),
    chunked("9112 7.1", "a size of 0x", "0x0\r\n\r\n"),
    chunked("9112 7.1", "a sign", "+0\r\n\r\n"),
    chunked("9112 7.1", "an underscore", "0_0\r\n\r\n"),
    chunked("9112 7.1", "a space before", " 0\r\n\r\n"),
    chunked("9112 7.1", "a space behind", "0 \r\n\r\n"),
    chunked("9112 7.1", "beyond 64 bits", "10000000000000000\r\n"),
    chunked("9112 7.1", "just within 64 bits", "ffffffffffffffff\r\n"),
    chunked("9112 7.1", "17 zeros", "00000000000000000\r\n\r\n"),
    chunked("9112 7.1", "no size", "\r\n\r\n"),
    chunked("9112 7.1", "obs-text for a digit", "\xb5\r\n"),
    chunked("9112 7.1", "octets too many", "1\r\nab\r\n0\r\n\r\n"),
    chunked("9112 7.1", "octets too few", "3\r\nab\r\n0\r\n\r\n"),
    chunked("9112 7.1", "beyond the body limit", "fffffff\r\n", 413),
    chunked("9112 7.1.1", "LF in an extension", "0;a\nb\r\n\r\n"),
    chunked("9112 7.1.1", "LF in a quoted extension", '0;a="\n"\r\n\r\n'),
    chunked("9112 7.1.1", "a quote that does not end", '0;a="\r\n\r\n'),
    chunked("9112 7.1.1", "a semicolon alone", "0;\r\n\r\n"),
    chunked("9112 7.1.1", "too long", "0;" + "a" * 2000 + "\r\n\r\n"),
    chunked("9112 7.1.2", "a request for a trailer", "0\r\nGET / HTTP/1.1\r\n\r\n"),
    chunked("9112 7.1.2", "a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
    chunked("9112 7.1.2", "a trailer that ends with LF", "0\r\nA: b\n\r\n"),
    chunked("9112 7.1.2", "trailers too large", "0\r\n" + "A: bcdefghijklmnop\r\n" * 400 + "\r\n", 431),
]

HEADS = [
    line("9112 2.2", "two empty lines before", "\r\n\r\nGET /healthz HTTP/1.1"),
    line("9112 2.2", "whitespace before", " GET /healthz HTTP/1.1"),
    line("9112 3", "two spaces", "GET  /healthz HTTP/1.1"),
    line("9112 3", "a tab for a space", "GET\t/healthz HTTP/1.1"),
    line("9112 3", "a space behind", "GET /healthz HTTP/1.1 "),
    line("9112 3", "HTTP/0.9", "GET /healthz"),
    line("9112 3.2", "a fragment", "GET /healthz#a HTTP/1.1"),
    line("9112 3.2", "obs-text in the target", "GET /healthz\xe4 HTTP/1.1"),
    line("9112 3.2.2", "user information", "GET http://a@localhost/healthz HTTP/1.1"),
    line("9112 3.2.3", "a tunnel", "CONNECT localhost:80 HTTP/1.1", 501),
    line("9112 2.3", "another version", "GET /healthz HTTP/1.2", 505),
    line("9112 2.3", "HTTP/2", "PRI * HTTP/2.0", 505),
    Attack("9112 3.2", "no Host", b"GET /healthz HTTP/1.1\r\n\r\n"),
    Attack("9112 3.2", "two Hosts", b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    Attack("9112 3.2", "a Host that is none", b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Attack("9112 2.2", "LF for CRLF", b"GET /healthz HTTP/1.1\nHost: localhost\n\n"),
    Attack("9112 2.2", "CR for CRLF", b"GET /healthz HTTP/1.1\rHost: localhost\r\r"),
    Attack("9112 2.2", "LF ends the head", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\n"),
    post("9110 5.5", "a null in a value", "A: \0\r\n\r\n"),
    post("9110 10.1.1", "an unknown expectation", "Expect: 200-ok\r\nContent-Length: 0\r\n\r\n", 417),
    post("9110 10.1.1", "one unknown of two", "Expect: 100-continue, a\r\nContent-Length: 0\r\n\r\n", 417),
]

ALL = [*LENGTHS, *CODINGS, *CHUNKS, *HEADS]
