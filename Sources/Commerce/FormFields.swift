/// Form bodies and queries (`application/x-www-form-urlencoded`: WHATWG URL, section 5), which both partners send.
///
/// The one thing to know: fields are cut first and decoded afterwards, so an escaped `&` or `=` never starts a field,
/// and nothing is decoded before its signature has been checked over the octets as they came.
package struct FormFields: Sequence, IteratorProtocol, Sendable {
    private var rest: ArraySlice<UInt8>

    package init(_ form: ArraySlice<UInt8>) {
        rest = form
    }

    /// The next field as it was written; empty fields (`a=1&&b=2`) are passed over, as browsers do.
    package mutating func next() -> FormField? {
        while rest.first == UInt8(ascii: "&") { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        let field = rest.prefix(before: UInt8(ascii: "&"))
        rest = rest[field.endIndex...]
        return FormField(field)
    }
}

/// One field, still encoded.
package struct FormField: Sendable {
    package let name: ArraySlice<UInt8>
    package let value: ArraySlice<UInt8>

    /// A field without `=` is a name with an empty value.
    init(_ field: ArraySlice<UInt8>) {
        name = field.prefix(before: UInt8(ascii: "="))
        value = field[name.endIndex...].dropFirst()
    }

    /// Whether the decoded name is exactly this word; a name with a broken escape is no word.
    package func isNamed(_ word: StaticString) -> Bool {
        if name.isSpelled(word) { return true }
        guard name.contains(UInt8(ascii: "%")), let decoded = try? FormEncoding.decode(name) else { return false }
        return decoded[...].isSpelled(word)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func prefix(before mark: UInt8) -> ArraySlice<UInt8> {
        let octets = span
        var length = 0
        while length < octets.count, octets[length] != mark { length += 1 }
        return prefix(length)
    }
}

/// A `%` that two hexadecimal digits do not follow.
package struct BrokenEscape: Error, Equatable, Sendable {
    /// Octets of the encoded text before the `%`.
    package let offset: Int

    package init(offset: Int) {
        self.offset = offset
    }
}

package enum FormEncoding {
    /// Decodes one name or value: `+` is a space and `%41` an A, in either case of the digits. The octets that come
    /// out can be anything; whether they are UTF-8 is for the reader to say.
    package static func decode(_ encoded: ArraySlice<UInt8>) throws(BrokenEscape) -> [UInt8] {
        let source = encoded.span
        return try [UInt8](capacity: source.count) { (output: inout OutputSpan<UInt8>) throws(BrokenEscape) in
            var index = 0
            while index < source.count {
                let octet = source[index]
                index += 1
                switch octet {
                case UInt8(ascii: "+"): output.append(UInt8(ascii: " "))
                case UInt8(ascii: "%"):
                    guard source.count - index >= 2, let high = hexadecimal(source[index]),
                        let low = hexadecimal(source[index + 1])
                    else { throw BrokenEscape(offset: index - 1) }
                    output.append(high << 4 | low)
                    index += 2
                default: output.append(octet)
                }
            }
        }
    }

    /// Appends text the way a browser's form writes it: letters, digits and `*-._` as they are, a space as `+`.
    package static func encode(_ text: ArraySlice<UInt8>, onto form: inout [UInt8]) {
        for octet in text {
            if octet == UInt8(ascii: " ") {
                form.append(UInt8(ascii: "+"))
            } else if octet.isLetter || octet.isDigit || isUnescapedMark(octet) {
                form.append(octet)
            } else {
                form.append(UInt8(ascii: "%"))
                form.append(digit(octet >> 4))
                form.append(digit(octet & 0xF))
            }
        }
    }

    private static func isUnescapedMark(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "*") || octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".")
            || octet == UInt8(ascii: "_")
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
    }

    private static func hexadecimal(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
