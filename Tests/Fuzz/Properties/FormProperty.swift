// Forms: the fields are the text between the separators and nothing else, decoding undoes encoding, and both partners'
// translations take any octets.
import Centra
import Commerce
import Peoplevox

enum FormProperty {
    private static let (ampersand, equals) = (UInt8(ascii: "&"), UInt8(ascii: "="))

    static func check(_ form: [UInt8]) throws(Violation) {
        let fields = Array(FormFields(form[...]))
        let written = form.split(separator: ampersand)
        try require(fields.count == written.count, "\(fields.count) fields of \(written.count)")
        for (field, text) in zip(fields, written) {
            let cut = text.firstIndex(of: equals) ?? text.endIndex
            try require(field.name == text[..<cut], "another name")
            try require(field.value == text[cut...].dropFirst(), "another value")
            let name = try decoded(field.name)
            _ = try decoded(field.value)
            try require(
                field.name.span.isFormSpelled("payload") == (name == Array("payload".utf8)),
                "it is named payload, or not")
        }
        _ = CentraTranslation().translate(body: form[...])
        _ = PeoplevoxTranslation(salesOrderPrefix: "C-").translate(
            event: "AvailabilityChanges", query: form[...], body: form[...])
    }

    /// Nil for a broken escape, which must be where the decoder says that it is.
    private static func decoded(_ encoded: ArraySlice<UInt8>) throws(Violation) -> [UInt8]? {
        switch Result(catching: { () throws(BrokenEscape) in try FormEncoding.decode(encoded) }) {
        case .success(let decoded):
            let escapes = encoded.count { $0 == UInt8(ascii: "%") }
            try require(decoded.count + 2 * escapes == encoded.count, "octets came or went")
            var again: [UInt8] = []
            FormEncoding.encode(decoded[...], onto: &again)
            try require((try? FormEncoding.decode(again[...])) == decoded, "encoded and decoded, it is another")
            return decoded
        case .failure(let broken):
            let rest = encoded.dropFirst(broken.offset)
            let digits = rest.dropFirst().prefix(2)
            let isBroken = digits.count < 2 || !digits.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
            try require(rest.first == UInt8(ascii: "%") && isBroken, "no broken escape at \(broken.offset)")
            return nil
        }
    }
}
