// What a person may do about an exception: say that somebody sees to it, and write a line to it. Neither closes it (P8).
import HTTP
import JSON
import Operations
import Workflows

struct ExceptionActions {
    private let watch: ExceptionWatch
    private let user: UInt32
    private let now: Int64

    init(_ watch: ExceptionWatch, user: UInt32, now: Int64) {
        self.watch = watch
        self.user = user
        self.now = now
    }

    /// Milliseconds for which an exception can be acknowledged.
    static let longest = 90 * 86_400_000

    /// - Parameter body: `{"milliseconds":14400000}`; without it, until the exception is cleared.
    func acknowledge(_ id: ExceptionID, _ body: ArraySlice<UInt8>) -> Response {
        var until: Int64?
        if !body.isEmpty {
            guard let time = (try? JSONValue(body))?["milliseconds"]?.integer, (1...Self.longest).contains(time) else {
                return Answers.badRequest(
                    "the body must be {\"milliseconds\":N}, N from 1 to \(Self.longest), or empty")
            }
            until = now + Int64(time) * 1_000
        }
        return act(id, .acknowledged(id, by: user, until: until)) { _ in nil }
    }

    /// - Parameter body: `{"text":"..."}`
    func note(_ id: ExceptionID, _ body: ArraySlice<UInt8>) -> Response {
        guard let text = (try? JSONValue(body))?["text"]?.string else {
            return Answers.badRequest("the body must be {\"text\":\"...\"}")
        }
        if let mistake = ExceptionNote.mistake(in: text) { return Answers.badRequest(mistake) }
        return act(id, .noted(id, by: user, text)) { exception in
            exception.notes.count < ExceptionNote.count
                ? nil : "exception \(id) has \(ExceptionNote.count) notes already"
        }
    }

    private func act(
        _ id: ExceptionID, _ entry: ExceptionEntry, mistake: (OpenException) -> String?
    ) -> Response {
        guard let view = watch.show(id, now: now) else { return Answers.missing("there is no exception \(id)") }
        guard view.cleared == nil else { return Answers.conflict("exception \(id) is cleared") }
        if let mistake = mistake(view.exception) { return Answers.conflict(mistake) }
        guard watch.commit([.init(view.exception.key.brand, entry)]) else { return Answers.unavailable }
        watch.log.notice(
            "operator action",
            [
                "action": .string(entry.action), "target": .string("exception \(id)"), "user": .int(Int(user)),
            ])
        guard let after = watch.show(id, now: now) else { return Answers.missing("there is no exception \(id)") }
        return Answers.json(JSONWriter.line { $0.field("exception", after) })
    }
}

extension ExceptionEntry {
    fileprivate var action: String {
        switch self {
        case .acknowledged: "acknowledge-exception"
        case .noted: "note-exception"
        case .raised: "raise-exception"
        case .cleared: "clear-exception"
        case .restated: "restate-exception"
        }
    }
}
