// The sandbox as a process: a loop and a thread for each port, a pump for each outbox. Loopback only.
import EventLoop
package import Outbound
package import POSIX
import Synchronization

package struct SandboxServer: ~Copyable {
    /// As they are bound; 0 in the settings lets the system choose.
    package struct Ports: Equatable, Sendable {
        package var centra: UInt16
        package var peoplevox: UInt16
        package var control: UInt16

        package init(centra: UInt16 = 0, peoplevox: UInt16 = 0, control: UInt16 = 0) {
            self.centra = centra
            self.peoplevox = peoplevox
            self.control = control
        }
    }

    private var loops: [LoopControl] = []
    private var threads: [Running] = []
    private let stopping = Cancellation()
    private let clock: SandboxClock

    package init(clock: SandboxClock) {
        self.clock = clock
    }

    /// - Returns: the port.
    package mutating func serve(_ partner: any SandboxPartner, on port: UInt16) throws(Errno) -> UInt16 {
        try serve(partner.name, on: port, partner.answer)
    }

    package mutating func serve(_ control: Control, on port: UInt16) throws(Errno) -> UInt16 {
        try serve("control", on: port) { .reply(control.answer($0)) }
    }

    /// Sends what a partner puts into its outbox, and gives the partner its turns.
    package mutating func pump(_ member: Control.Member, through transport: any HTTPTransport) throws(Errno) {
        let pump = Pump(member.outbox, of: member.partner, through: transport, clock: clock)
        threads.append(Running(try Thread(named: "deliveries") { [stopping] in pump.run(until: stopping) }))
    }

    /// Lets things happen by themselves.
    package mutating func live(_ day: SandboxDay) throws(Errno) {
        threads.append(Running(try Thread(named: "day") { [stopping] in day.run(until: stopping) }))
    }

    /// Ends all threads; answers that are late are not waited for.
    package consuming func stop() {
        stopping.cancel()
        for loop in loops { loop.drain(by: 0) }
        for thread in threads { thread.join() }
    }

    private mutating func serve(
        _ name: String, on port: UInt16, _ answering: @escaping @Sendable (OutboundRequest) -> SandboxAnswer
    ) throws(Errno) -> UInt16 {
        guard let loopback = IPAddress("127.0.0.1") else { preconditionFailure("this is an address") }
        let socket = try Sockets.listen(on: .tcp(loopback, port: port))
        let bound = try Sockets.port(of: socket)
        let handover = Mutex<FileDescriptor?>(socket)
        let control = try LoopControl()
        loops.append(control)
        let thread =
            try Thread(named: name) { [clock] in
                guard let socket = handover.withLock({ $0.take() }) else { return }
                let front = Front(clock: clock, answering: answering)
                do throws(Errno) {
                    var loop = try EventLoop(
                        service: front, limits: Front.limits, control: control, clock: SystemClock())
                    try loop.listen(on: socket)
                    try loop.run()
                } catch { Process.write("sandbox: the listener of \(name) failed: \(error)\n", to: 2) }
            }
        threads.append(Running(thread))
        return bound
    }
}

/// A thread that an array can hold.
private final class Running: Sendable {
    private let thread: Mutex<POSIX.Thread?>

    init(_ thread: consuming sending POSIX.Thread) {
        self.thread = Mutex(consume thread)
    }

    func join() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        thread.join()
    }
}
