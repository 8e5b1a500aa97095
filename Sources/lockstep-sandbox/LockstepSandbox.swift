// The pretend partners as a process, on loopback. It says on its first line where they are, as JSON, and runs until it is
// told to stop.
//
//     lockstep-sandbox [--at UNIX-SECONDS] [--seed NUMBER] [--centra PORT] [--peoplevox PORT] [--control PORT] [--day yes]
//
// With `--at` the clock stands there until the control API turns it; without, it runs with the system's. With `--day yes`
// stock moves by itself (`SandboxDay`); without, nothing happens that nobody asks for.
import JSON
import Outbound
import POSIX
import Sandbox

@main
enum LockstepSandbox {
    static func main() {
        let arguments = Process.arguments
        if ["-h", "--help"].contains(arguments.first) {
            Process.write(help, to: 1)
            Process.exitNow(0)
        }
        guard let settings = Settings(arguments) else {
            Process.write(usage + "lockstep-sandbox --help says more.\n", to: 2)
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

    private static let usage = """
        usage: lockstep-sandbox [--at UNIX-SECONDS] [--seed NUMBER] [--centra PORT] [--peoplevox PORT] [--control PORT]
                                [--day yes|no]

        """

    private static let help =
        usage + """

            A pretend Centra and a pretend Peoplevox on loopback, for trying and testing. Its first line says the ports as JSON;
            a port that is not given, or 0, is any free one. With --at its clock stands there until it is turned by hand. With
            --day yes stock moves by itself every few seconds; otherwise nothing happens that nobody asks for.

            Centra:     http://127.0.0.1:PORT/graphql, token sandbox-token
            Peoplevox:  http://127.0.0.1:PORT/ulvmark/resources/integrationservicev4.asmx, client ulvmark, user centra-bridge,
                        password fixture-password

            The control port takes JSON, as in
            curl http://127.0.0.1:PORT/control/centra/place-order --data '{"lines": [{"sku": "UM1001REDS", "quantity": 1}]}'

              GET  /control                        the clock, and the counters of both
              POST /control/clock                  {"advanceMilliseconds": 60000}
              GET  /control/PARTNER                what it holds; PARTNER is centra or peoplevox
              POST /control/PARTNER/deliveries     {"dropPercent": 10, "duplicatePercent": 5}
              POST /control/PARTNER/switches       {} shows all that can be changed, and how it stands
              POST /control/PARTNER/generate       {"products": 1000, "orders": 1000} of Centra, {"items": 1000, "orders": 9}
              POST /control/centra/VERB            place-order, edit-order, outcomes, settle, stock, stock-log, add-sku,
                                                   touch-size, number-size, spend, token, fail
              POST /control/peoplevox/VERB         on the floor: pick, allocate, despatch, track, receive, count, remove,
                                                   reserve, return, cancel; to look: order, stock; its service: incident,
                                                   end-sessions, adopt-session, unlock; damage: drop-column, drop-template,
                                                   drop-report, rename-report, rename-title, rename-site, deactivate,
                                                   set-barcode, add-item, set-password, drop-subscriptions

            A verb that lacks something answers with what it lacks. The members of each stand at the top of
            Sources/Sandbox/Centra/CentraControl.swift and Sources/Sandbox/Peoplevox/FloorVerbs.swift.

            """

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
        if settings.hasDay { try server.live(SandboxDay(centra, peoplevox, clock: clock)) }
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
    var hasDay = false
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
            case "--day":
                guard value == "yes" || value == "no" else { return nil }
                hasDay = value == "yes"
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
