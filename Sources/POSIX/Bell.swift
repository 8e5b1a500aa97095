// How one thread wakes another. A ring is a word of memory; only a thread that sleeps costs a system call.
import CPOSIX
import Glibc
import Synchronization

/// Wakes the thread that waits in `wait`, or in a `Poller` when it is `polled`. Ringing twice before it wakes is one
/// wake-up. A class, because whoever rings it and the one thread that waits share it.
package final class Bell: Sendable {
    private enum State {
        static let quiet: UInt32 = 0
        static let rung: UInt32 = 1
        /// Its thread sleeps, or is about to.
        static let asleep: UInt32 = 2
    }

    /// A place of its own that does not move: the kernel is given its address.
    private nonisolated(unsafe) let state: UnsafeMutablePointer<Atomic<UInt32>>
    let event: EventSource?

    private init(_ event: EventSource?) {
        self.event = event
        state = .allocate(capacity: 1)
        state.initialize(to: Atomic(State.quiet))
    }

    /// For a thread that waits for nothing else.
    package convenience init() {
        self.init(nil)
    }

    /// For a thread that waits for descriptors as well.
    package static func polled() throws(Errno) -> Bell {
        Bell(try EventSource())
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    package func ring() {
        let before = state.pointee.exchange(State.rung, ordering: .acquiringAndReleasing)
        if before == State.rung { return }
        if before == State.asleep { lockstep_wake(state) }
        event?.announce()
    }

    /// Stops the ringing; to be called before looking at what it announced.
    package func silence() {
        _ = state.pointee.exchange(State.quiet, ordering: .acquiringAndReleasing)
    }

    /// Waits until it rings or the time is over (for ever when negative), and silences it. May return early, but not
    /// when it waits for ever.
    package func wait(milliseconds: Int) {
        let (isQuiet, _) = state.pointee.compareExchange(
            expected: State.quiet, desired: State.asleep, ordering: .acquiringAndReleasing)
        if isQuiet {
            repeat {
                lockstep_sleep(state, State.asleep, CInt(clamping: milliseconds))
            } while milliseconds < 0 && state.pointee.load(ordering: .acquiring) == State.asleep
        }
        silence()
    }
}

/// What a poller sees of a bell. It is told of each write, so that nothing needs to be read.
final class EventSource: Sendable {
    let descriptor: FileDescriptor

    init() throws(Errno) {
        descriptor = FileDescriptor(
            owning: try retryingInterrupts { eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    func announce() {
        var one: UInt64 = 1
        // Refused only when the counter is full, which more writes than a process can make would take.
        _ = Glibc.write(descriptor.number, &one, 8)
    }
}
