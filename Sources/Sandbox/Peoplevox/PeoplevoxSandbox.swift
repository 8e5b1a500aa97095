// The pretend Peoplevox as the frame sees it: SOAP on its port, callbacks through the outbox, verbs and switches for tests
// and people. Everything it knows stands behind one lock.
package import JSON
package import Outbound
package import POSIX
import Synchronization

package final class PeoplevoxSandbox: SandboxPartner {
    package let name = "peoplevox"
    private let clock: any Clock
    private let outbox: Outbox
    private let core: Mutex<PeoplevoxCore>

    package init(
        clock: any Clock, outbox: Outbox, tenant: PeoplevoxTenant, warehouse: WarehouseState, seed: UInt64 = 1
    ) {
        self.clock = clock
        self.outbox = outbox
        core = Mutex(PeoplevoxCore(tenant: tenant, warehouse: warehouse, seed: seed))
    }

    /// The demonstration shop's warehouse.
    package static func ulvmark(clock: any Clock, outbox: Outbox, seed: UInt64 = 1) -> PeoplevoxSandbox {
        let tenant = PeoplevoxTenant.ulvmark
        let now = tenant.zone.civil(Int(clock.wallMicroseconds() / 1_000_000))
        return PeoplevoxSandbox(clock: clock, outbox: outbox, tenant: tenant, warehouse: .ulvmark(now: now), seed: seed)
    }

    package func answer(_ request: OutboundRequest) -> SandboxAnswer {
        change { core, moment in core.answer(request, at: moment) }
    }

    package func turn() {
        change { core, moment in core.catchUp(moment) }
    }

    package func act(_ verb: String, _ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        let done: Result<JSONValue, ControlMistake> = change { core, moment in
            core.catchUp(moment)
            core.setClock(moment)
            do throws(ControlMistake) {
                return .success(try core.act(verb, arguments, moment))
            } catch { return .failure(error) }
        }
        return try done.get()
    }

    package func state() -> JSONValue { core.withLock { $0.shown } }

    package func counters() -> JSONValue { core.withLock { $0.shownCounters } }

    /// For tests in the same process, which need no words for what they do.
    @discardableResult
    package func withWarehouse<Value: Sendable>(
        _ body: (inout WarehouseState) throws(WarehouseRefusal) -> Value
    ) throws(WarehouseRefusal) -> Value {
        let done: Result<Value, WarehouseRefusal> = change { core, moment in
            core.catchUp(moment)
            core.setClock(moment)
            do throws(WarehouseRefusal) {
                return .success(try body(&core.warehouse))
            } catch { return .failure(error) }
        }
        return try done.get()
    }

    /// As a client would by SubscribeEvent, by GET and with encoded values.
    package func subscribe(to kind: Change.Kind, url: String) {
        change { core, _ in
            core.subscriptions.append(
                PeoplevoxSubscription(
                    id: core.nextSubscription, kind: kind, method: .get, url: url, encodes: true, site: nil))
            core.nextSubscription += 1
        }
    }

    package func withSwitches(_ body: (inout PeoplevoxSwitches) -> Void) { change { core, _ in body(&core.switches) } }

    package func withTenant(_ body: (inout PeoplevoxTenant) -> Void) { change { core, _ in body(&core.tenant) } }

    package func plan(_ incident: PeoplevoxIncident) { change { core, _ in core.incidents.planned.append(incident) } }

    /// Every change of the state goes through here, and what subscribers hear of it leaves in the same order.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout PeoplevoxCore, PeoplevoxCore.Moment) -> Value) -> Value {
        let moment = PeoplevoxCore.Moment(
            monotonicMilliseconds: clock.monotonicMilliseconds(),
            unixSeconds: Int(clock.wallMicroseconds() / 1_000_000))
        return core.withLock { core in
            let value = body(&core, moment)
            for delivery in core.takeDeliveries() { outbox.put(delivery) }
            return value
        }
    }
}
