// The conditions that `inspect` and `replay` share.
import Application
import ArgumentParser

struct FilterOptions: ParsableArguments {
    // A value may begin with a minus.
    @Option(
        parsing: .unconditional, help: "From this time on: 2026-02-03T14:05:11Z, 2026-02-03, '15 min ago' or '-2 h'.")
    var from: String?

    @Option(parsing: .unconditional, help: "Before this time.")
    var to: String?

    @Option(help: "After this sequence number.")
    var after: UInt64?

    @Option(help: "Before this sequence number.")
    var before: UInt64?

    @Option(help: "Of this brand.")
    var brand: String?

    @Option(help: "From centra, peoplevox or lockstep.")
    var source: String?

    @Option(help: "Of this kind: \(RecordFilter.kinds).")
    var kind: String?

    @Option(help: "About this SKU.")
    var sku: String?

    @Option(help: "About this order number, as Centra has it.")
    var order: String?

    @Flag(help: "Deliveries with a failed attempt that are not settled.")
    var failed = false

    @Flag(help: "Deliveries with a dead letter.")
    var dead = false

    var isEmpty: Bool {
        [from, to, brand, source, kind, sku, order].allSatisfy { $0 == nil } && after == nil && before == nil && !failed
            && !dead
    }

    func filter(now tool: JournalTool) throws -> RecordFilter {
        var filter = RecordFilter()
        filter.from = try from.map { try time($0, tool) }
        filter.to = try to.map { try time($0, tool) }
        filter.after = after
        filter.before = before
        filter.brand = brand
        filter.sku = sku
        filter.order = order
        filter.failed = failed
        filter.dead = dead
        filter.source = try source.map { try named($0, "source", "centra, peoplevox or lockstep", RecordFilter.source) }
        filter.kind = try kind.map { try named($0, "kind", RecordFilter.kinds, RecordFilter.kind) }
        return filter
    }

    private func time(_ text: String, _ tool: JournalTool) throws -> RecordFilter.Time {
        guard let time = RecordFilter.time(text, now: tool) else {
            throw ValidationError("'\(text)' is not a time; \(RecordFilter.timeForms)")
        }
        return time
    }

    private func named<Value>(
        _ text: String, _ what: String, _ names: String, _ find: (String) -> Value?
    ) throws -> Value {
        guard let value = find(text) else { throw ValidationError("there is no \(what) '\(text)'; it is \(names)") }
        return value
    }
}

func jobID(_ text: String) throws -> JobID {
    guard let id = JobID(text) else { throw ValidationError("'\(text)' is not a job, such as 1234.0") }
    return id
}
