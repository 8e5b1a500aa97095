/// What makes two wake-ups the same, besides their keys: the kind of work.
///
/// A wake-up carries no facts; it asks that the current state of its keys be read. So one run that starts after two
/// wake-ups have arrived answers both, and the later one merges into a job that has not started. A job without a
/// `Coalescing` is never merged, and nothing merges into it.
package struct Coalescing: Hashable, Sendable {
    /// The name of the kind, such as `stockChanged`.
    package let kind: String

    package init(kind: String) {
        precondition(!kind.isEmpty, "a kind of work has a name")
        self.kind = kind
    }
}
