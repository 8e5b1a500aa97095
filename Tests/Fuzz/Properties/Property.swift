// What must hold for any octets whatever. libFuzzer searches for octets that break one; those that did once are kept
// beside the seeds in Tests/Fuzz/Corpus and tried again by every `swift test`.

enum Property: String, CaseIterable, Sendable {
    case request, signature, form, journal, gzip, xml, csv, answer, reply

    /// What is wrong; nil when the property holds.
    func violation(by octets: [UInt8]) -> String? {
        do throws(Violation) {
            switch self {
            case .request: try RequestProperty.check(octets)
            case .signature: try SignatureProperty.check(octets)
            case .form: try FormProperty.check(octets)
            case .journal: try JournalProperty.check(octets)
            case .gzip: try GzipProperty.check(octets)
            case .xml: try XMLProperty.check(octets)
            case .csv: try CSVProperty.check(octets)
            case .answer: try AnswerProperty.check(octets)
            case .reply: try ReplyProperty.check(octets)
            }
            return nil
        } catch { return error.text }
    }
}

struct Violation: Error {
    let text: String
}

func require(_ condition: Bool, _ text: @autoclosure () -> String) throws(Violation) {
    if !condition { throw Violation(text: text()) }
}
