// The largest table that is read. What a partner sends is larger only when something is wrong, and then it is refused
// before it costs memory.

package struct CSVLimits: Equatable, Sendable {
    /// Of the whole text; no more than 1 GiB, since places in it are kept in 31 bits.
    package var octets = 64 << 20
    package var columns = 1_024
    package var rows = 1_000_000

    package init() {}
}
