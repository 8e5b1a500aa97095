/// The subjects of one event: nearly always one, which is held in place, so that an event costs no array.
package struct Subjects: Hashable, Sendable {
    package let first: Subject
    package let others: [Subject]

    @inline(__always)
    package init(_ first: Subject, and others: [Subject] = []) {
        self.first = first
        self.others = others
    }
}

extension Subjects: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { 1 + others.count }
    package var count: Int { endIndex }

    package subscript(position: Int) -> Subject { position == 0 ? first : others[position - 1] }
}
