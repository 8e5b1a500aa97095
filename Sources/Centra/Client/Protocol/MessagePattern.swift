// Texts that Centra is known to say, and that are known to hold nothing about a shopper (P9).
//
// A pattern is words. `{number}` and `{code}` stand for a number and for a code of letters, digits and `._:/+-`, also
// within a word; `{a|b}` for one of these; `…` for any words, which are never quoted.

struct MessagePattern: Sendable {
    private let words: [Substring]

    init(_ text: String) {
        words = text.split(separator: " ")
    }

    /// What may be quoted of a message that matches; nil when it does not.
    func quotation(of message: String) -> String? {
        guard message.utf8.count <= MessagePattern.messageLimit else { return nil }
        return MessagePattern.match(words[...], message.split(separator: " ")[...])?.joined(separator: " ")
    }

    /// Octets; a longer message is free text.
    private static let messageLimit = 400

    private static func match(_ pattern: ArraySlice<Substring>, _ message: ArraySlice<Substring>) -> [Substring]? {
        guard let first = pattern.first else { return message.isEmpty ? [] : nil }
        if first == "…" {
            for start in message.startIndex...message.endIndex {
                if let rest = match(pattern.dropFirst(), message[start...]) { return [first] + rest }
            }
            return nil
        }
        guard let word = message.first, matches(first, word) else { return nil }
        return match(pattern.dropFirst(), message.dropFirst()).map { [word] + $0 }
    }

    private static func matches(_ pattern: Substring, _ word: Substring) -> Bool {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern.lastIndex(of: "}"), open < close else {
            return pattern.lowercased() == word.lowercased()
        }
        let (before, after) = (pattern[..<open], pattern[pattern.index(after: close)...])
        guard word.hasPrefix(before), word.hasSuffix(after), word.count > before.count + after.count else {
            return false
        }
        let kind = pattern[pattern.index(after: open)..<close]
        return isA(kind, word.dropFirst(before.count).dropLast(after.count))
    }

    private static func isA(_ kind: Substring, _ word: Substring) -> Bool {
        switch kind {
        case "number": word.utf8.count <= 20 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
        case "code": word.utf8.count <= 100 && word.isCode
        default: kind.split(separator: "|").contains(word)
        }
    }
}

extension StringProtocol {
    /// Letters, digits and `._:/+-` alone: a name of the schema or a code, and no e-mail address.
    var isCode: Bool {
        !isEmpty
            && unicodeScalars.allSatisfy { sign in
                ("a"..."z").contains(sign) || ("A"..."Z").contains(sign) || ("0"..."9").contains(sign)
                    || "._:/+-".unicodeScalars.contains(sign)
            }
    }
}
