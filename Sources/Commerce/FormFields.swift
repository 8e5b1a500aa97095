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
        var position = 0
        guard let place = rest.span.nextField(from: &position) else { return nil }
        defer { rest = rest.dropFirst(position) }
        return FormField(place, of: rest)
    }
}

/// One field, still encoded.
package struct FormField: Sendable {
    package let name: ArraySlice<UInt8>
    package let value: ArraySlice<UInt8>

    fileprivate init(_ place: FormFieldPlace, of form: ArraySlice<UInt8>) {
        let start = form.startIndex
        name = form[start + place.name.lowerBound..<start + place.name.upperBound]
        value = form[start + place.value.lowerBound..<start + place.value.upperBound]
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
        try decode(encoded.span)
    }

    package static func decode(_ source: Span<UInt8>) throws(BrokenEscape) -> [UInt8] {
        var decoded = source.withUnsafeBufferPointer { Array($0) }
        let count = try decode(source, into: decoded.mutableSpan)
        decoded.removeLast(source.count - count)
        return decoded
    }

    /// `output` is as long as the source at least; returns how much of it is the text. What comes out is never longer than what went in, so the word that is copied
    /// before it is looked at always has its place.
    package static func decode(
        _ source: Span<UInt8>, into output: consuming MutableSpan<UInt8>
    ) throws(BrokenEscape) -> Int {
        var (read, written) = (0, 0)
        var bytes = output.mutableBytes
        while source.count - read >= Word.octetCount {
            let word = source.word(at: read)
            // Escapes mostly come in a row: `%22%3A%22`.
            if let octet = word.escapedOctet {
                bytes.storeBytes(of: octet, toByteOffset: written, as: UInt8.self)
                read += 3
                written += 1
                continue
            }
            bytes.storeBytes(of: word.octets, toByteOffset: written, as: UInt64.self)
            let marks = word.equal(to: UInt8(ascii: "%")) | word.equal(to: UInt8(ascii: "+"))
            let plain = marks.trailingZeroBitCount / 8
            read += plain
            written += plain
            if plain == Word.octetCount {
                let more = copyPlainBlocks(of: source, from: read, into: &bytes, at: written)
                read += more
                written += more
            } else if plain == 0 {
                guard source[read] == UInt8(ascii: "+") else { throw BrokenEscape(offset: read) }
                bytes.storeBytes(of: UInt8(ascii: " "), toByteOffset: written, as: UInt8.self)
                read += 1
                written += 1
            }
        }
        while read < source.count {
            guard let next = source.formOctet(at: read) else { throw BrokenEscape(offset: read) }
            bytes.storeBytes(of: next.octet, toByteOffset: written, as: UInt8.self)
            read = next.end
            written += 1
        }
        return written
    }

    /// Copies as many whole blocks as hold no escape, and returns how many octets that is: most content is plain. The
    /// block with the escape is copied as well; what is decoded next is written over it.
    private static func copyPlainBlocks(
        of source: Span<UInt8>, from read: Int, into bytes: inout MutableRawSpan, at written: Int
    ) -> Int {
        let (percents, pluses) = (Block(repeating: UInt8(ascii: "%")), Block(repeating: UInt8(ascii: "+")))
        var count = 0
        while source.count - read - count >= Block.scalarCount {
            let block = source.block(at: read + count)
            bytes.storeBytes(of: block, toByteOffset: written + count, as: Block.self)
            if ((block .== percents) .| (block .== pluses)).hasAny { break }
            count += Block.scalarCount
        }
        return count
    }

    /// Appends text the way a browser's form writes it: letters, digits and `*-._` as they are, a space as `+`.
    package static func encode(_ text: ArraySlice<UInt8>, onto form: inout [UInt8]) { encode(text.span, onto: &form) }

    package static func encode(_ text: Span<UInt8>, onto form: inout [UInt8]) {
        for index in text.indices {
            let octet = text[index]
            if octet == UInt8(ascii: " ") {
                form.append(UInt8(ascii: "+"))
            } else if isUnescaped(octet) {
                form.append(octet)
            } else {
                form.append(UInt8(ascii: "%"))
                form.append(digit(octet >> 4))
                form.append(digit(octet & 0xF))
            }
        }
    }

    private static func isUnescaped(_ octet: UInt8) -> Bool {
        octet.isLetter || octet.isDigit || octet == UInt8(ascii: "*") || octet == UInt8(ascii: "-")
            || octet == UInt8(ascii: ".") || octet == UInt8(ascii: "_")
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
    }
}
