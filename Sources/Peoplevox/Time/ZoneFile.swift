// A zone's file as systems keep it in /usr/share/zoneinfo: TZif, RFC 8536, section 3. Only the second block is read, whose
// times have 64 bits, and the line behind it; leap seconds are passed over, since such files are not installed there.
//
//     header  block with 32-bit times  header  block with 64-bit times  \n rule \n
//
//     header: "TZif" version(1) unused(15), then six counts of 4 octets: UT, standard, leap, times, types, letters
//     block:  times, their types (1 octet each), types (offset 4, summer 1, letters 1), letters, leap, standard, UT

/// Why a file is no zone.
package enum ZoneMistake: Error, Hashable, Sendable, CustomStringConvertible {
    case notAZone
    /// Version 1: without years behind 2037. Nobody makes these any more.
    case tooOld
    case cutShort
    case disordered
    case ruleUnreadable

    package var description: String {
        switch self {
        case .notAZone: "it is not a file of a time zone (TZif)"
        case .tooOld: "it is a TZif file of version 1, which ends in 2037"
        case .cutShort: "it ends too early"
        case .disordered: "its changes are out of order or of no known type"
        case .ruleUnreadable: "its last line is not a rule in the notation of TZ"
        }
    }
}

extension Zone {
    /// Octets of the largest file that is worth reading; the largest of them is below 4 KiB.
    package static let fileLimit = 256 << 10

    /// Whether a name can be that of a file below /usr/share/zoneinfo and of nothing elsewhere.
    package static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (1...3).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= 32 && part.first != "." && part.first != "-"
                    && part.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x5F || $0 == 0x2D || $0 == 0x2B }
            }
    }

    /// - Throws: why the octets are no zone.
    package init(reading octets: [UInt8]) throws(ZoneMistake) {
        var file = ZoneOctets(rest: octets[...])
        let first = try ZoneCounts(&file)
        guard first.version >= UInt8(ascii: "2") else { throw .tooOld }
        try file.skip(first.octets(timeWidth: 4))
        let counts = try ZoneCounts(&file)
        let times = try file.integers(counts.times, width: 8)
        let indexes = try file.octets(counts.times)
        let types = try file.octets(counts.types * 6)
        try file.skip(counts.letters + counts.leaps * 12 + counts.standards + counts.universals)
        let offsets = stride(from: types.startIndex, to: types.endIndex, by: 6).map { start in
            Int(Int32(truncatingIfNeeded: types[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }))
        }
        guard let firstOffset = offsets.first else { throw .notAZone }
        self.init(
            firstOffset: firstOffset,
            changes: try Self.changes(times, indexes.map(Int.init), offsets),
            rule: try Self.rule(&file))
    }

    private static func changes(
        _ times: [Int64], _ types: [Int], _ offsets: [Int]
    ) throws(ZoneMistake) -> [ZoneChange] {
        var changes: [ZoneChange] = []
        var before = offsets[0]
        for (time, type) in zip(times, types) {
            // The bound keeps every sum of a time and an offset in range; the earliest that files name is about -2^59.
            guard type < offsets.count, changes.last.map({ $0.moment < time }) ?? true, abs(offsets[type]) < 1 << 20,
                (-(1 << 60)...1 << 60).contains(time)
            else { throw .disordered }
            changes.append(ZoneChange(moment: time, before: before, after: offsets[type]))
            before = offsets[type]
        }
        return changes
    }

    /// Nil when the line is empty: then the last offset stays.
    private static func rule(_ file: inout ZoneOctets) throws(ZoneMistake) -> ZoneRule? {
        guard file.rest.first == 0x0A else { throw .cutShort }
        let line = file.rest.dropFirst()
        guard let end = line.firstIndex(of: 0x0A) else { throw .cutShort }
        if line.startIndex == end { return nil }
        guard let rule = ZoneRule(line[..<end]) else { throw .ruleUnreadable }
        return rule
    }
}

private struct ZoneCounts {
    let version: UInt8
    let universals: Int
    let standards: Int
    let leaps: Int
    let times: Int
    let types: Int
    let letters: Int

    init(_ file: inout ZoneOctets) throws(ZoneMistake) {
        guard file.rest.starts(with: Array("TZif".utf8)) else { throw .notAZone }
        version = try file.octets(20).dropFirst(4).first ?? 0
        let counts = try file.integers(6, width: 4).map(Int.init)
        guard counts.allSatisfy({ (0...Zone.fileLimit).contains($0) }) else { throw .cutShort }
        (universals, standards, leaps) = (counts[0], counts[1], counts[2])
        (times, types, letters) = (counts[3], counts[4], counts[5])
    }

    func octets(timeWidth: Int) -> Int {
        times * (timeWidth + 1) + types * 6 + letters + leaps * (timeWidth + 4) + standards + universals
    }
}

private struct ZoneOctets {
    private(set) var rest: ArraySlice<UInt8>

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    mutating func octets(_ count: Int) throws(ZoneMistake) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .cutShort }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func skip(_ count: Int) throws(ZoneMistake) { _ = try octets(count) }

    /// Big-endian and signed.
    mutating func integers(_ count: Int, width: Int) throws(ZoneMistake) -> [Int64] {
        let all = try octets(count * width)
        return stride(from: all.startIndex, to: all.endIndex, by: width).map { start in
            let first = Int64(Int8(bitPattern: all[start]))
            return all[start + 1..<start + width].reduce(first) { $0 << 8 | Int64($1) }
        }
    }
}
