/// Text as it stands in a form: read where it stands, octet by octet, without decoding it beforehand.
///
/// The one thing to know: positions are those of the octets as they came. Whoever must tell somebody where something was
/// in the decoded text counts it then (`FormEncoding.decode` of what is before it).

/// One octet of a text, and where the next one is written.
@usableFromInline package struct FormOctet: Sendable {
    @usableFromInline package let octet: UInt8
    @usableFromInline package let end: Int

    @inlinable init(_ octet: UInt8, end: Int) {
        self.octet = octet
        self.end = end
    }
}

/// How a form writes an octet that it escapes, with capital digits as nearly every writer does: `%7B`.
@usableFromInline package struct FormEscape: Sendable {
    @inlinable package static var octetCount: Int { 3 }

    /// The three octets, the first lowest.
    @usableFromInline let word: UInt32

    @inlinable @inline(__always)
    package init(_ octet: UInt8) {
        word = UInt32(UInt8(ascii: "%")) | FormEscape.digit(octet >> 4) << 8 | FormEscape.digit(octet & 0xF) << 16
    }

    @inlinable @inline(__always)
    static func digit(_ value: UInt8) -> UInt32 { UInt32(value < 10 ? value + 0x30 : value + 0x37) }
}

/// Where the name and the value of a field stand, still encoded.
package struct FormFieldPlace: Sendable {
    package let name: Range<Int>
    /// A field without `=` is a name with an empty value.
    package let value: Range<Int>
}

extension Span<UInt8> {
    /// What is written at `position`: a plus is a space, `%41` an A, and any other octet itself. Nil for a `%` that two
    /// hexadecimal digits do not follow.
    @inlinable @inline(__always)
    package func formOctet(at position: Int) -> FormOctet? {
        let octet = self[position]
        if octet == UInt8(ascii: "%") { return escapedOctet(at: position) }
        return FormOctet(octet == UInt8(ascii: "+") ? UInt8(ascii: " ") : octet, end: position + 1)
    }

    @inlinable func escapedOctet(at position: Int) -> FormOctet? {
        guard count - position >= 3, let high = self[position + 1].hexadecimalValue,
            let low = self[position + 2].hexadecimalValue
        else { return nil }
        return FormOctet(high << 4 | low, end: position + 3)
    }

    /// Whether this escape stands at `position`. False when fewer than four octets are left: then it must be asked for
    /// octet by octet.
    @inlinable @inline(__always)
    package func has(_ escape: FormEscape, at position: Int) -> Bool {
        guard count - position >= 4 else { return false }
        return bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self) & 0xFF_FFFF == escape.word
    }

    /// The first position from `start` on that is worth a look in a JSON string: everything before it is text that stands
    /// for itself. What ends the string is below the hyphen, as is all that a form writes otherwise, or a backslash, or
    /// not ASCII. Some of what is found is text all the same (`!`), which costs the look and nothing more.
    @inlinable @inline(__always)
    package func endOfPlainText(from start: Int) -> Int {
        // Most texts are short, and end in the first word.
        guard count - start >= Word.octetCount else { return endOfFarPlainText(from: start) }
        let marks = word(at: start).marksOfPlainTextEnd
        return marks != 0 ? start + marks.trailingZeroBitCount / 8 : endOfFarPlainText(from: start + Word.octetCount)
    }

    @inlinable func endOfFarPlainText(from start: Int) -> Int {
        let (hyphen, backslash) = (UInt8(ascii: "-"), UInt8(ascii: "\\"))
        // With a sign, what is not ASCII is below everything.
        let (hyphens, backslashes) = (SIMD64<Int8>(repeating: Int8(hyphen)), Block(repeating: backslash))
        return search(
            from: start,
            inBlocks: { (unsafeBitCast($0, to: SIMD64<Int8>.self) .< hyphens) .| ($0 .== backslashes) },
            marking: { $0.marksOfPlainTextEnd },
            for: { $0 < hyphen || $0 == backslash || $0 >= 0x80 })
    }

    /// Whether the decoded text is exactly this word; one with a broken escape is no word.
    package func isFormSpelled(_ word: StaticString) -> Bool {
        if isSpelled(word) { return true }
        return word.withUTF8Buffer { letters in
            var position = 0
            for letter in letters {
                guard position < count, let next = formOctet(at: position), next.octet == letter else { return false }
                position = next.end
            }
            return position == count
        }
    }

    /// The next field from `position` on, which moves behind it; empty fields (`a=1&&b=2`) are passed over, as browsers do.
    package func nextField(from position: inout Int) -> FormFieldPlace? {
        while position < count, self[position] == UInt8(ascii: "&") { position += 1 }
        guard position < count else { return nil }
        let start = position
        position = first(UInt8(ascii: "&"), from: start)
        let nameEnd = extracting(..<position).first(UInt8(ascii: "="), from: start)
        return FormFieldPlace(name: start..<nameEnd, value: Swift.min(nameEnd + 1, position)..<position)
    }
}

extension Word {
    /// Marks the first octet that `endOfPlainText` finds.
    @inlinable @inline(__always)
    var marksOfPlainTextEnd: UInt64 {
        below(UInt8(ascii: "-")) | equal(to: UInt8(ascii: "\\")) | octets & Word.each(0x80)
    }
}
