// What the tests of the journal share: chance from a seed, options, records, and the few steps of every example.
import POSIX

@testable import Journal

/// SplitMix64: small, and the same on every machine.
struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func coin() -> Bool { next() % 2 == 0 }
    mutating func oneIn(_ odds: Int) -> Bool { below(odds) == 0 }

    /// Octets that look like nothing in particular, never zero.
    mutating func text(_ count: Int) -> [UInt8] {
        let start = below(90)
        return (0..<count).map { UInt8(33 + (start + $0 * 7) % 90) }
    }
}

/// A record as a test writes it and expects to see it again.
struct Sample: Equatable {
    var kind: UInt8 = 1
    var brand = "acme"
    var time: Int64 = 1_000
    var payload: [UInt8]

    init(kind: UInt8 = 1, brand: String = "acme", time: Int64 = 1_000, _ payload: [UInt8]) {
        (self.kind, self.brand, self.time, self.payload) = (kind, brand, time, payload)
    }

    init(_ text: String) {
        self.init(Array(text.utf8))
    }

    init(_ view: RecordView) {
        self.init(
            kind: view.kind, brand: String(decoding: view.brand, as: UTF8.self), time: view.time, Array(view.payload))
    }
}

extension RecordBatch {
    init(_ samples: [Sample]) {
        self.init()
        for sample in samples {
            append(kind: sample.kind, brand: sample.brand, time: sample.time) { $0 += sample.payload }
        }
    }
}

/// What a visitor saw.
struct Visited: Equatable {
    var numbers: [SequenceNumber] = []
    var samples: [Sample] = []

    mutating func visit(_ view: RecordView) {
        numbers.append(view.sequence)
        samples.append(Sample(view))
    }
}

enum Workbench {
    static let identity = JournalIdentity(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
    static let segmentOctets = JournalOptions.smallestSegmentOctets
    static let created: Int64 = 1_700_000_000_000_000

    static func options(segments limit: Int = 1_000) -> JournalOptions {
        JournalOptions(
            segmentOctets: segmentOctets, sizeLimit: limit * segmentOctets, now: { created },
            identity: { () throws(Errno) -> JournalIdentity in identity })
    }

    /// Opens a journal. On the machine's own disk it waits a little when the journal is locked: a test that starts a
    /// process, as those do that expect it to end, shares every open file with it for a moment.
    static func open(
        _ disk: any Disk, visit: (RecordView) -> Void = { _ in }
    ) throws(JournalFailure) -> JournalOpening.Opened {
        for _ in 0..<(disk is DirectoryDisk ? 500 : 0) {
            do throws(JournalFailure) {
                return try JournalOpening.open(disk, options: options(), visit: visit)
            } catch {
                if error != .locked { throw error }
                Thread.sleep(milliseconds: 10)
            }
        }
        return try JournalOpening.open(disk, options: options(), visit: visit)
    }

    /// Opens a journal and returns what it held; the writer is gone again.
    static func visited(_ disk: any Disk) throws(JournalFailure) -> Visited {
        var visited = Visited()
        _ = try open(disk) { visited.visit($0) }
        return visited
    }

    /// Opens a journal and commits each of the groups alone.
    static func commit(_ groups: [[Sample]], to disk: any Disk) throws(JournalFailure) {
        let opened = try open(disk)
        let store = opened.store
        var writer = opened.takeWriter()
        for group in groups { _ = try writer.commit(group, store) }
    }

    /// A text of that many octets without a zero.
    static func text(_ count: Int, _ letter: Character) -> Sample { Sample(String(repeating: letter, count: count)) }
}

extension JournalWriter {
    /// One group: prepares a next segment when it needs one.
    mutating func commit(_ samples: [Sample], _ store: SegmentStore) throws(JournalFailure) -> Appended {
        var batch = RecordBatch(samples)
        var appended = try append(&batch)
        if appended == .noRoom, store.prepareNext() { appended = try append(&batch) }
        _ = try commit()
        return appended
    }
}

extension SimulatedDisk {
    /// The octets of a file as a reader sees them; empty when there is none.
    func octets(_ name: String) -> [UInt8] {
        let contents = contents
        return contents.entries[name].flatMap { contents.inodes[$0]?.cached } ?? []
    }

    var segments: [String] { contents.entries.keys.filter { SegmentName($0) != nil }.sorted() }
    var tornCopies: [String] { contents.entries.keys.filter { $0.hasPrefix("torn-") }.sorted() }

    /// The same disk with one file's octets changed behind the journal's back.
    func altering(_ name: String, _ change: (inout [UInt8]) -> Void) -> SimulatedDisk {
        var contents = contents
        guard let inode = contents.entries[name], var file = contents.inodes[inode] else { return self }
        change(&file.cached)
        file.synced = file.cached
        file.unsynced = []
        contents.inodes[inode] = file
        return SimulatedDisk(contents)
    }
}
