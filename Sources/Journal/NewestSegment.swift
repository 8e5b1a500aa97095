// The file `newest`: a copy of the newest segment's header. The chain shows every segment that is missing but the last
// ones, behind which nothing stands that could tell; this file can.
//
// It is written when a segment has its durable name and before anything is acknowledged in it. So after a power cut it
// names the newest segment or the one before, never one that there was not. 64 octets at the start of a file lie in one
// sector, which a device writes whole or not at all.
import POSIX

enum NewestSegment {
    static let fileName = "newest"

    /// Nil when it was never written: a new journal, or one of an earlier Lockstep.
    static func read(_ disk: any Disk) throws(JournalFailure) -> SegmentHeader? {
        do throws(Errno) {
            var octets: [UInt8] = []
            try disk.open(fileName, .read).readAll(into: &octets)
            // Its name was durable before its content was, or the first write was cut off.
            if octets.count < SegmentHeader.octets || octets.allSatisfy({ $0 == 0 }) { return nil }
            if let header = octets.withUnsafeBytes({ SegmentHeader($0) }) { return header }
        } catch {
            if error == .notFound { return nil }
            throw .read(error)
        }
        throw .damaged(Damage(segment: fileName, offset: 0, expected: 1, reason: "it does not verify"))
    }

    static func open(on disk: any Disk) throws(JournalFailure) -> any DiskFile {
        do throws(Errno) { return try disk.open(fileName, .createIfMissing) } catch { throw .write(error) }
    }

    static func write(_ header: SegmentHeader, to file: any DiskFile, on disk: any Disk) throws(JournalFailure) {
        do throws(Errno) { try file.write(header.encoded(), at: 0) } catch { throw .write(error) }
        do throws(Errno) {
            try file.synchronizeData()
            try disk.synchronizeDirectory()
        } catch { throw .synchronize(error) }
    }

    /// What is wrong when a journal that once had `newest` now ends with `last`; nil when nothing is.
    static func damage(_ newest: SegmentHeader?, last: SegmentName?) -> Damage? {
        guard let newest, (last?.index ?? 0) < newest.index else { return nil }
        return Damage(
            segment: newest.name, offset: 0, expected: newest.firstSequence,
            reason: "the segment is missing, and perhaps others behind it; the file \"\(fileName)\" knows of it")
    }
}
