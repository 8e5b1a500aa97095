// The page that Prometheus reads: text exposition format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/). Families stand in the order of their names and samples
// in the order of their labels, so that two pages can be compared.

package struct MetricsPage {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Label names and values, in the order in which they are written. The same family should always say them alike.
    package typealias Labels = KeyValuePairs<String, String>

    private enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family {
        let kind: Kind
        let help: String
        /// The lines of a sample, by its labels as they are written.
        var samples: [String: String] = [:]
    }

    private var families: [String: Family] = [:]

    package init() {}

    /// A number that only grows while the process lives. The name ends in `_total`.
    package mutating func counter(_ name: String, help: String, labels: Labels = [:], _ value: some BinaryInteger) {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total")
        add(.counter, name, help, labels) { "\(name)\($0) \(value)\n" }
    }

    package mutating func gauge(_ name: String, help: String, labels: Labels = [:], _ value: some BinaryInteger) {
        add(.gauge, name, help, labels) { "\(name)\($0) \(value)\n" }
    }

    package mutating func gauge(_ name: String, help: String, labels: Labels = [:], _ value: Double) {
        add(.gauge, name, help, labels) { "\(name)\($0) \(MetricsPage.number(value))\n" }
    }

    package mutating func histogram(_ name: String, help: String, labels: Labels = [:], _ histogram: Histogram) {
        precondition(!labels.contains { $0.key == "le" }, "le is the histogram's own label")
        add(.histogram, name, help, labels) { written in
            var lines = ""
            for (bound, count) in histogram.cumulative {
                lines += "\(name)_bucket\(MetricsPage.write(labels, le: bound)) \(count)\n"
            }
            return lines + "\(name)_sum\(written) \(MetricsPage.number(histogram.sum))\n"
                + "\(name)_count\(written) \(histogram.count)\n"
        }
    }

    /// The whole page.
    package var text: String {
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(MetricsPage.escape(family.help))\n# TYPE \(name) \(family.kind)\n"
            for (_, lines) in family.samples.sorted(by: { $0.key < $1.key }) { text += lines }
        }
        return text
    }

    /// The same sample said twice stands once, with its last value: two would make the whole page invalid.
    private mutating func add(
        _ kind: Kind, _ name: String, _ help: String, _ labels: Labels, _ lines: (String) -> String
    ) {
        precondition(MetricsPage.isName(name, mayContainColon: true), "\(name) is no name of a metric")
        precondition(
            labels.allSatisfy { MetricsPage.isName($0.key, mayContainColon: false) && !$0.key.hasPrefix("__") },
            "a label of \(name) is no name of a label")
        var family = families[name] ?? Family(kind: kind, help: help)
        precondition(family.kind == kind && family.help == help, "\(name) is said in two ways")
        let written = MetricsPage.write(labels)
        family.samples[written] = lines(written)
        families[name] = family
    }
}

// How names, labels and numbers are written.
extension MetricsPage {
    private static func isName(_ name: String, mayContainColon: Bool) -> Bool {
        func isLetter(_ octet: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20) || octet == UInt8(ascii: "_")
                || mayContainColon && octet == UInt8(ascii: ":")
        }
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func write(_ labels: Labels, le bound: Double? = nil) -> String {
        var pairs = labels.map { "\($0.key)=\"\(escape($0.value, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(number(bound))\"") }
        return pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
    }

    private static func escape(_ text: String, quotes: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // 10 rather than 10.0, as Prometheus itself writes it.
        return Int(exactly: value).map(String.init) ?? value.description
    }
}

/// How often a measure fell into each of a few ranges. Owned by one thread; `add` brings two together.
package struct Histogram: Equatable, Sendable {
    /// The upper bounds of the ranges, ascending, each included; everything above falls into a last one.
    private let bounds: [Double]
    /// One more than bounds.
    private var counts: [UInt64]
    package private(set) var sum: Double = 0

    package init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 } && bounds.allSatisfy(\.isFinite))
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package var count: UInt64 { counts.reduce(0, +) }

    /// A measure that is no number is left out; it would spoil the sum for ever.
    package mutating func observe(_ measure: Double) {
        guard measure.isFinite else { return }
        counts[bounds.firstIndex { measure <= $0 } ?? bounds.count] += 1
        sum += measure
    }

    package mutating func add(_ other: Histogram) {
        precondition(bounds == other.bounds, "only histograms of the same ranges can be added")
        for index in counts.indices { counts[index] += other.counts[index] }
        sum += other.sum
    }

    /// Each bound, the infinite one last, with how many measures are at most that.
    fileprivate var cumulative: [(bound: Double, count: UInt64)] {
        var running: UInt64 = 0
        return zip(bounds + [.infinity], counts).map { bound, count in
            running += count
            return (bound, running)
        }
    }
}
