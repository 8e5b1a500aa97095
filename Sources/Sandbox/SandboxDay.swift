// A quiet day at the demonstration shop, for whoever wants to see stock move: every few seconds somebody sells, counts, packs
// or receives something. The same day again and again, so that what was seen once can be seen twice.
import JSON
package import Outbound
import POSIX

package struct SandboxDay: Sendable {
    private let centra: CentraSandbox
    private let peoplevox: PeoplevoxSandbox
    private let clock: SandboxClock

    package init(_ centra: CentraSandbox, _ peoplevox: PeoplevoxSandbox, clock: SandboxClock) {
        self.centra = centra
        self.peoplevox = peoplevox
        self.clock = clock
    }

    /// Microseconds between two things that happen.
    package static let pace: Int64 = 4_000_000

    /// Whom a step is told to, what, and how.
    private struct Step {
        let isAtShop: Bool
        let verb: String
        let arguments: JSONValue

        static func shop(_ verb: String, _ arguments: JSONValue) -> Step {
            Step(isAtShop: true, verb: verb, arguments: arguments)
        }

        static func warehouse(_ verb: String, _ arguments: JSONValue) -> Step {
            Step(isAtShop: false, verb: verb, arguments: arguments)
        }
    }

    private static let steps: [Step] = [
        // Goods come in.
        .warehouse("receive", ["items": [["itemCode": "UM1001REDM", "quantity": 6]]]),
        // Another channel sells from the same site.
        .warehouse("reserve", ["itemCode": "UM2040BLKOS", "quantity": 3]),
        // The shop sells.
        .shop("place-order", ["lines": [["sku": "UM1001REDM", "quantity": 1]]]),
        // A stock take finds one less than the books, and another one more.
        .warehouse("count", ["itemCode": "UM1001REDL", "quantity": 8]),
        .warehouse("count", ["itemCode": "UM1001NVYM", "quantity": 7]),
        // Two are damaged.
        .warehouse("remove", ["itemCode": "UM5000GRY", "quantity": 2, "reason": "Damaged"]),
        .warehouse("reserve", ["itemCode": "UM1001REDM", "quantity": 4]),
        .shop("place-order", ["lines": [["sku": "UM5000GRY", "quantity": 2], ["sku": "UM1001REDL", "quantity": 1]]]),
        // The other channel gives back what was cancelled, and sends the rest.
        .warehouse("reserve", ["itemCode": "UM2040BLKOS", "quantity": -3]),
        .warehouse("reserve", ["itemCode": "UM1001REDM", "quantity": -4]),
        .warehouse("count", ["itemCode": "UM1001REDL", "quantity": 9]),
        .warehouse("receive", ["items": [["itemCode": "UM5000GRY", "quantity": 2]]]),
        .warehouse("count", ["itemCode": "UM1001NVYM", "quantity": 6]),
        .warehouse("remove", ["itemCode": "UM1001REDM", "quantity": 6, "reason": "Sold at the counter"]),
    ]

    /// What happens as number so-and-so of the day. What is refused did not happen: the day goes on.
    package func step(_ number: Int) {
        let step = SandboxDay.steps[number % SandboxDay.steps.count]
        do throws(ControlMistake) {
            _ = try step.isAtShop ? centra.act(step.verb, step.arguments) : peoplevox.act(step.verb, step.arguments)
        } catch { Process.write("sandbox: \(step.verb): \(error.text)\n", to: 2) }
    }

    /// Step after step, until cancelled.
    package func run(until cancellation: Cancellation) {
        var number = 0
        var next = clock.monotonicMicroseconds() + SandboxDay.pace
        while clock.wait(until: next, cancellation) {
            step(number)
            (number, next) = (number + 1, next + SandboxDay.pace)
        }
    }
}
