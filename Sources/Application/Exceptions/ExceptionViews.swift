// What an operator sees of exceptions: those that are open, and on request those that were.
import EventLoop
import HTTP
import JSON
import Operations
import Workflows

/// `?brand=`, `?class=`, `?all=1`, `?limit=`
struct ExceptionFilter: Equatable {
    var brand: String?
    var kind: ExceptionClass?
    /// Also those that are cleared, as far as they are remembered.
    var all = false

    /// What is wrong with a query, in words.
    static func read(_ query: ArraySlice<UInt8>?) -> Result<ExceptionFilter, Mistake> {
        var filter = ExceptionFilter()
        for field in query?.split(separator: UInt8(ascii: "&")) ?? [] {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = PercentDecoding.decode(parts[1]) else { continue }
            switch String(decoding: parts[0], as: UTF8.self) {
            case "brand": filter.brand = value
            case "class":
                guard let kind = ExceptionClass(rawValue: value) else {
                    return .failure(Mistake("class is one of " + ExceptionClass.names))
                }
                filter.kind = kind
            case "all":
                guard value == "0" || value == "1" else { return .failure(Mistake("all is 0 or 1")) }
                filter.all = value == "1"
            default: break
            }
        }
        return .success(filter)
    }

    fileprivate func matches(_ key: ExceptionKey) -> Bool {
        (brand.map { key.brand == $0 } ?? true) && (kind.map { key.kind == $0 } ?? true)
    }
}

extension ExceptionClass {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// One, open or cleared, and what is known of it now.
struct ExceptionView: Sendable {
    let exception: OpenException
    let cleared: Int64?
    let lastSeen: Int64?
    let evidence: ExceptionEvidence
    /// How often this has been raised, as far as it is remembered; the last time included.
    let times: Int
    let isAcknowledged: Bool

    fileprivate var rank: (ExceptionClass.Priority, Int64, ExceptionID) {
        (exception.key.kind.priority, exception.since, exception.id)
    }
}

extension ExceptionWatch {
    /// Those that are open by priority, then by age; with those that are cleared, the newest first.
    func list(_ filter: ExceptionFilter, now: Int64) -> [ExceptionView] {
        state.withLock { state in
            let book = state.desk.book
            let open = book.open.values.filter { filter.matches($0.key) }.map { state.view($0, now) }
            guard filter.all else { return open.sorted { $0.rank < $1.rank } }
            let closed = book.closed.filter { filter.matches($0.last.key) }.map { state.view($0) }
            return (open + closed).sorted {
                ($0.exception.since, $0.exception.id) > ($1.exception.since, $1.exception.id)
            }
        }
    }

    func show(_ id: ExceptionID, now: Int64) -> ExceptionView? {
        state.withLock { state in
            let book = state.desk.book
            return book.open[id].map { state.view($0, now) }
                ?? book.closed.last { $0.last.id == id }.map { state.view($0) }
        }
    }

    struct Figures: Sendable {
        struct Group: Hashable, Sendable {
            let kind: ExceptionClass
            let brand: String
            let isAcknowledged: Bool
        }

        fileprivate(set) var open: [Group: Int] = [:]
        /// Microseconds; since its condition holds.
        fileprivate(set) var oldestAge: Int64 = 0
        fileprivate(set) var counts = ExceptionCounts()
    }

    func figures(now: Int64) -> Figures {
        state.withLock { state in
            var figures = Figures()
            for one in state.desk.book.open.values {
                let isAcknowledged = one.isAcknowledged(at: now)
                let group = Figures.Group(kind: one.key.kind, brand: one.key.brand, isAcknowledged: isAcknowledged)
                figures.open[group, default: 0] += 1
                figures.oldestAge = max(figures.oldestAge, now - one.since)
            }
            figures.counts = state.counts
            return figures
        }
    }
}

extension ExceptionWatch.State {
    fileprivate func view(_ open: OpenException, _ now: Int64) -> ExceptionView {
        ExceptionView(
            exception: open, cleared: nil, lastSeen: desk.lastSeen(open.key),
            evidence: desk.present[open.key]?.evidence ?? open.evidence,
            times: 1 + desk.book.closed.count { $0.last.key == open.key },
            isAcknowledged: open.isAcknowledged(at: now))
    }

    fileprivate func view(_ closed: ClosedException) -> ExceptionView {
        ExceptionView(
            exception: closed.last, cleared: closed.cleared, lastSeen: closed.seen, evidence: closed.last.evidence,
            times: desk.book.closed.count { $0.last.key == closed.last.key && $0.last.id <= closed.last.id },
            isAcknowledged: false)
    }
}

// MARK: As JSON

extension ExceptionView: JSONWritable {
    func write(into json: inout JSONWriter) {
        json.object { json in
            json.field("id", exception.id)
            json.field("class", exception.key.kind.rawValue)
            json.field("priority", exception.key.kind.priority.rawValue)
            json.field("owner", exception.key.kind.owner.rawValue)
            json.field("brand", exception.key.brand.isEmpty ? nil : exception.key.brand)
            json.field("subject", exception.key.subject == .whole ? nil : exception.key.subject.text)
            json.field("heading", exception.key.kind.heading)
            json.field("impact", exception.key.kind.impact)
            json.field("nextAction", exception.key.kind.nextAction)
            json.field("since", text(exception.since))
            json.field("raised", text(exception.raised))
            json.field("lastSeen", lastSeen.map(text))
            json.field("cleared", cleared.map(text))
            json.field("times", times)
            json.field("previous", exception.previous)
            writePeople(into: &json)
            json.object("evidence") { $0.write(evidence) }
            json.object("evidenceWhenRaised") { $0.write(exception.evidence) }
        }
    }

    private func writePeople(into json: inout JSONWriter) {
        json.field("isAcknowledged", isAcknowledged)
        if let acknowledgement = exception.acknowledgement {
            json.object("acknowledgement") { json in
                json.field("user", Int(acknowledgement.user))
                json.field("time", text(acknowledgement.time))
                json.field("until", acknowledgement.until.map(text))
            }
        }
        json.array("notes") { json in
            for note in exception.notes {
                json.object { json in
                    json.field("user", Int(note.user))
                    json.field("time", text(note.time))
                    json.field("text", note.text)
                }
            }
        }
    }
}

private func text(_ time: Int64) -> String { Timestamp(microseconds: time).description }

extension JSONWriter {
    fileprivate mutating func write(_ evidence: ExceptionEvidence) {
        for item in evidence.items {
            switch item.figure {
            case .number(let number): field(item.name, number)
            case .text(let text): field(item.name, text)
            case .time(let time): field(item.name, text(time))
            }
        }
    }

    private func text(_ time: Int64) -> String { Timestamp(microseconds: time).description }
}

extension OperatorViews {
    func exceptions(_ query: ArraySlice<UInt8>?, limit: Int) -> Response {
        switch ExceptionFilter.read(query) {
        case .failure(let mistake): return Answers.badRequest(mistake.text)
        case .success(let filter):
            let all = road.exceptions.list(filter, now: now.wall)
            return Answers.json(
                JSONWriter.line { json in
                    json.field("open", all.count { $0.cleared == nil })
                    json.field("unacknowledged", all.count { $0.cleared == nil && !$0.isAcknowledged })
                    json.field("exceptions", Array(all.prefix(limit)))
                })
        }
    }

    func exception(_ id: ExceptionID) -> Response {
        guard let view = road.exceptions.show(id, now: now.wall) else { return Answers.notFound }
        return Answers.json(JSONWriter.line { $0.field("exception", view) })
    }
}
