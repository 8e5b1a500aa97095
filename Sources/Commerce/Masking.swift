/// What is kept of content that must not be written to disk (promise P9): a mark where it stood, or its bare shape.
///
/// The one thing to know: masking cannot be undone, because it does not look for personal data. It keeps what is
/// known to be harmless (the partner's own vocabulary, punctuation) and overwrites everything else.
package enum Masking {
    /// Stands where a value was removed. No reader takes it for a code.
    package static let redacted: StaticString = "[redacted]"
    /// Starts every skeleton, so that it can never be read as the delivery that it is the shape of.
    package static let skeletonMark: StaticString = "[masked] "
    /// The largest skeleton, mark included, in octets: enough to see what kind of thing arrived.
    package static let skeletonLimit = 512

    /// The shape of a form that could not be understood: `[masked] payload={"events":[{"type":"xxx`.
    ///
    /// Escapes are decoded where they can be; then the vocabulary and the punctuation stay, other letters become `x`,
    /// digits `9`, controls and line ends spaces. Nothing arrived, nothing is kept: an empty form stays empty.
    package static func skeleton(of form: ArraySlice<UInt8>, keeping vocabulary: [StaticString]) -> [UInt8] {
        guard !form.isEmpty else { return [] }
        let markLength = skeletonMark.utf8CodeUnitCount
        // Three octets of a form make at least one of text, so no more of it can be needed. A skeleton is text already.
        let text = isSkeleton(form) ? form.dropFirst(markLength) : decodeWhatCanBe(form.prefix(3 * skeletonLimit))[...]
        var skeleton: [UInt8] = []
        skeleton.append(skeletonMark)
        skeleton += mask(text.prefix(skeletonLimit - markLength), keeping: vocabulary)
        return skeleton
    }

    package static func isSkeleton(_ form: ArraySlice<UInt8>) -> Bool { isSkeleton(form.span) }

    package static func isSkeleton(_ form: Span<UInt8>) -> Bool {
        let length = skeletonMark.utf8CodeUnitCount
        return form.count >= length && form.extracting(..<length).isSpelled(skeletonMark)
    }

    /// Overwrites each run of letters that is not a word of the vocabulary, and every digit. As long as before.
    package static func mask(_ text: ArraySlice<UInt8>, keeping vocabulary: [StaticString]) -> [UInt8] {
        var masked: [UInt8] = []
        masked.reserveCapacity(text.count)
        var rest = text
        while let first = rest.first {
            let run = rest.prefix(while: \.belongsToWord)
            if run.isEmpty {
                masked.append(first.masked)
                rest = rest.dropFirst()
            } else {
                let stays = vocabulary.contains { run.isSpelled($0) }
                masked.append(contentsOf: stays ? Array(run) : run.map(\.masked))
                rest = rest[run.endIndex...]
            }
        }
        return masked
    }

    /// Decodes every escape that is one, and leaves the `%` of a broken one in its place.
    private static func decodeWhatCanBe(_ form: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var rest = form
        while !rest.isEmpty {
            do {
                text += try FormEncoding.decode(rest)
                rest = []
            } catch {
                text += (try? FormEncoding.decode(rest.prefix(error.offset))) ?? []
                text.append(UInt8(ascii: "%"))
                rest = rest.dropFirst(error.offset + 1)
            }
        }
        return text
    }
}

extension [UInt8] {
    /// Appends the word's octets.
    package mutating func append(_ word: StaticString) {
        word.withUTF8Buffer { append(contentsOf: $0) }
    }
}

extension UInt8 {
    /// Words run over letters, octets beyond ASCII and the underscore: `good_to_go` is one word, so is `Åsa`.
    fileprivate var belongsToWord: Bool { isLetter || self >= 0x80 || self == UInt8(ascii: "_") }

    fileprivate var masked: UInt8 {
        if isDigit { return UInt8(ascii: "9") }
        if belongsToWord { return UInt8(ascii: "x") }
        // The shape of an e-mail address is nobody's, but whoever looks for addresses would stop here.
        if self == UInt8(ascii: "@") { return UInt8(ascii: "#") }
        return isControl ? UInt8(ascii: " ") : self
    }
}
