// The pretend partners as a process, on loopback. It says on its first line where they are, as JSON, and runs until it is
// told to stop.
//
//     lockstep-sandbox [--at UNIX-SECONDS] [--seed NUMBER] [--centra PORT] [--peoplevox PORT] [--control PORT]
//
// With `--at` the clock stands there until the control API turns it; without, it runs with the system's.
import JSON
import Outbound
import POSIX
import Sandbox

@main
enum LockstepSandbox {
    static func main() {
        guard let settings = Settings(Process.arguments) else {
            Process.write(
                """
                usage: lockstep-sandbox [--at UNIX-SECONDS] [--seed NUMBER] [--centra PORT] [--peoplevox PORT] \
                [--control PORT]

                """, to: 2)
            Process.exitNow(64)
        }
        Signal.blockAll()
        do throws(Errno) {
            try run(settings)
        } catch {
            Process.write("lockstep-sandbox: \(error)\n", to: 2)
            Process.exitNow(1)
        }
    }

    private static func run(_ settings: Settings) throws(Errno) {
        let clock = settings.at.map { SandboxClock(standingAt: $0 * 1_000_000) } ?? SandboxClock(running: SystemClock())
        let centra = CentraSandbox(clock: clock, seed: settings.seed)
        let outbox = Outbox(clock: clock, seed: settings.seed)
        let peoplevox = PeoplevoxSandbox.ulvmark(clock: clock, outbox: outbox, seed: settings.seed)
        let members = [Control.Member(centra, centra.outbox), Control.Member(peoplevox, outbox)]
        let control = Control(clock: clock, members: members)
        var server = SandboxServer(clock: clock)
        let ports = SandboxServer.Ports(
            centra: try server.serve(centra, on: settings.ports.centra),
            peoplevox: try server.serve(peoplevox, on: settings.ports.peoplevox),
            control: try server.serve(control, on: settings.ports.control))
        let transport = CurlTransport(CurlTransport.Settings(allowsPlain: true, userAgent: "lockstep-sandbox"))
        for member in members { try server.pump(member, through: transport) }
        say(ports)
        while Signal.wait() == .reload {}
        server.stop()
    }

    private static func say(_ ports: SandboxServer.Ports) {
        let said = JSONWriter.line { json in
            json.field("centra", Int(ports.centra))
            json.field("peoplevox", Int(ports.peoplevox))
            json.field("control", Int(ports.control))
        }
        Process.write(String(decoding: said, as: UTF8.self), to: 1)
    }
}

private struct Settings {
    var at: Int64?
    var seed: UInt64 = 1
    var ports = SandboxServer.Ports()

    /// Nil when the arguments are wrong.
    init?(_ arguments: [String]) {
        guard arguments.count.isMultiple(of: 2) else { return nil }
        for index in stride(from: 0, to: arguments.count, by: 2) {
            let value = arguments[index + 1]
            switch arguments[index] {
            case "--at":
                // Up to the year 9999.
                guard let seconds = Int64(value), (0...253_402_300_799).contains(seconds) else { return nil }
                at = seconds
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--centra":
                guard let port = UInt16(value) else { return nil }
                ports.centra = port
            case "--peoplevox":
                guard let port = UInt16(value) else { return nil }
                ports.peoplevox = port
            case "--control":
                guard let port = UInt16(value) else { return nil }
                ports.control = port
            default: return nil
            }
        }
    }
}
