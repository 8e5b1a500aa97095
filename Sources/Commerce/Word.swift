/// Octets by the word and by the block: the searches that everything which reads a delivery is made of.
///
/// The one thing to know: a question about the octets of a word is answered by the top bit of each, and the lowest bit
/// that is set is right; bits above it may be wrong, because a subtraction borrows from the octet after. So only the
/// first is ever asked for. Words are read as they lie in memory, first octet lowest: we run on little-endian machines
/// alone.
@usableFromInline struct Word {
    @usableFromInline static let octetCount = 8

    @usableFromInline let octets: UInt64

    @inlinable init(_ octets: UInt64) {
        self.octets = octets
    }

    /// Marks the first octet that is less than `bound`, which is at most 0x80.
    @inlinable func below(_ bound: UInt8) -> UInt64 {
        (octets &- Word.each(bound)) & ~octets & Word.each(0x80)
    }

    /// Marks the first octet that equals `octet`.
    @inlinable func equal(to octet: UInt8) -> UInt64 {
        Word(octets ^ Word.each(octet)).below(1)
    }

    /// What an escape that stands at the start (`%3A`) writes; nil when there is none.
    @inlinable var escapedOctet: UInt8? {
        guard UInt8(truncatingIfNeeded: octets) == UInt8(ascii: "%"),
            let high = UInt8(truncatingIfNeeded: octets &>> 8).hexadecimalValue,
            let low = UInt8(truncatingIfNeeded: octets &>> 16).hexadecimalValue
        else { return nil }
        return high << 4 | low
    }

    /// The octets that eight hexadecimal digits write, in either case and in their order; nil when one is no digit.
    @inlinable var hexadecimalOctets: UInt32? {
        let letters = Word(octets | Word.each(0x20))
        let digits = atLeast(UInt8(ascii: "0")) & ~atLeast(UInt8(ascii: "9") + 1)
        let valid = digits | letters.atLeast(UInt8(ascii: "a")) & ~letters.atLeast(UInt8(ascii: "f") + 1)
        guard valid & ~octets & Word.each(0x80) == Word.each(0x80) else { return nil }
        // The low half of a letter counts from 1, and only letters have this bit.
        let values = (octets & Word.each(0x0F)) &+ 9 &* (octets &>> 6 & Word.each(0x01))
        // Pairs come together in every other octet, and then next to each other.
        var pairs = (values &<< 4 | values &>> 8) & 0x00FF_00FF_00FF_00FF
        pairs = (pairs | pairs &>> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: pairs | pairs &>> 16)
    }

    /// The octets, with `0` for every digit.
    @inlinable var digitsAsZeros: UInt64 {
        let digits = atLeast(UInt8(ascii: "0")) & ~atLeast(UInt8(ascii: "9") + 1) & ~octets & Word.each(0x80)
        // The low half of a digit's octet is its value.
        return octets & ~((digits &>> 7) &* 0x0F)
    }

    /// Marks, in every octet, whether its low seven bits are at least `bound`. No sum carries into the next octet.
    @inlinable func atLeast(_ bound: UInt8) -> UInt64 {
        (octets & Word.each(0x7F)) &+ Word.each(0x80 - bound)
    }

    @inlinable static func each(_ octet: UInt8) -> UInt64 { UInt64(octet) &* 0x0101_0101_0101_0101 }
}

/// Sixty-four octets, of which it is only asked whether something is among them.
@usableFromInline typealias Block = SIMD64<UInt8>

extension SIMDMask<SIMD64<Int8>> {
    @inlinable @inline(__always) var hasAny: Bool {
        let lanes = unsafeBitCast(self, to: SIMD8<UInt64>.self)
        let fours = lanes.lowHalf | lanes.highHalf
        let pairs = fours.lowHalf | fours.highHalf
        return pairs[0] | pairs[1] != 0
    }
}

extension Span<UInt8> {
    /// The eight octets from `position` on; the end of the span is checked like that of any other access.
    @inlinable func word(at position: Int) -> Word {
        Word(bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// The sixty-four octets from `position` on, checked in the same way.
    @inlinable @inline(__always)
    func block(at position: Int) -> Block {
        bytes.unsafeLoadUnaligned(fromByteOffset: position, as: Block.self)
    }

    /// The four octets that the eight hexadecimal digits from `position` on write; nil when one of them is none.
    @inlinable package func hexadecimalOctets(at position: Int) -> UInt32? { word(at: position).hexadecimalOctets }

    /// The first position from `start` on whose octet is `octet`; the end when there is none.
    @inlinable package func first(_ octet: UInt8, from start: Int) -> Int {
        let sought = Block(repeating: octet)
        return search(
            from: start, inBlocks: { $0 .== sought }, marking: { $0.equal(to: octet) }, for: { $0 == octet })
    }

    /// The octets from `start` on that `isAmong` finds nothing in, by whole blocks.
    @inlinable @inline(__always)
    func blocksWithout(_ isAmong: (Block) -> SIMDMask<SIMD64<Int8>>, from start: Int) -> Int {
        var position = start
        while count - position >= Block.scalarCount {
            if isAmong(block(at: position)).hasAny { break }
            position += Block.scalarCount
        }
        return position - start
    }

    /// What is sought is near or far: one word is looked at first, then blocks, then words again.
    @inlinable @inline(__always)
    func search(
        from start: Int, inBlocks isAmong: (Block) -> SIMDMask<SIMD64<Int8>>, marking mark: (Word) -> UInt64,
        for isSought: (UInt8) -> Bool
    ) -> Int {
        var position = start
        var mayBeFar = true
        while count - position >= Word.octetCount {
            let marks = mark(word(at: position))
            if marks != 0 { return position + marks.trailingZeroBitCount / 8 }
            position += Word.octetCount
            if mayBeFar { position += blocksWithout(isAmong, from: position) }
            mayBeFar = false
        }
        while position < count, !isSought(self[position]) { position += 1 }
        return position
    }
}
