// Everything that happens in a run, in order, as one number and, when somebody wants to read it, as lines. Two runs of a
// seed have the same number or the program is not the same twice.
import Sandbox
import Workflows

package struct Violation: Error, CustomStringConvertible, Sendable {
    package let promise: String
    package let text: String
    package let step: Int
    package let sku: String?

    package var description: String { "\(promise) at step \(step): \(text)" }
}

package final class Trace {
    /// FNV-1a over all that happened.
    package private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    package private(set) var lines: [String] = []
    package private(set) var violations: [Violation] = []
    package var step = 0
    private let keepsLines: Bool

    package init(keepsLines: Bool) {
        self.keepsLines = keepsLines
    }

    func note(_ text: @autoclosure () -> String) {
        let text = text()
        take(text.utf8)
        if keepsLines { lines.append("\(step)  \(text)") }
    }

    func take(_ octets: some Sequence<UInt8>) {
        for octet in octets { digest = (digest ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 }
    }

    func violate(_ promise: String, _ sku: String? = nil, _ text: String) {
        note("VIOLATION \(promise) \(text)")
        if violations.count < 20 { violations.append(Violation(promise: promise, text: text, step: step, sku: sku)) }
    }

    /// The lines that name the SKU.
    package func story(of sku: String?) -> [String] {
        guard let sku else { return Array(lines.suffix(60)) }
        return lines.filter { $0.contains(sku) || $0.contains("life") || $0.contains("sweep") }
    }
}
