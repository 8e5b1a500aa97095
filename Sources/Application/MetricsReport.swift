// The numbers behind `/metrics`: how old, how many, how fast, how full. Names end in their unit (Prometheus practice).
import EventLoop
import Journal
import Operations
import POSIX
import Queues
import Webhooks
import Workflows

struct MetricsReport {
    private var page = MetricsPage()

    init(_ road: Road) {
        addIntake(road)
        addConnections(road.networkControl.statistics)
        addJournal(road)
        addQueues(road)
        let now = road.clock.wallMicroseconds()
        for engine in road.stock.all { page.add(engine.status, of: engine.brand, now: now) }
        if let ledger = road.ledger { addLedger(ledger) }
        addExceptions(road.exceptions.figures(now: road.clock.wallMicroseconds()))
        page.gauge("lockstep_ready", help: "1 when deliveries are accepted.", road.readiness.current.isReady ? 1 : 0)
        page.gauge(
            "process_resident_memory_bytes", help: "Resident memory size in bytes.", Process.residentOctets())
    }

    var text: String { page.text }

    private mutating func addIntake(_ road: Road) {
        for brand in road.counters.all {
            for source in Source.allCases {
                let counter = brand.accepted(from: source)
                page.counter(
                    "lockstep_deliveries_total", help: "Deliveries accepted, by brand and source.",
                    labels: ["brand": brand.name, "source": source.description], counter.count)
            }
            for (reason, counter) in brand.rejected.sorted(by: { $0.key < $1.key }) {
                page.counter(
                    "lockstep_rejected_total",
                    help: "Deliveries refused as not genuine, or with a body that cannot be read, by reason.",
                    labels: ["brand": brand.name, "reason": reason], counter.count)
            }
            addTranslation(brand)
        }
    }

    private mutating func addTranslation(_ brand: BrandCounters) {
        let counters: [(String, String, Counter)] = [
            ("lockstep_redeliveries_total", "Deliveries recognised as sent before.", brand.redelivered),
            ("lockstep_events_total", "Events that deliveries were translated into.", brand.events),
            ("lockstep_ignored_total", "Parts of deliveries that need no work.", brand.ignored),
            ("lockstep_not_understood_total", "Genuine deliveries that could not be read.", brand.notUnderstood),
            ("lockstep_minimised_total", "Deliveries journaled without fields that may be personal.", brand.minimised),
            ("lockstep_quarantined_total", "Refused deliveries kept for release.", brand.quarantined),
            (
                "lockstep_quarantine_overflow_total", "Refused deliveries not kept: over budget.",
                brand.quarantineOverflow
            ),
            (
                "lockstep_dead_letter_refusals_total",
                "Deliveries answered 503 because their brand has as many dead letters as it may.",
                brand.refusedForDeadLetters
            ),
        ]
        for (name, help, counter) in counters {
            page.counter(name, help: help, labels: ["brand": brand.name], counter.count)
        }
    }

    private mutating func addConnections(_ statistics: LoopStatistics) {
        page.gauge("lockstep_connections", help: "Open connections of the public listener.", statistics.openConnections)
        page.counter(
            "lockstep_connections_total", help: "Connections accepted by the public listener.",
            statistics.acceptedConnections)
        page.counter("lockstep_requests_total", help: "Whole requests received.", statistics.requests)
        for (status, count) in statistics.refusals.sorted(by: { $0.key < $1.key }) {
            page.counter(
                "lockstep_malformed_requests_total", help: "Requests refused for framing, limits or deadlines.",
                labels: ["status": String(status)], count)
        }
        page.counter(
            "lockstep_refused_connections_total", help: "Refused because the limit of connections was reached.",
            statistics.refusedConnections)
        page.gauge(
            "lockstep_held_bytes", help: "Memory for unfinished requests and unsent answers.", statistics.heldOctets)
        page.counter(
            "lockstep_turned_away_total", help: "Refused because they held most when too much was held.",
            statistics.turnedAway)
        page.counter(
            "lockstep_descriptor_shortages_total", help: "Times without a descriptor for a waiting connection.",
            statistics.descriptorShortages)
    }

    private mutating func addJournal(_ road: Road) {
        let (state, statistics) = (road.commits.store.state, road.commits.statistics)
        page.counter("lockstep_journal_commits_total", help: "Group commits: one fdatasync each.", statistics.commits)
        page.counter("lockstep_journal_records_total", help: "Records committed since the start.", statistics.records)
        page.counter("lockstep_journal_written_bytes_total", help: "Octets of those records.", statistics.octets)
        page.counter(
            "lockstep_journal_commit_microseconds_total", help: "Time spent in write and fdatasync.",
            statistics.busyMicroseconds)
        page.gauge(
            "lockstep_journal_commit_longest_microseconds", help: "The longest write and fdatasync.",
            statistics.longestMicroseconds)
        page.gauge("lockstep_journal_segments", help: "Segments on disk.", state.segments)
        page.gauge("lockstep_journal_bytes", help: "Octets of all segments.", state.octets)
        page.gauge(
            "lockstep_journal_limit_bytes", help: "The configured largest size.", road.configuration.journal.sizeLimit)
        page.gauge("lockstep_journal_first_sequence", help: "The oldest record kept.", state.firstSequence)
        page.gauge(
            "lockstep_journal_settled_below_sequence",
            help: "Every record below is settled; the oldest job or dead letter keeps what follows from removal.",
            road.dispatcher.settledFloor(durable: state.durable))
        page.gauge("lockstep_journal_durable_sequence", help: "The newest durable record.", state.durable)
        page.gauge(
            "lockstep_journal_obstructed", help: "1 when no next segment can be made.", state.obstacle == nil ? 0 : 1)
    }

    private mutating func addLedger(_ ledger: LedgerFollower) {
        let status = ledger.current
        page.gauge("lockstep_ledger_sequence", help: "The newest record that is in the ledger.", status.sequence)
        page.gauge("lockstep_ledger_lag_records", help: "Durable records that are not in the ledger.", ledger.lag)
        page.counter("lockstep_ledger_records_total", help: "Records taken in since the start.", status.records)
        page.counter("lockstep_ledger_rebuilds_total", help: "Times the ledger was made anew.", status.rebuilds)
        page.gauge(
            "lockstep_ledger_stopped", help: "1 while the ledger cannot be written.", status.problem == nil ? 0 : 1)
    }

    private mutating func addQueues(_ road: Road) {
        let (counts, oldest) = road.dispatcher.inspect { queues, now in (queues.counts, queues.oldestAge(now: now)) }
        let states = [
            ("blocked", counts.blocked), ("ready", counts.ready), ("running", counts.running),
            ("waiting", counts.waiting),
        ]
        for (state, count) in states {
            page.gauge("lockstep_jobs", help: "Jobs in the queues, by state.", labels: ["state": state], count)
        }
        page.gauge("lockstep_queue_keys", help: "Keys with at least one job.", counts.keys)
        page.gauge("lockstep_dead_letters", help: "Jobs that need a person.", counts.deadLetters)
        for (brand, count) in road.dispatcher.deadLetters.all.sorted(by: { $0.key < $1.key }) {
            page.gauge(
                "lockstep_brand_dead_letters", help: "The same by brand; none where there is none.",
                labels: ["brand": brand], count)
        }
        page.gauge(
            "lockstep_brand_dead_letter_limit", help: "At so many a brand's deliveries are answered 503.",
            road.configuration.queues.deadLetterLimit)
        page.gauge("lockstep_oldest_job_age_milliseconds", help: "Age of the oldest waiting job.", oldest ?? 0)
        let statistics = road.dispatcher.statistics
        let outcomes = [
            ("settled", statistics.settled), ("coalesced", statistics.coalesced), ("retried", statistics.retried),
            ("dead_lettered", statistics.deadLettered),
        ]
        for (outcome, count) in outcomes {
            page.counter(
                "lockstep_job_outcomes_total", help: "Outcomes of jobs since the start.", labels: ["outcome": outcome],
                count)
        }
    }

    private mutating func addExceptions(_ figures: ExceptionWatch.Figures) {
        for (group, count) in figures.open {
            page.gauge(
                "lockstep_exceptions_open", help: "Open exceptions, by class and owner; the runbook says what to do.",
                labels: [
                    "class": group.kind.rawValue, "owner": group.kind.owner.rawValue, "brand": group.brand,
                    "priority": String(group.kind.priority.rawValue), "acknowledged": String(group.isAcknowledged),
                ], count)
        }
        page.gauge(
            "lockstep_exceptions_oldest_age_seconds", help: "Since when the oldest open exception's condition holds.",
            figures.oldestAge / 1_000_000)
        for kind in ExceptionClass.allCases {
            let labels: MetricsPage.Labels = ["class": kind.rawValue, "owner": kind.owner.rawValue]
            page.counter(
                "lockstep_exceptions_raised_total", help: "Exceptions raised since the start.", labels: labels,
                figures.counts.raised[kind] ?? 0)
            page.counter(
                "lockstep_exceptions_cleared_total", help: "Exceptions cleared since the start.", labels: labels,
                figures.counts.cleared[kind] ?? 0)
        }
    }
}
