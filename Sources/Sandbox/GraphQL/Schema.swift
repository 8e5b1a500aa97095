// A GraphQL schema as a table: what there is, of which type, with which permission, since which spelling.

struct Schema: Sendable {
    private(set) var types: [String: SchemaType] = [:]
    /// In the order of the text.
    private(set) var names: [String] = []

    subscript(name: String) -> SchemaType? { types[name] }

    mutating func add(_ type: SchemaType) {
        if types.updateValue(type, forKey: type.name) == nil { names.append(type.name) }
    }

    /// By name of each type; filled by `finish`.
    private var possible: [String: [String]] = [:]

    /// The object types that a value of this type can have.
    func possibleTypes(of name: String) -> [String] { possible[name] ?? [] }

    private func implementations(of type: SchemaType) -> [String] {
        switch type.kind {
        case .object: [type.name]
        case .union: type.members
        case .interface:
            names.filter { types[$0]?.kind == .object && types[$0]?.interfaces.contains(type.name) == true }
        case .scalar, .enumeration, .input: []
        }
    }

    /// To be called when all types are there.
    mutating func finish() {
        inheritFields()
        for type in types.values { possible[type.name] = implementations(of: type) }
    }

    /// Types that implement an interface have its fields, so that the text need not repeat them.
    private mutating func inheritFields() {
        for name in names {
            guard var type = types[name], type.kind == .object else { continue }
            for interface in type.interfaces {
                let inherited = types[interface]?.fields ?? []
                type.fields =
                    inherited.filter { field in !type.fields.contains { $0.name == field.name } } + type.fields
            }
            types[name] = type
        }
    }
}

struct SchemaType: Sendable {
    enum Kind: String, Sendable {
        case scalar = "SCALAR"
        case object = "OBJECT"
        case interface = "INTERFACE"
        case union = "UNION"
        case enumeration = "ENUM"
        case input = "INPUT_OBJECT"
    }

    let kind: Kind
    let name: String
    var description = ""
    var fields: [FieldDefinition] = []
    var inputs: [InputDefinition] = []
    var values: [EnumValue] = []
    var members: [String] = []
    var interfaces: [String] = []
    /// What a token needs to read an object of this type: "Order:read".
    var permission: String?
    /// Exactly one of the inputs is to be given: Centra's convention for references.
    var isOneOf = false

    func field(_ name: String) -> FieldDefinition? { fields.first { $0.name == name } }
    func input(_ name: String) -> InputDefinition? { inputs.first { $0.name == name } }
    var isComposite: Bool { [.object, .interface, .union].contains(kind) }
    var isLeaf: Bool { [.scalar, .enumeration].contains(kind) }
}

struct FieldDefinition: Sendable {
    let name: String
    var description = ""
    let type: TypeReference
    let arguments: [InputDefinition]
    let permission: String?
    let deprecation: String?
    /// Points of complexity; 1 when nothing is said.
    let cost: Int
}

struct InputDefinition: Sendable {
    let name: String
    let type: TypeReference
    let defaultValue: Literal?
    let deprecation: String?

    var isRequired: Bool { type.isNonNull && defaultValue == nil }
}

struct EnumValue: Sendable {
    let name: String
    let deprecation: String?
}
