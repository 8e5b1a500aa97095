// epoll. Each registration carries a token that the caller makes unique, so that an event for a
// descriptor that was closed and reused in the same turn is recognised and dropped.
import CPOSIX
import Glibc

/// What a descriptor is watched for.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// In nothing. `[]` says the same by way of a generic loop, which is not compiled for this type: each connection needs one.
    package init() { rawValue = 0 }

    package static let readable = Interest(rawValue: EPOLLIN.rawValue)
    package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
    /// Reported whether asked for or not: the peer is gone in both directions, or the connection has failed.
    package static let gone = Interest(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    /// Each event is reported once, instead of for as long as its cause lasts.
    fileprivate static let onceForEach = Interest(rawValue: EPOLLET.rawValue)

    // Those that each event passes: without them it goes through the generic ones, which are not compiled for this type.
    package func contains(_ other: Interest) -> Bool { rawValue & other.rawValue == other.rawValue }
    package func isDisjoint(with other: Interest) -> Bool { rawValue & other.rawValue == 0 }
    package func union(_ other: Interest) -> Interest { Interest(rawValue: rawValue | other.rawValue) }
    package func subtracting(_ other: Interest) -> Interest { Interest(rawValue: rawValue & ~other.rawValue) }
    package static func == (one: Interest, other: Interest) -> Bool { one.rawValue == other.rawValue }
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

    /// Reports a `polled` bell once for each time that it begins to ring.
    package func add(_ bell: Bell, token: UInt64) throws(Errno) {
        guard let event = bell.event else { preconditionFailure("this bell is for a thread that waits for it alone") }
        try control(EPOLL_CTL_ADD, event.descriptor, [.readable, .onceForEach], token)
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
