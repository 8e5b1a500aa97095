// P8, as far as a journal can show it: an exception is cleared once, after it was raised, and never raised twice at a time.
import Journal
import Workflows

struct ExceptionAudit {
    private(set) var check = JournalAudit.Check(
        promise: "P8", statement: "an exception is raised once and cleared once, by an entry that says so")
    private var open: [ExceptionKey: ExceptionID] = [:]
    private var keys: [ExceptionID: ExceptionKey] = [:]
    private var cleared: Set<ExceptionID> = []
    private var first: SequenceNumber?

    mutating func apply(_ entry: ExceptionEntry, brand: String, _ sequence: SequenceNumber, _ time: Int64) {
        first = first ?? sequence
        switch entry {
        case .raised(let kind, let subject, _, _, _):
            let key = ExceptionKey(kind, brand: brand, subject)
            check.note(open[key] == nil, "record \(sequence) raises \(key), which is open as \(open[key] ?? 0)")
            note(sequence, key)
        case .restated(let exception):
            let known = keys[exception.id]
            check.note(known == nil || known == exception.key, "record \(sequence) restates another exception")
            check.note(!cleared.contains(exception.id), "record \(sequence) restates what was cleared")
            note(exception.id, exception.key)
        case .cleared(let id, _): clear(id, sequence)
        case .acknowledged, .noted: break
        }
    }

    private mutating func note(_ id: ExceptionID, _ key: ExceptionKey) {
        open[key] = id
        keys[id] = key
    }

    private mutating func clear(_ id: ExceptionID, _ sequence: SequenceNumber) {
        // What was raised before the oldest record that is kept cannot be checked any more.
        guard id < sequence, let key = keys.removeValue(forKey: id) else {
            let isOld = first.map { id < $0 } ?? false
            return check.note(isOld && id < sequence, "record \(sequence) clears \(id), which is not open")
        }
        check.note(cleared.insert(id).inserted, "record \(sequence) clears \(id) again")
        open[key] = nil
    }
}
