/// Identity of a job: the journal sequence of its delivery and its place among the delivery's events.
///
/// The order of ids is the order of the journal, and so the order in which work with a key in common is carried out
/// (promise P2). Written `1234.0`.
@usableFromInline package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let sequence: UInt64
    package let index: UInt16

    package init(sequence: UInt64, index: UInt16) {
        self.sequence = sequence
        self.index = index
    }

    @usableFromInline package static func < (left: JobID, right: JobID) -> Bool {
        left.sequence != right.sequence ? left.sequence < right.sequence : left.index < right.index
    }

    @usableFromInline package var description: String { "\(sequence).\(index)" }
}
