// JSON as operators and partners send it (RFC 8259). Strict, because a text that two readers could understand differently
// should not act on a journal or a shop: one value, no name twice, nothing after it.

package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits in 64 bit.
    case integer(Int)
    /// Any other number, as it was written: amounts of money must not pass through binary floating point.
    case decimal(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package static let octetLimit = 64 << 10
    package static let depthLimit = 16

    /// - Throws: where the text stops being JSON, or which limit it exceeds.
    package init(
        _ text: some Collection<UInt8>, octetLimit: Int = JSONValue.octetLimit, depthLimit: Int = JSONValue.depthLimit
    ) throws(JSONMistake) {
        guard text.count <= octetLimit else {
            throw JSONMistake(offset: octetLimit, text: "is larger than \(octetLimit) octets")
        }
        var reader = JSONReader(Array(text), depthLimit: depthLimit)
        self = try reader.text()
    }

    package subscript(name: String) -> JSONValue? {
        if case .object(let fields) = self { fields[name] } else { nil }
    }

    package var integer: Int? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    package var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let array) = self { array } else { nil }
    }
}

/// Why a text is no JSON that is accepted here.
package struct JSONMistake: Error, Equatable, Sendable, CustomStringConvertible {
    /// Of the first octet that is wrong, from 0; at the text's length when it ends too early.
    package let offset: Int
    package let text: String

    package var description: String { "the JSON text \(text) (at octet \(offset))" }
}
