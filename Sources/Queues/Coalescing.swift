/// What makes two wake-ups the same, besides their keys: the kind of work.
///
/// A wake-up carries no facts; it asks that the current state of its keys be read. So one run that starts after two
/// wake-ups have arrived answers both, and the later one merges into a job that has not started. That holds also when
/// jobs that share a key with both stand between the two: those are behind the earlier one and have not started either,
/// so the later one brings no news of what they did.
///
/// A job without a `Coalescing` is never merged, and nothing merges into it.
@usableFromInline package struct Coalescing: Hashable, Sendable {
    /// The name of the kind, such as `stockChanged`.
    @usableFromInline package let kind: String

    package init(kind: String) {
        precondition(!kind.isEmpty, "a kind of work has a name")
        self.kind = kind
    }
}
