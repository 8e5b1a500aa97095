// Until when a partner has asked to be left alone, kept over a restart: a process that does not know it calls at once, and
// partners that count such calls prolong the pause.
//
// The one thing to know: it is only a note. One that cannot be written or read is none, and the partner says it again.
import JSON
import POSIX
import Synchronization

/// A small file beside what the doctor found out, in the brand's own directory.
final class PauseNote: Sendable {
    enum Partner: String {
        case centra, peoplevox
    }

    /// Microseconds: less than that a start takes as well.
    private static let shortest: Int64 = 5_000_000
    private static let octetLimit = 1_000

    private let path: String
    private let clock: any Clock
    /// What was written last, microseconds since 1970.
    private let last = Mutex<Int64>(0)

    /// - Parameter directory: the brand's; where it is missing, nothing is kept.
    init(_ partner: Partner, in directory: String, clock: any Clock) {
        path = "\(directory)/\(partner.rawValue)-pause.json"
        self.clock = clock
    }

    /// What an earlier process was asked for, microseconds since 1970; nil when nothing is known.
    var until: Int64? {
        guard let octets = try? Files.contents(of: path, limit: PauseNote.octetLimit),
            let json = try? JSONValue(octets),
            json["version"]?.integer == 1
        else { return nil }
        return json["until"]?.integer.map(Int64.init)
    }

    /// - Parameter until: microseconds since 1970.
    func keep(_ until: Int64) {
        guard until > clock.wallMicroseconds() + PauseNote.shortest else { return }
        last.withLock { last in
            guard until > last else { return }
            last = until
            try? replace(
                JSONWriter.line { json in
                    json.field("version", 1)
                    json.field("until", until)
                })
        }
    }

    private func replace(_ text: [UInt8]) throws(Errno) {
        let draft = path + ".new"
        try? Files.remove(draft)
        let file = try Files.open(draft, .createNew)
        try file.writeAll(text, at: 0)
        try Files.rename(draft, to: path)
    }
}
