// Switches by name: what a pretend partner does where the real one is unknown, or what goes wrong today. Each is a stored
// property; the table gives them names for `/control/<name>/switches`.
package import JSON

package struct SwitchTable<Switches: Sendable>: Sendable {
    package struct Entry: Sendable {
        let name: String
        let get: @Sendable (Switches) -> JSONValue
        /// False when the value is of the wrong kind.
        let set: @Sendable (inout Switches, JSONValue) -> Bool

        /// A switch of the property's name.
        package init<Value: SwitchValue>(_ name: String, _ path: any WritableKeyPath<Switches, Value> & Sendable) {
            self.name = name
            get = { $0[keyPath: path].switchValue }
            set = { switches, value in
                guard let value = Value(switchValue: value) else { return false }
                switches[keyPath: path] = value
                return true
            }
        }
    }

    private let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries
    }

    package func show(_ switches: Switches) -> JSONValue {
        .object(Dictionary(entries.map { ($0.name, $0.get(switches)) }) { first, _ in first })
    }

    /// All of `changes`, or none of them.
    package func set(_ switches: inout Switches, _ changes: JSONValue) throws(ControlMistake) {
        guard case .object(let changes) = changes else { throw ControlMistake("switches are an object") }
        var changed = switches
        for (name, value) in changes {
            guard let entry = entries.first(where: { $0.name == name }) else {
                throw ControlMistake("there is no switch \(name)")
            }
            guard entry.set(&changed, value) else { throw ControlMistake("\(name) does not take this value") }
        }
        switches = changed
    }
}

/// What a switch can be: a flag, a number, a text, one of some words, or a list of these.
package protocol SwitchValue: Sendable {
    init?(switchValue: JSONValue)
    var switchValue: JSONValue { get }
}

extension Bool: SwitchValue {
    package init?(switchValue: JSONValue) {
        guard let bool = switchValue.bool else { return nil }
        self = bool
    }
    package var switchValue: JSONValue { .bool(self) }
}

/// Numbers of things, milliseconds, percent: none is negative, none needs more than nine digits.
extension Int: SwitchValue {
    package init?(switchValue: JSONValue) {
        guard let integer = switchValue.integer, (0...999_999_999).contains(integer) else { return nil }
        self = integer
    }
    package var switchValue: JSONValue { .integer(self) }
}

extension String: SwitchValue {
    package init?(switchValue: JSONValue) {
        guard let string = switchValue.string else { return nil }
        self = string
    }
    package var switchValue: JSONValue { .string(self) }
}

extension Array: SwitchValue where Element: SwitchValue {
    package init?(switchValue: JSONValue) {
        guard let elements = switchValue.array else { return nil }
        let values = elements.compactMap(Element.init(switchValue:))
        guard values.count == elements.count else { return nil }
        self = values
    }
    package var switchValue: JSONValue { .array(map(\.switchValue)) }
}

/// Null is none.
extension Optional: SwitchValue where Wrapped: SwitchValue {
    package init?(switchValue: JSONValue) {
        if switchValue == .null {
            self = .none
            return
        }
        guard let value = Wrapped(switchValue: switchValue) else { return nil }
        self = .some(value)
    }
    package var switchValue: JSONValue { self?.switchValue ?? .null }
}

/// An enum of words says no more than that it is one.
extension SwitchValue where Self: RawRepresentable<String> {
    package init?(switchValue: JSONValue) {
        guard let word = switchValue.string else { return nil }
        self.init(rawValue: word)
    }
    package var switchValue: JSONValue { .string(rawValue) }
}
