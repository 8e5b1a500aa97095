// Which exceptions are open, and which were lately: a fold over the journal's entries, the same at a start and while it runs.
//
// P8: nothing here closes an exception but the entry that says that its condition holds no more. What an entry says of an
// exception that is not open (any more) changes nothing, so a person and a condition may be at it in any order.

/// One that is open, whole.
package struct OpenException: Hashable, Sendable {
    package let id: ExceptionID
    package let key: ExceptionKey
    /// As it was when it was raised; what it is now the watch knows.
    package let evidence: ExceptionEvidence
    /// Since when the condition has held, and when it was raised; microseconds since 1970.
    package let since: Int64
    package let raised: Int64
    /// The one before it, of the same key.
    package let previous: ExceptionID?
    /// How often people have said something of it: a statement with more knows more.
    package internal(set) var revision = 0
    package internal(set) var acknowledgement: Acknowledgement?
    /// In the order in which they were made.
    package internal(set) var notes: [Note] = []

    package struct Acknowledgement: Hashable, Sendable {
        /// Of who did it, from the kernel.
        package let user: UInt32
        /// Microseconds since 1970.
        package let time: Int64
        package let until: Int64?
    }

    package struct Note: Hashable, Sendable {
        package let user: UInt32
        /// Microseconds since 1970.
        package let time: Int64
        package let text: String
    }

    fileprivate mutating func noteChange() { revision = revision.plus(1) }

    /// Whether nobody need be told of it at that time.
    package func isAcknowledged(at now: Int64) -> Bool {
        guard let acknowledgement else { return false }
        return acknowledgement.until.map { now < $0 } ?? true
    }
}

package struct ClosedException: Hashable, Sendable {
    package let last: OpenException
    /// When the condition was last known to hold, and when it was cleared; microseconds since 1970.
    package let seen: Int64
    package let cleared: Int64
}

package struct ExceptionBook: Equatable, Sendable {
    /// Closed ones that are remembered, for whoever asks what was, and for the next of the same key.
    package static let closedLimit = 1_000

    package private(set) var open: [ExceptionID: OpenException] = [:]
    /// Oldest first.
    package private(set) var closed: [ClosedException] = []
    private var ids: [ExceptionKey: ExceptionID] = [:]
    /// The last record in which each open one stands whole.
    private var stated: [ExceptionID: UInt64] = [:]

    package init() {}

    package subscript(key: ExceptionKey) -> OpenException? { ids[key].flatMap { open[$0] } }

    /// The last closed one of that key.
    package func previous(of key: ExceptionKey) -> ExceptionID? {
        closed.last { $0.last.key == key }?.last.id
    }

    /// The oldest record that is needed to know all that is open; nil when nothing is.
    package var floor: UInt64? { stated.values.min() }

    /// The open ones that stand whole in no record from `position` on.
    package func stated(before position: UInt64) -> [OpenException] {
        stated.filter { $0.value < position }.keys.sorted().compactMap { open[$0] }
    }

    /// - Parameters:
    ///   - brand: of the record that holds the entry.
    ///   - sequence: of that record.
    ///   - time: of that record, microseconds since 1970.
    package mutating func apply(_ entry: ExceptionEntry, brand: String, sequence: UInt64, time: Int64) {
        switch entry {
        case .raised(let kind, let subject, let evidence, let since, let previous):
            let key = ExceptionKey(kind, brand: brand, subject)
            guard ids[key] == nil else { return }
            hold(
                OpenException(
                    id: sequence, key: key, evidence: evidence, since: since, raised: time, previous: previous),
                at: sequence)
        case .cleared(let id, let seen): close(id, seen: seen, time: time)
        case .acknowledged(let id, let user, let until):
            open[id]?.acknowledgement = .init(user: user, time: time, until: until)
            open[id]?.noteChange()
        case .noted(let id, let user, let text):
            guard let count = open[id]?.notes.count, count < ExceptionNote.count else { return }
            open[id]?.notes.append(.init(user: user, time: time, text: text))
            open[id]?.noteChange()
        case .restated(let exception):
            // After a start this can be the first that is heard of it. A statement that a note has overtaken is not whole.
            let known = open[exception.id]?.revision ?? (ids[exception.key] == nil ? -1 : .max)
            if exception.revision >= known { hold(exception, at: sequence) }
        }
    }

    private mutating func hold(_ exception: OpenException, at sequence: UInt64) {
        open[exception.id] = exception
        ids[exception.key] = exception.id
        stated[exception.id] = sequence
    }

    private mutating func close(_ id: ExceptionID, seen: Int64, time: Int64) {
        guard let exception = open.removeValue(forKey: id) else { return }
        ids[exception.key] = nil
        stated[id] = nil
        closed.append(ClosedException(last: exception, seen: seen, cleared: time))
        if closed.count > ExceptionBook.closedLimit { closed.removeFirst() }
    }
}
