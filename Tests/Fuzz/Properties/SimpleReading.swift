// HTTP/1.1 framing once more, written to be obviously right and nothing else: whole octets, no limits, no speed. It
// refuses what RFC 9112 refuses and is silent about what only the strict reader checks (Host, target, expectations).

enum SimpleReading {
    /// The bodies of the requests at the front of `octets`, as far as they are whole and beyond doubt.
    static func requests(in octets: [UInt8]) -> [[UInt8]] {
        var rest = octets[...]
        var bodies: [[UInt8]] = []
        while true {
            if rest.starts(with: [13, 10]) { rest = rest.dropFirst(2) }
            guard let head = takeHead(&rest), let body = takeBody(head, &rest) else { return bodies }
            bodies.append(body)
        }
    }

    private struct Head {
        let isHTTP10: Bool
        let fields: [(name: String, value: String)]

        func values(of name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
    }

    private static func takeHead(_ rest: inout ArraySlice<UInt8>) -> Head? {
        var lines: [ArraySlice<UInt8>] = []
        while let line = takeLine(&rest) {
            if line.isEmpty { return head(of: lines) }
            lines.append(line)
        }
        return nil
    }

    private static func head(of lines: [ArraySlice<UInt8>]) -> Head? {
        guard let first = lines.first else { return nil }
        let words = first.split(separator: 32, omittingEmptySubsequences: false).map(text)
        guard words.count == 3, ["HTTP/1.0", "HTTP/1.1"].contains(words[2]) else { return nil }
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let field = field(of: line) else { return nil }
            fields.append(field)
        }
        return Head(isHTTP10: words[2] == "HTTP/1.0", fields: fields)
    }

    private static func field(of line: ArraySlice<UInt8>) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: 58), colon > line.startIndex, line[..<colon].allSatisfy(isTokenOctet)
        else { return nil }
        return (text(line[..<colon]).lowercased(), trimmed(line[(colon + 1)...]))
    }

    private static func takeBody(_ head: Head, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        let (lengths, codings) = (head.values(of: "content-length"), head.values(of: "transfer-encoding"))
        if codings.isEmpty {
            guard lengths.count <= 1 else { return nil }
            let text = lengths.first ?? "0"
            guard !text.isEmpty, text.utf8.allSatisfy({ 48...57 ~= $0 }), let length = Int(text), rest.count >= length
            else { return nil }
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
        guard lengths.isEmpty, codings.count == 1, codings[0].lowercased() == "chunked", !head.isHTTP10 else {
            return nil
        }
        return takeChunks(&rest)
    }

    private static func takeChunks(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var body: [UInt8] = []
        while let line = takeLine(&rest) {
            let digits = line.prefix { $0 != 32 && $0 != 9 && $0 != 59 }
            guard !digits.isEmpty, digits.count <= 16, !digits.contains(43), !digits.contains(45),
                let size = Int(text(digits), radix: 16)
            else { return nil }
            if size == 0 { return takeTrailers(&rest) ? body : nil }
            guard rest.count >= size else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard takeLine(&rest)?.isEmpty == true else { return nil }
        }
        return nil
    }

    private static func takeTrailers(_ rest: inout ArraySlice<UInt8>) -> Bool {
        while let line = takeLine(&rest) {
            if line.isEmpty { return true }
            if field(of: line) == nil { return false }
        }
        return false
    }

    /// Up to CRLF; nil when there is none, or another control than HTAB stands before it.
    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(where: { $0 < 32 && $0 != 9 || $0 == 127 }), rest[end] == 13,
            end + 1 < rest.endIndex, rest[end + 1] == 10
        else { return nil }
        defer { rest = rest[(end + 2)...] }
        return rest[..<end]
    }

    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8.contains(octet)
    }

    /// Octets beyond ASCII become something that equals no word.
    private static func text(_ octets: ArraySlice<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }

    private static func trimmed(_ octets: ArraySlice<UInt8>) -> String {
        let front = octets.drop { $0 == 32 || $0 == 9 }
        return text(front.reversed().drop { $0 == 32 || $0 == 9 }.reversed()[...])
    }
}
