// epoll and eventfd. Each registration carries a token that the caller makes unique, so that an event for a
// descriptor that was closed and reused in the same turn is recognised and dropped.
import CPOSIX
import Glibc

/// What a descriptor is watched for.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Interest(rawValue: EPOLLIN.rawValue)
    package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    /// Reported whether asked for or not: the peer is gone in both directions, or the connection has failed.
    package static let gone = Interest(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
}

package struct Poller: ~Copyable {
    package struct Event: Sendable {
        package let token: UInt64
        package let ready: Interest
    }

    private let descriptor: FileDescriptor
    private var buffer: [epoll_event]

    package init(eventLimit: Int = 128) throws(Errno) {
        descriptor = FileDescriptor(owning: try retryingInterrupts { epoll_create1(CInt(EPOLL_CLOEXEC)) })
        buffer = [epoll_event](repeating: epoll_event(), count: eventLimit)
    }

    package func add(_ watched: borrowing FileDescriptor, _ interest: Interest, token: UInt64) throws(Errno) {
        try control(EPOLL_CTL_ADD, watched, interest, token)
    }

    package func change(_ watched: borrowing FileDescriptor, _ interest: Interest, token: UInt64) throws(Errno) {
        try control(EPOLL_CTL_MOD, watched, interest, token)
    }

    package func remove(_ watched: borrowing FileDescriptor) throws(Errno) {
        try control(EPOLL_CTL_DEL, watched, [], 0)
    }

    /// Waits for events, at most `milliseconds` (for ever when negative); returns how many `event(_:)` gives.
    package mutating func wait(milliseconds: Int) throws(Errno) -> Int {
        let (number, limit) = (descriptor.number, CInt(buffer.count))
        return Int(
            try retryingInterrupts {
                buffer.withUnsafeMutableBufferPointer {
                    epoll_wait(number, $0.baseAddress, limit, CInt(clamping: milliseconds))
                }
            })
    }

    /// The events of the last `wait`.
    package func event(_ index: Int) -> Event {
        Event(token: buffer[index].data.u64, ready: Interest(rawValue: buffer[index].events))
    }

    private func control(
        _ operation: CInt, _ watched: borrowing FileDescriptor, _ interest: Interest, _ token: UInt64
    ) throws(Errno) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        let (poller, number) = (descriptor.number, watched.number)
        _ = try retryingInterrupts { epoll_ctl(poller, operation, number, &event) }
    }
}

/// Wakes a thread that waits in a `Poller` or in `wait`. Ringing twice before it wakes is one wake-up. A class, because
/// whoever rings it and whoever waits share it.
package final class Bell: Sendable {
    package let descriptor: FileDescriptor

    package init() throws(Errno) {
        descriptor = FileDescriptor(
            owning: try retryingInterrupts { eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    package func ring() {
        var one: UInt64 = 1
        // The only possible refusal is a full counter, and then it is ringing already.
        _ = Glibc.write(descriptor.number, &one, 8)
    }

    /// Stops the ringing; to be called before looking at what it announced.
    package func silence() {
        var count: UInt64 = 0
        _ = Glibc.read(descriptor.number, &count, 8)
    }

    /// Waits until it rings or the time is over (for ever when negative), and silences it.
    package func wait(milliseconds: Int) {
        var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        _ = poll(&watched, 1, CInt(clamping: milliseconds))
        silence()
    }
}
