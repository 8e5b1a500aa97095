// The second half of the work: what Centra should show and does not is written.
import POSIX

extension StockEngine {
    /// Writes one batch of what is wanted. Blocks.
    ///
    /// - Returns: when to come again, monotonic microseconds; nil when there is nothing to do until `writeBell` rings.
    package func writeTurn() -> Int64? {
        nil
    }
}
