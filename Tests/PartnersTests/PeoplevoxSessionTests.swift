// One session, renewed in time, and a login that is never repeated in a loop.
import Outbound
import Peoplevox
import Sandbox
import Testing

private let sites = PeoplevoxOperation<DataPage>.data(DataQuery("Sites", rows: 9))

private func logins(_ rig: PeoplevoxRig) -> Int {
    rig.sandbox.counters()["byOperation"]?["Authenticate"]?.integer ?? 0
}

@Test
func aSessionIsRenewedBeforeItDies() throws {
    let rig = PeoplevoxRig()
    for minutes in [0, 5, 20, 23, 26, 31, 600] {
        rig.clock.advance(milliseconds: minutes * 60_000)
        #expect(try rig.perform(sites).totalCount == 3)
    }
    #expect(rig.counter("sessionFailures") == 0)
    #expect(logins(rig) == 4)
}

@Test
func aLostSessionCostsOneLoginAndOneRepeat() throws {
    let rig = PeoplevoxRig()
    let target = try rig.target()
    for kind in [PeoplevoxIncident.Kind.sessionLoss, .silence] {
        let before = logins(rig)
        rig.sandbox.plan(PeoplevoxIncident(kind, operation: kind == .silence ? "Authenticate" : "SaveData"))
        if kind == .silence { _ = try rig.sandbox.act("end-sessions", .object([:])) }
        let saved = rig.client.save(
            newOrder: SalesOrderRecord("C-15000"), withoutHold: .refuse, target, rig.cancellation)
        switch kind {
        case .silence:
            guard case .failed(let failure) = saved.outcome else {
                Issue.record("without a session nothing is saved, but \(saved.outcome)")
                continue
            }
            #expect(failure.kind == .transient)
        default: #expect(saved.outcome == .saved([]))
        }
        #expect(logins(rig) == before + 1)
    }
    #expect(rig.client.cancel(order: "C-15000", target, rig.cancellation) == .saved([]))
}

@Test(arguments: [("wrong", PeoplevoxCredentials.PasswordMode.base64), ("fixture-password", .plain)])
func aRefusedLoginIsNotTriedAgain(_ password: String, _ mode: PeoplevoxCredentials.PasswordMode) throws {
    let rig = PeoplevoxRig(password: password, mode: mode)
    for _ in 0..<10 {
        let failure = #expect(throws: CallFailure.self) { try rig.perform(sites) }
        #expect(failure?.kind == .configuration)
        #expect(failure?.text.contains(password) == false)
    }
    #expect(rig.counter("refusedLogins") == 1)
}

@Test
func twoWhoEndEachOthersSessionsDoNotGoOnDoingIt() throws {
    let rig = PeoplevoxRig()
    let other = PeoplevoxRig.client(rig.sandbox, rig.clock)
    rig.sandbox.withSwitches {
        $0.hasOneSession = true; $0.requestsPerWindow = 0
    }
    for _ in 0..<5 {
        #expect(try rig.perform(sites).totalCount == 3)
        #expect(try other.perform(sites, .sweep, rig.cancellation).totalCount == 3)
    }
    // Each costs the other one login per turn: the sandbox shows it, and only a user of one's own mends it.
    #expect(logins(rig) == 10)
}
