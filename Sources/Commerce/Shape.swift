/// How the values of a delivery must look to be used and kept.
///
/// The one thing to know: looks decide what may be written to disk (promise P9). Nothing is searched for names or
/// addresses, which no search can find; a value that is not plainly a code, a plain word, a number or a date is taken
/// for somebody's. Every shape is at most `limit` octets long.
package enum Shape {
    @inlinable package static var limit: Int { 64 }

    /// `10001`, `39790-1`, `DES10234`, a hash: letters, digits, dot, underscore, hyphen, and at least one digit, which
    /// a person's name lacks.
    package static func isNumbered(_ text: Span<UInt8>) -> Bool {
        var hasDigit = false
        for index in text.indices {
            let octet = text[index]
            if octet.isDigit { hasDigit = true } else if !octet.isLetter && !isJoint(octet) { return false }
        }
        return hasDigit && text.count <= limit
    }

    /// `NL`, `STD`, `DPD-24`: a short code of capitals, which may have digits after the first.
    package static func isAbbreviation(_ text: Span<UInt8>) -> Bool {
        guard 1...12 ~= text.count, text[0].isUpperCaseLetter else { return false }
        for index in text.indices {
            let octet = text[index]
            if !octet.isUpperCaseLetter, !octet.isDigit, !isJoint(octet) { return false }
        }
        return true
    }

    /// `order`, `good_to_go`, `priceList`: a small letter, then letters, digits, underscores and hyphens.
    package static func isPlainWord(_ text: Span<UInt8>) -> Bool {
        guard 1...limit ~= text.count, text[0].isLowerCaseLetter else { return false }
        for index in text.indices {
            let octet = text[index]
            if !octet.isLetter, !octet.isDigit, octet != UInt8(ascii: "_"), octet != UInt8(ascii: "-") { return false }
        }
        return true
    }

    /// `11`, `-3`, `115.00`: at most seven digits before the point, which no telephone number keeps to.
    package static func isQuantity(_ text: Span<UInt8>) -> Bool {
        var index = text.end(of: "-", from: 0) ?? 0
        let start = index
        index = text.endOfDigits(from: start, atMost: 8)
        guard 1...7 ~= index - start else { return false }
        if let fraction = text.end(of: ".0", from: index) {
            index = text.endOfDigits(from: fraction, atMost: 3)
        }
        return index == text.count
    }

    /// A seller's code for an item: any text of one line, spaces included, but nothing like an e-mail address.
    package static func isItemCode(_ text: Span<UInt8>) -> Bool {
        guard 1...limit ~= text.count, !text.isSpelled(Masking.redacted), (try? UTF8Span(validating: text)) != nil
        else {
            return false
        }
        for index in text.indices {
            if text[index].isControl || text[index] == UInt8(ascii: "@") { return false }
            if text.end(of: "%40", from: index) != nil { return false }
            // U+0080 to U+009F, the other controls.
            if text[index] == 0xC2, index + 1 < text.count, text[index + 1] < 0xA0 { return false }
        }
        return true
    }

    private static func isJoint(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_") || octet == UInt8(ascii: ".")
    }
}

extension Shape {
    /// `2026-02-03 14:05:11.028033`, `2026-02-03T14:05:11+01:00`, `03/02/2026 14:05:11`, or the date alone.
    package static func isDate(_ text: Span<UInt8>) -> Bool {
        guard text.count <= limit else { return false }
        // Nearly always.
        if let time = text.end(of: "0000-00-00 00:00:00", from: 0) { return isEndOfTime(text, from: time) }
        guard let date = text.end(of: "0000-00-00", from: 0) ?? text.end(of: "00/00/0000", from: 0)
        else { return false }
        return date == text.count || isTime(text, from: date)
    }

    private static func isTime(_ text: Span<UInt8>, from start: Int) -> Bool {
        guard var index = text.end(of: " 00:00", from: start) ?? text.end(of: "T00:00", from: start) else {
            return false
        }
        index = text.end(of: ":00", from: index) ?? index
        return isEndOfTime(text, from: index)
    }

    /// A fraction of up to nine digits and a zone, or one of them, or nothing.
    private static func isEndOfTime(_ text: Span<UInt8>, from start: Int) -> Bool {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index = text.endOfDigits(from: start + 1, atMost: 9)
            if index == start + 1 { return false }
        }
        return index == text.count || isZone(text, from: index)
    }

    private static func isZone(_ text: Span<UInt8>, from start: Int) -> Bool {
        for zone: StaticString in ["Z", "+00:00", "-00:00", "+0000", "-0000"]
        where text.end(of: zone, from: start) == text.count { return true }
        return false
    }
}

extension Span<UInt8> {
    /// The place after text that looks like the pattern, in which `0` stands for any digit.
    fileprivate func end(of pattern: StaticString, from start: Int) -> Int? {
        let end = start + pattern.utf8CodeUnitCount
        guard end <= count else { return nil }
        let text = extracting(start..<end)
        return pattern.withUTF8Buffer { text.isLike($0.span) } ? end : nil
    }

    /// The same for text that is as long as the pattern, which holds no other digit if it has eight octets or more.
    private func isLike(_ pattern: Span<UInt8>) -> Bool {
        guard count >= Word.octetCount else {
            for index in indices {
                let octet = self[index]
                guard pattern[index] == UInt8(ascii: "0") ? octet.isDigit : octet == pattern[index] else {
                    return false
                }
            }
            return true
        }
        // The last eight may overlap those before.
        var position = 0
        while true {
            if word(at: position).digitsAsZeros != pattern.word(at: position).octets { return false }
            if position == count - Word.octetCount { return true }
            position = Swift.min(position + Word.octetCount, count - Word.octetCount)
        }
    }

    /// The place after the digits from `start` on, or after so many of them.
    fileprivate func endOfDigits(from start: Int, atMost limit: Int) -> Int {
        let reach = Swift.min(start + limit, count)
        var position = start
        while position < reach, self[position].isDigit { position += 1 }
        return position
    }
}
