// Reading an answer's JSON: strict about what we rely on, and every misfit names the place.
import Commerce
import JSON

/// What an answer has, and we cannot use. The text holds a path and a type, never a value (P9).
package struct Misfit: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    package let problem: String

    package var description: String { "\(path) \(problem)" }
}

/// A value of the answer and where it stands: `data.orders[0].lines[2].id`.
struct Node: Sendable {
    let value: JSONValue
    let path: String
    /// The schema of the server that said it.
    let schema: SchemaCapabilities

    func misfit(_ problem: String) -> Misfit { Misfit(path: path, problem: problem) }

    /// A member that must be there; it may be null.
    func member(_ name: String) throws(Misfit) -> Node {
        guard case .object(let fields) = value else { throw misfit("is no object") }
        guard let field = fields[name] else { throw Misfit(path: "\(path).\(name)", problem: "is missing") }
        return Node(value: field, path: "\(path).\(name)", schema: schema)
    }

    /// A member that need not be there; null counts as absent.
    func optional(_ name: String) -> Node? {
        guard case .object(let fields) = value, let field = fields[name], field != .null else { return nil }
        return Node(value: field, path: "\(path).\(name)", schema: schema)
    }

    func optional<Value>(_ name: String, _ read: (Node) throws(Misfit) -> Value) throws(Misfit) -> Value? {
        guard let node = optional(name) else { return nil }
        return try read(node)
    }

    func list<Value>(_ name: String, _ read: (Node) throws(Misfit) -> Value) throws(Misfit) -> [Value] {
        let list = try member(name)
        guard let elements = list.value.array else { throw list.misfit("is no list") }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            values.append(try read(Node(value: element, path: "\(list.path)[\(index)]", schema: schema)))
        }
        return values
    }

    /// A nested list, which the server cuts off at its limit without a word (`SchemaCapabilities.mayBeCut`).
    func wholeList<Value>(
        _ name: String, of type: String, _ read: (Node) throws(Misfit) -> Value
    ) throws(Misfit) -> [Value] {
        let values = try list(name, read)
        guard !schema.mayBeCut("\(type).\(name)(limit)", count: values.count) else {
            throw Misfit(path: "\(path).\(name)", problem: "may be cut off after \(values.count) entries")
        }
        return values
    }
}

// Scalars that must be there.
extension Node {
    func text(_ name: String) throws(Misfit) -> String {
        let node = try member(name)
        switch node.value {
        case .string(let text): return text
        case .integer(let integer): return String(integer)
        default: throw node.misfit("is no text")
        }
    }

    /// A number, or a text that is one: ids come either way.
    func integer(_ name: String) throws(Misfit) -> Int {
        let node = try member(name)
        switch node.value {
        case .integer(let integer): return integer
        case .string(let text), .decimal(let text):
            if let amount = Amount(text), amount.scale == 0 { return amount.coefficient }
            throw node.misfit("is no integer")
        default: throw node.misfit("is no integer")
        }
    }

    func flag(_ name: String) throws(Misfit) -> Bool {
        let node = try member(name)
        guard let flag = node.value.bool else { throw node.misfit("is neither true nor false") }
        return flag
    }

    /// Exact: a JSON number never passes through binary floating point.
    func amount(_ name: String) throws(Misfit) -> Amount {
        let node = try member(name)
        switch node.value {
        case .integer(let integer): return Amount(integer)
        case .decimal(let text), .string(let text):
            if let amount = Amount(text) { return amount }
            throw node.misfit("is no amount that can be held exactly")
        default: throw node.misfit("is no number")
        }
    }

    func time(_ name: String) throws(Misfit) -> CentraTime {
        let node = try member(name)
        guard let text = node.value.string, let time = CentraTime(text) else {
            throw node.misfit("is no date with an offset")
        }
        return time
    }

    func code<Code>(_ name: String) throws(Misfit) -> OpenCode<Code> { OpenCode(try text(name)) }
}

// Scalars that need not be there.
extension Node {
    func optionalText(_ name: String) throws(Misfit) -> String? {
        optional(name) == nil ? nil : try text(name)
    }

    /// Absent when it is empty, too: an empty SKU names nothing.
    func optionalCode(_ name: String) throws(Misfit) -> String? {
        try optionalText(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    func personal(_ name: String) throws(Misfit) -> Personal? {
        try optionalCode(name).map(Personal.init)
    }

    func optionalInteger(_ name: String) throws(Misfit) -> Int? {
        optional(name) == nil ? nil : try integer(name)
    }

    func optionalFlag(_ name: String) throws(Misfit) -> Bool? {
        optional(name) == nil ? nil : try flag(name)
    }

    func optionalTime(_ name: String) throws(Misfit) -> CentraTime? {
        optional(name) == nil ? nil : try time(name)
    }
}
