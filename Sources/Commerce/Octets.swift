/// What ASCII octets are, and whether a run of them is a given word: the questions that reading a delivery asks.
///
/// Only ASCII counts as a letter or a digit here. A partner's vocabulary is ASCII; everything else is content.
extension UInt8 {
    @inlinable package var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
    @inlinable package var isUpperCaseLetter: Bool { UInt8(ascii: "A") <= self && self <= UInt8(ascii: "Z") }
    @inlinable package var isLowerCaseLetter: Bool { UInt8(ascii: "a") <= self && self <= UInt8(ascii: "z") }
    @inlinable package var isLetter: Bool { isUpperCaseLetter || isLowerCaseLetter }
    /// Below the space, or DEL: never part of a code, and never to be shown to an operator.
    @inlinable package var isControl: Bool { self < 0x20 || self == 0x7F }

    /// The value of a hexadecimal digit in either case; nil for any other octet.
    @inlinable package var hexadecimalValue: UInt8? {
        if isDigit { return self - 0x30 }
        let letter = self | 0x20
        return UInt8(ascii: "a") <= letter && letter <= UInt8(ascii: "f") ? letter - 87 : nil
    }
}

extension ArraySlice<UInt8> {
    /// Whether these octets are exactly the word, case included.
    @inlinable package func isSpelled(_ word: StaticString) -> Bool { span.isSpelled(word) }
}

extension Span<UInt8> {
    /// Whether these octets are exactly the word, case included.
    @inlinable package func isSpelled(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in indices where self[index] != letters[index] { return false }
            return true
        }
    }

    /// Whether these octets are the word, which is in small letters, in whatever case they are themselves.
    package func isSpelledInAnyCase(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in indices
            where (self[index].isUpperCaseLetter ? self[index] + 0x20 : self[index]) != letters[index] {
                return false
            }
            return true
        }
    }
}
