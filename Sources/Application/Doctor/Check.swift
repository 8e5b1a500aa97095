// A check is a question with a name and a pure judgement of what was seen. All asking is done before
// (`Examination`), so a check can be tried on made-up evidence, and none can make a call of its own.

package enum Verdict: Hashable, Sendable {
    /// As it should be; what was seen.
    case pass(String)
    /// It works, and somebody should know; what was seen, what to change.
    case warn(String, change: String)
    /// Something that is configured cannot work.
    case fail(String, change: String)
    /// It cannot be judged before something else is mended, or there was nothing to see.
    case skipped(String)

    package var word: String {
        switch self {
        case .pass: "pass"
        case .warn: "warn"
        case .fail: "fail"
        case .skipped: "skip"
        }
    }

    package var seen: String {
        switch self {
        case .pass(let seen), .warn(let seen, _), .fail(let seen, _), .skipped(let seen): seen
        }
    }

    package var change: String? {
        switch self {
        case .warn(_, let change), .fail(_, let change): change
        case .pass, .skipped: nil
        }
    }
}

struct Check: Sendable {
    let name: String
    /// Nil when the check does not apply to this brand.
    let judge: @Sendable (Evidence) -> Verdict?

    init(_ name: String, _ judge: @escaping @Sendable (Evidence) -> Verdict?) {
        self.name = name
        self.judge = judge
    }

    /// In the order in which they are shown: first what others stand on.
    static let all = centra + peoplevox + both + callbacks
}

/// One line of the doctor's report.
package struct Diagnosis: Hashable, Sendable {
    package let brand: String
    package let check: String
    package let verdict: Verdict
}

extension Diagnosis {
    static func of(_ evidence: Evidence) -> [Diagnosis] {
        Check.all.compactMap { check in
            check.judge(evidence).map { Diagnosis(brand: evidence.brand.name, check: check.name, verdict: $0) }
        }
    }
}

/// An answer to a question of the examination, if it was asked.
typealias Finding<Value> = Result<Value, Setback>

/// Why there is no answer.
struct Setback: Error, Hashable, Sendable {
    let text: String
    /// A setting is wrong, as far as the partner or the network said.
    let isConfiguration: Bool
}

extension Optional {
    /// Judges an answer that can only be had when earlier checks passed; those say what is wrong otherwise.
    func judged<Value>(_ judge: (Value) -> Verdict, or refused: (Setback) -> Verdict) -> Verdict
    where Wrapped == Finding<Value> {
        switch self {
        case nil: .skipped("not asked, because of what is above")
        case .success(let value): judge(value)
        case .failure(let setback): refused(setback)
        }
    }
}

/// At most so many, and how many more there are.
func sample(_ texts: some Collection<String>, limit: Int = 5) -> String {
    let rest = texts.count - limit
    return texts.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}
