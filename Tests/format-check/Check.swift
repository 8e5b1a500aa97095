// Reads and writes tables and dates for `Tests/Contract`, which compares with Python's csv and zoneinfo. Not a product.
//
//     format-check read < tables     each table's cells, or why it is refused
//     format-check write < cells     each table as CSV
//     format-check time-table FILE   rows, octets and milliseconds for reading a table, the best of twenty
//     format-check time-reply FILE   the same for a whole SOAP reply
//     format-check zone NAME < lines a line of `yyyy-mm-dd hh:mm:ss` becomes a moment, a line of seconds a local time
//
// Tables follow each other, in and out, as a decimal length, a line feed and that many octets. Cells are written as rows
// of octets: 0x1E in front of each row, 0x1F in front of each cell; none of the generated tables holds these two.
import CSV
import POSIX
import Peoplevox

@main
enum Check {
    static func main() throws {
        let arguments = Process.arguments
        switch arguments.first {
        case "read": try answerAll { read($0) }
        case "write": try answerAll { write($0) }
        case "zone" where arguments.count == 2: try answerTimes(arguments[1])
        case "time-table" where arguments.count == 2: try Timing.table(arguments[1])
        case "time-reply" where arguments.count == 2: try Timing.reply(arguments[1])
        default:
            Process.write("usage: format-check read|write|zone NAME|time-table FILE|time-reply FILE\n", to: 2)
            Process.exitNow(64)
        }
    }

    private static func answerAll(_ answer: (ArraySlice<UInt8>) -> [UInt8]) throws {
        let input = try Files.contents(of: "/dev/stdin", limit: 1 << 30)
        var output: [UInt8] = []
        var rest = input[...]
        while let newline = rest.firstIndex(of: 0x0A) {
            guard let length = Int(String(decoding: rest[..<newline], as: UTF8.self)) else { break }
            let answer = answer(rest[(newline + 1)...].prefix(length))
            output += Array("\(answer.count)\n".utf8) + answer
            rest = rest[(newline + 1)...].dropFirst(length)
        }
        Process.write(String(decoding: output, as: UTF8.self), to: 1)
    }

    private static func read(_ text: ArraySlice<UInt8>) -> [UInt8] {
        do throws(CSVMistake) {
            let table = try CSVTable(reading: Array(text), lastLine: .mayEndWithText)
            return ([table.columns] + table.rows.map(\.cells)).flatMap { row in
                [0x1E] + row.flatMap { [0x1F] + Array($0.utf8) }
            }
        } catch {
            return Array("refused: \(error)".utf8)
        }
    }

    private static func write(_ cells: ArraySlice<UInt8>) -> [UInt8] {
        let rows = cells.split(separator: 0x1E).map { row in
            row.dropFirst().split(separator: 0x1F, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        guard let header = rows.first else { return [] }
        var table = CSVTable(columns: header)
        for row in rows.dropFirst() { table.append(row) }
        return table.encoded()
    }

    private static func answerTimes(_ name: String) throws {
        let zone = try Zone(reading: Files.contents(of: "/usr/share/zoneinfo/" + name, limit: Zone.fileLimit))
        let input = try Files.contents(of: "/dev/stdin", limit: 1 << 30)
        var output: [UInt8] = []
        for line in input.split(separator: 0x0A) {
            if let seconds = Int64(String(decoding: line, as: UTF8.self)) {
                output += Array("\(zone.local(at: seconds)?.description ?? "-")\n".utf8)
            } else if let local = try DateFormat.iso.read(line) {
                let moment = zone.moment(local)
                output += Array("\(moment.seconds) \(moment.certainty)\n".utf8)
            }
        }
        Process.write(String(decoding: output, as: UTF8.self), to: 1)
    }
}
