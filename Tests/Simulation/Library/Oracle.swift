// The judge. It believes nothing that the program computed: what was read is compared with what the warehouse had, what
// was decided with the formula worked out anew, what Centra took with the order of the reads.
import Application
import Journal
import Outbound
import Sandbox
import TestSupport
import Webhooks
import Workflows

struct Oracle {
    /// What the warehouse had when it was asked, and how far the journal was durable then.
    private var readings: [(after: JournalPosition, levels: [StockPlace: Stock])] = []
    /// The newest note of Centra's log that was judged, and of each shelf the position of its last write.
    private var judged = 0
    private var newest: [Shelf: JournalPosition] = [:]
    /// Callbacks that were answered 200, by event and item, and those that the journal has.
    private var acknowledged: [String: Int] = [:]
    private var journaled: [String: Int] = [:]
    private var movements: Set<StockMovement> = []

    // MARK: The journal, as a start finds it

    mutating func recall(_ record: RecordView) {
        switch Entry(kind: record.kind, payload: record.payload) {
        case .delivery(let delivery) where delivery.source == .peoplevox:
            journaled[Oracle.name(delivery.eventType, String(decoding: delivery.body, as: UTF8.self)), default: 0] += 1
        case .stock(.moved(let movement)): movements.insert(movement)
        default: break
        }
    }

    mutating func forgetJournal() {
        journaled = [:]
        movements = []
    }

    func knows(_ movement: StockMovement) -> Bool { movements.contains(movement) }

    /// P1: what was acknowledged is in the journal that the last life left.
    func checkRestart(_ trace: Trace) {
        for (name, count) in acknowledged.sorted(by: { $0.key < $1.key }) where journaled[name, default: 0] < count {
            trace.violate(
                "P1", nil, "\(count) of \(name) were acknowledged, \(journaled[name, default: 0]) are durable")
        }
    }

    mutating func acknowledged(_ request: OutboundRequest) {
        guard request.method == .get else { return }
        let parts = request.url.split(separator: "?", maxSplits: 1).map(String.init)
        let path = parts[0].split(separator: "/")
        guard parts.count == 2, path.count > 2 else { return }
        acknowledged[Oracle.name(String(path[path.count - 2]), parts[1]), default: 0] += 1
    }

    /// Of an event and the item in its form: "AvailabilityChanges K001".
    private static func name(_ event: String, _ form: String) -> String {
        guard event != "GoodsReceived" else { return event }
        let item = form.split(separator: "&").first { $0.hasPrefix("item=") }
        return "\(event) \(item?.dropFirst(5) ?? "")"
    }

    // MARK: Calls

    mutating func isRead(_ world: World, after durable: JournalPosition) {
        readings.append((durable, world.levels))
    }

    /// P3, from the pretend Centra's own log: what it took was announced in the journal, and is no older than the last.
    mutating func isWritten(_ world: World, _ life: Life, _ trace: Trace) {
        for note in world.centra.stockLog(after: judged) {
            judged = note.number
            let shelf = Shelf(note.sku, note.warehouse)
            trace.note(
                "Centra takes \(shelf): \(note.asked)\(note.asked == note.physical ? "" : " as \(note.physical)")")
            if note.asked != note.physical { world.touched.insert(shelf) }
            guard let write = life.engine.inspect({ $0.shelves[shelf]?.underway }), write.quantity == note.asked else {
                trace.violate("P3", note.sku, "\(shelf): \(note.asked) was sent without being announced")
                continue
            }
            let last = newest[shelf] ?? 0
            if write.position < last {
                trace.violate("P3", note.sku, "\(shelf): read \(write.position) overwrites read \(last)")
            }
            newest[shelf] = max(last, write.position)
        }
    }

    // MARK: Privacy

    /// P9: nothing of a shopper on the disk or in the log.
    func searchForShoppers(_ life: Life, _ trace: Trace) {
        let files = life.disk.contents.values.map { $0 } + [life.logged.all]
        for word in ["Xanthippe", "anthippe.quux", "Quux", "Testgatan", "46700000000"] {
            for octets in files where Oracle.contains(octets, Array(word.utf8)) {
                trace.violate("P9", nil, "\(word) is on the disk or in the log")
            }
        }
    }

    private static func contains(_ octets: [UInt8], _ word: [UInt8]) -> Bool {
        let first = word[0]
        return octets.withUnsafeBufferPointer { octets in
            guard octets.count >= word.count else { return false }
            for start in 0...(octets.count - word.count) where octets[start] == first {
                if octets[start..<start + word.count].elementsEqual(word) { return true }
            }
            return false
        }
    }

    // MARK: The end

    /// What Centra shows when everything stands still.
    func compare(_ world: World, _ life: Life, _ trace: Trace, isSwept: Bool) {
        let levels = world.levels
        for sku in world.skus {
            for id in world.plan.warehouses {
                let shelf = Shelf(sku, id)
                guard let level = world.centra.level(sku, in: id), let physical = world.physical(of: shelf, in: levels),
                    isSwept || !world.touched.contains(shelf)
                else { continue }
                if isRight(level, physical, world.plan.centra.belowAllocated) { continue }
                // What is allocated, set by hand, looks like what a shop raises to it; no more of it can be sold.
                if world.touched.contains(shelf), level.physical == level.allocated, physical < level.allocated {
                    continue
                }
                let book = life.engine.inspect { $0.shelves[shelf] }
                // The first reconciliation may have been cut off; then nobody has looked at it.
                if book == nil, !isSwept { continue }
                let own = world.own(on: shelf)
                trace.violate(
                    "agreement", sku,
                    "\(shelf) shows \(level.physical) (\(level.allocated) allocated) and not \(physical)"
                        + "\(isSwept ? "" : " before any sweep"); own \(own); \(book.map { "\($0)" } ?? "no book")")
            }
        }
    }

    /// Less than what is allocated is raised, refused or taken, as the shop does it.
    private func isRight(_ level: CentraSandbox.Level, _ physical: Int, _ below: CentraSwitches.BelowAllocated) -> Bool
    {
        // A shop that promises nothing sells more than it has, and shows less than nothing.
        if physical == 0, level.allocated == 0 { return level.physical <= 0 }
        if physical >= level.allocated { return level.physical == physical }
        switch below {
        case .accept: return level.physical == physical
        case .clampSilently, .clampWithWarning: return level.physical == level.allocated
        case .refuse: return true
        }
    }

    /// What the warehouse had at some moment of the read that began with the record `position`, and was journaled as
    /// `sequence`.
    func levels(from position: JournalPosition, to sequence: JournalPosition) -> [[StockPlace: Stock]] {
        readings.filter { $0.after >= position && $0.after < sequence }.map(\.levels)
    }
}
