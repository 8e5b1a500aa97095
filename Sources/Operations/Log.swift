// The log: one JSON object a line, for people and for the programs that collect lines.
//
//     {"time":"2026-02-03T14:05:11.028033Z","level":"info","message":"delivery accepted","brand":"demo","sequence":42}
//
// A message is a fixed text in words, and so is a field's name: what varies stands in the values. Neither a secret nor
// anything about a shopper belongs in a value (P9); a record's number, under `sequence`, leads to the rest.
package import JSON

/// Ascending: `warning` is for what a person should look at some day, `error` for what a person must look at now.
package enum LogLevel: Int, Comparable, Sendable, CaseIterable {
    case debug, info, notice, warning, error

    package var name: String { "\(self)" }

    package static func < (one: LogLevel, other: LogLevel) -> Bool { one.rawValue < other.rawValue }
}

package enum LogValue: Equatable, Sendable {
    case int(Int)
    case string(String)
    case bool(Bool)

    /// A number that does not fit shows as the nearest that does.
    package init(_ number: some BinaryInteger) { self = .int(Int(clamping: number)) }
    package init(describing value: some CustomStringConvertible) { self = .string(value.description) }
}

extension LogValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByBooleanLiteral
{
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension LogValue: JSONWritable {
    package func write(into json: inout JSONWriter) {
        switch self {
        case .int(let number): json.value(number)
        case .string(let text): json.value(printable(text, limit: LogLine.valueOctets))
        case .bool(let bool): json.value(bool)
        }
    }
}

/// What one line says, without its time.
package struct LogLine {
    /// Octets of a value that are shown; more are cut off.
    package static let valueOctets = 256
    private static let ownFields = ["time", "level", "message"]

    package let level: LogLevel
    package let message: StaticString
    package let fields: [(name: StaticString, value: LogValue)]

    package init(_ level: LogLevel, _ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        precondition(!fields.contains { LogLine.ownFields.contains($0.key.description) }, "every line says that itself")
        self.level = level
        self.message = message
        self.fields = fields.map { ($0.key, $0.value) }
    }

    /// The line with its end.
    package func octets(at time: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("time", time.description)
            json.field("level", level.name)
            json.field("message", message.description)
            for (name, value) in fields { json.field(name.description, value) }
        }
        return json.octets + [UInt8(ascii: "\n")]
    }
}

/// Where every part of the program says what happened. May be used from any thread.
package final class Log: Sendable {
    package let minimum: LogLevel
    private let now: @Sendable () -> Int64
    private let sink: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - minimum: what is below is not said.
    ///   - now: wall time in microseconds.
    ///   - sink: takes one whole line at a time, from any thread; a line of at most 4,096 octets that it gives to the
    ///     kernel in one `write` is not mixed with another.
    package init(
        minimum: LogLevel, now: @escaping @Sendable () -> Int64, sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.minimum = minimum
        self.now = now
        self.sink = sink
    }

    package func say(_ line: LogLine) {
        guard line.level >= minimum else { return }
        sink(line.octets(at: Timestamp(microseconds: now())))
    }

    package func debug(_ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        say(LogLine(.debug, message, fields))
    }

    package func info(_ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        say(LogLine(.info, message, fields))
    }

    package func notice(_ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        say(LogLine(.notice, message, fields))
    }

    package func warning(_ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        say(LogLine(.warning, message, fields))
    }

    package func error(_ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        say(LogLine(.error, message, fields))
    }
}
