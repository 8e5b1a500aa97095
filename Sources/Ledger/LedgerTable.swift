// What stands in the ledger. Every row says what one record of the journal says, and is known by the record's number and
// its own place in it; nothing is changed or summed up once it is written.
//
// So the content is a function of the records that the journal holds, however they came in: a ledger that followed for a
// year and one that is rebuilt today have the same rows. What is current is the newest row, and folds are made by whoever
// reads (`StockBook`).

enum LedgerTable: String, CaseIterable, Sendable {
    case starts
    case wakeups
    case jobs
    case reads
    case observations
    case failedReads = "failed_reads"
    case targets
    case writes
    case movements
    case doubts
    case strangers
    case identities
    case checkpoints
    case reconciliations
    case differences
    case exceptions

    /// Goes up with every change of the tables, or of what is written into them. A ledger of another version is rebuilt.
    static let version: Int64 = 7

    /// Behind `record`, `part` and `time`, which every table begins with.
    var columns: [String] {
        switch self {
        case .starts: ["version TEXT NOT NULL"]
        // One for each subject of each job. `action` is an operator's.
        case .wakeups:
            [
                "brand TEXT NOT NULL", "kind TEXT NOT NULL", "code TEXT NOT NULL", "job INTEGER NOT NULL",
                "source TEXT NOT NULL", "type TEXT NOT NULL", "event TEXT NOT NULL", "action TEXT",
            ]
        // `due` is when it is tried again; `other` and `other_job` are what it was coalesced into.
        case .jobs:
            [
                "delivery INTEGER NOT NULL", "job INTEGER NOT NULL", "result TEXT NOT NULL", "attempts INTEGER",
                "due INTEGER", "reason TEXT", "other INTEGER", "other_job INTEGER",
            ]
        case .reads: ["brand TEXT NOT NULL", "sku TEXT NOT NULL"]
        // Without a site: there was no row (`is_absent`), or a row of no site.
        case .observations:
            [
                "brand TEXT NOT NULL", "sku TEXT NOT NULL", "position INTEGER NOT NULL", "is_absent INTEGER NOT NULL",
                "site TEXT", "on_hand INTEGER", "allocated INTEGER", "available INTEGER",
            ]
        case .failedReads:
            [
                "brand TEXT NOT NULL", "sku TEXT NOT NULL", "position INTEGER NOT NULL", "reason TEXT NOT NULL",
            ]
        // Either a quantity and what it is made of, or why it is unknown. `floor`: why the base was taken as 0.
        case .targets:
            [
                "brand TEXT NOT NULL", "sku TEXT NOT NULL", "warehouse INTEGER NOT NULL", "position INTEGER NOT NULL",
                "quantity INTEGER", "base INTEGER", "own INTEGER", "buffer INTEGER", "floor TEXT", "unknown TEXT",
            ]
        // `state` is sent, applied, refused, failed, unanswered, or stale: not sent, because `newer` had been.
        case .writes:
            [
                "brand TEXT NOT NULL", "sku TEXT NOT NULL", "warehouse INTEGER NOT NULL", "position INTEGER NOT NULL",
                "quantity INTEGER NOT NULL", "state TEXT NOT NULL", "reason TEXT", "newer INTEGER",
            ]
        case .movements:
            [
                "brand TEXT NOT NULL", "order_number TEXT NOT NULL", "kind TEXT NOT NULL", "sku TEXT NOT NULL",
                "warehouse INTEGER NOT NULL", "units INTEGER NOT NULL",
            ]
        case .doubts:
            ["brand TEXT NOT NULL", "sku TEXT NOT NULL", "warehouse INTEGER NOT NULL", "shown INTEGER"]
        // Peoplevox never had a row; `shown` is what Centra shows, and null where Centra does not have it either.
        case .strangers: ["brand TEXT NOT NULL", "sku TEXT NOT NULL", "shown INTEGER"]
        // The numbers of Centra's sizes that share it, with a comma between them; null where none do any more.
        case .identities: ["brand TEXT NOT NULL", "sku TEXT NOT NULL", "sizes TEXT"]
        // The whole book, restated: without a SKU, that a part is there (or, without a number, that one began); with one, what
        // the part holds of it, in the journal's own form.
        case .checkpoints:
            [
                "brand TEXT NOT NULL", "sku TEXT", "begun INTEGER NOT NULL", "number INTEGER", "count INTEGER",
                "state TEXT",
            ]
        // `event` is began, ended or confirmed; only what has ended has figures.
        case .reconciliations:
            [
                "brand TEXT NOT NULL", "event TEXT NOT NULL", "run INTEGER NOT NULL", "verdict TEXT",
                "compared INTEGER",
                "agreed INTEGER", "disagreed INTEGER", "unlisted INTEGER",
            ]
        // `event` is raised, restated, acknowledged, noted or cleared; class and subject stand where it is raised or restated,
        // `user` and `until` are of an acknowledgement.
        case .exceptions:
            [
                "brand TEXT NOT NULL", "event TEXT NOT NULL", "exception INTEGER NOT NULL", "class TEXT",
                "subject TEXT",
                "sku TEXT", "note TEXT", "user INTEGER", "until INTEGER",
            ]
        // What a run that ended lists; `gone` is what neither side has any more.
        case .differences:
            [
                "brand TEXT NOT NULL", "sku TEXT NOT NULL", "warehouse INTEGER", "run INTEGER NOT NULL",
                "explanation TEXT NOT NULL", "should INTEGER", "shows INTEGER", "shows_at INTEGER",
                "detail TEXT NOT NULL",
            ]
        }
    }

    /// What rows are looked up by.
    private var indexes: [String] {
        switch self {
        case .starts, .reconciliations: []
        case .wakeups: ["brand, kind, code"]
        case .jobs: ["delivery, job"]
        case .reads, .observations, .failedReads, .targets, .writes, .doubts, .strangers, .identities, .checkpoints,
            .differences:
            ["brand, sku"]
        case .exceptions: ["brand, sku", "exception"]
        case .movements: ["brand, sku", "brand, order_number"]
        }
    }

    static let schema: [String] =
        allCases.flatMap { table in
            let columns =
                (["record INTEGER NOT NULL", "part INTEGER NOT NULL", "time INTEGER NOT NULL"] + table.columns)
                .joined(separator: ", ")
            let create = "CREATE TABLE \(table.rawValue) (\(columns), PRIMARY KEY (record, part)) WITHOUT ROWID"
            let indexes = table.indexes.enumerated().map { number, columns in
                "CREATE INDEX \(table.rawValue)_\(number) ON \(table.rawValue) (\(columns), record)"
            }
            return [create] + indexes
        } + [
            // How far the journal was read; one row. `journal` tells journals apart.
            "CREATE TABLE cursor (journal INTEGER NOT NULL, record INTEGER NOT NULL, checksum INTEGER NOT NULL)",
            // Units of each order that Peoplevox has deducted and Centra not yet, by shelf.
            """
            CREATE VIEW open_units AS
            SELECT brand, order_number, sku, warehouse,
                sum(CASE kind WHEN 'exported' THEN units WHEN 'despatched' THEN 0 ELSE -units END) AS open
            FROM movements GROUP BY brand, order_number, sku, warehouse HAVING open <> 0
            """,
        ]

    var insertion: String {
        let marks = Array(repeating: "?", count: columns.count + 3).joined(separator: ", ")
        return "INSERT INTO \(rawValue) VALUES (\(marks))"
    }
}
