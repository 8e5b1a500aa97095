// What a server says about a document before it runs it: is everything in it there, and of the right type (October 2021,
// section 5)? Not looked at: whether fields of one name can be merged; the clients' documents are checked for that elsewhere.

struct Validation {
    private let schema: Schema
    private let document: Document
    private var errors: [GraphQLError] = []
    private var usedFragments: Set<String> = []
    private var usedVariables: Set<String> = []
    private var variables: [String: VariableDefinition] = [:]

    static func errors(in document: Document, against schema: Schema) -> [GraphQLError] {
        var validation = Validation(schema, document)
        for operation in document.operations { validation.check(operation) }
        for name in document.fragments.keys.sorted() where !validation.usedFragments.contains(name) {
            validation.say("Fragment \"\(name)\" is never used.", document.fragments[name]?.location)
        }
        return validation.errors
    }

    private init(_ schema: Schema, _ document: Document) {
        self.schema = schema
        self.document = document
    }

    private mutating func say(_ text: String, _ location: Location?) {
        let error = GraphQLError(text, at: location)
        if !errors.contains(error) { errors.append(error) }
    }

    private mutating func check(_ operation: Operation) {
        variables = [:]
        usedVariables = []
        for variable in operation.variables {
            if variables.updateValue(variable, forKey: variable.name) != nil {
                say("There can be only one variable named \"$\(variable.name)\".", variable.location)
            }
            switch schema[variable.type.name]?.kind {
            case .scalar, .enumeration, .input: break
            case .object, .interface, .union:
                say("Variable \"$\(variable.name)\" cannot be non-input type \"\(variable.type)\".", variable.location)
            case nil: say("Unknown type \"\(variable.type.name)\".", variable.location)
            }
            if let value = variable.defaultValue { check(value, variable.type, variable.location, hasDefault: false) }
        }
        guard let root = Schema.root(of: operation.kind), let type = schema[root] else {
            return say("Schema is not configured for \(operation.kind.rawValue)s.", operation.location)
        }
        check(operation.selections, on: type, within: [])
        for variable in operation.variables where !usedVariables.contains(variable.name) {
            say("Variable \"$\(variable.name)\" is never used.", variable.location)
        }
    }

    // MARK: Selections

    private mutating func check(_ selections: [Selection], on type: SchemaType, within fragments: [String]) {
        for selection in selections {
            switch selection {
            case .field(let field): check(field, on: type, within: fragments)
            case .inline(let condition, let directives, let selections, let location):
                check(directives, location)
                guard let inner = self.type(condition ?? type.name, applicableTo: type, location) else { continue }
                check(selections, on: inner, within: fragments)
            case .spread(let name, let directives, let location):
                check(directives, location)
                checkSpread(name, on: type, within: fragments, location)
            }
        }
    }

    private mutating func checkSpread(
        _ name: String, on type: SchemaType, within fragments: [String], _ location: Location
    ) {
        guard let fragment = document.fragments[name] else { return say("Unknown fragment \"\(name)\".", location) }
        usedFragments.insert(name)
        guard !fragments.contains(name) else {
            return say("Cannot spread fragment \"\(name)\" within itself.", location)
        }
        guard let inner = self.type(fragment.type, applicableTo: type, location) else { return }
        check(fragment.selections, on: inner, within: fragments + [name])
    }

    private mutating func type(
        _ name: String, applicableTo type: SchemaType, _ location: Location
    ) -> SchemaType? {
        guard let inner = schema[name] else {
            say("Unknown type \"\(name)\".", location)
            return nil
        }
        guard inner.isComposite else {
            say("Fragment cannot condition on non composite type \"\(name)\".", location)
            return nil
        }
        if Set(schema.possibleTypes(of: name)).isDisjoint(with: schema.possibleTypes(of: type.name)) {
            say(
                "Fragment cannot be spread here as objects of type \"\(type.name)\" can never be of type \"\(name)\".",
                location)
        }
        return inner
    }

    private mutating func check(_ field: SelectedField, on type: SchemaType, within fragments: [String]) {
        check(field.directives, field.location)
        if field.name == "__typename" { return }
        guard let definition = schema.field(field.name, of: type) else {
            return say("Cannot query field \"\(field.name)\" on type \"\(type.name)\".", field.location)
        }
        let owner = "\(type.name).\(field.name)"
        check(field.arguments, definition.arguments, of: "field \"\(owner)\"", field.location)
        guard let inner = schema[definition.type.name] else { return }
        if inner.isLeaf, !field.selections.isEmpty {
            say(
                "Field \"\(field.name)\" must not have a selection since type \"\(definition.type)\" has no subfields.",
                field.location)
        } else if inner.isComposite, field.selections.isEmpty {
            say(
                "Field \"\(field.name)\" of type \"\(definition.type)\" must have a selection of subfields.",
                field.location)
        } else {
            check(field.selections, on: inner, within: fragments)
        }
    }

    private mutating func check(_ directives: [AppliedDirective], _ location: Location) {
        for directive in directives {
            guard ["include", "skip"].contains(directive.name) else {
                say("Unknown directive \"@\(directive.name)\".", location)
                continue
            }
            check(directive.arguments, [Schema.ifArgument], of: "directive \"@\(directive.name)\"", location)
        }
    }

    private mutating func check(
        _ given: [GivenArgument], _ known: [InputDefinition], of owner: String, _ location: Location
    ) {
        for argument in given {
            guard let definition = known.first(where: { $0.name == argument.name }) else {
                say("Unknown argument \"\(argument.name)\" on \(owner).", argument.location)
                continue
            }
            check(argument.value, definition.type, argument.location, hasDefault: definition.defaultValue != nil)
        }
        for definition in known where definition.isRequired && !given.contains(where: { $0.name == definition.name }) {
            say(
                "Argument \"\(definition.name)\" of required type \"\(definition.type)\" on \(owner) was not provided.",
                location)
        }
    }

    // MARK: Values

    private mutating func check(_ value: Literal, _ type: TypeReference, _ location: Location, hasDefault: Bool) {
        switch value {
        case .variable(let name): checkUse(of: name, as: type, location, hasDefault: hasDefault)
        case .null: if type.isNonNull { say("Expected value of type \"\(type)\", found null.", location) }
        case .list(let elements):
            guard case .list(let element) = type.nullable else {
                return say("Expected value of type \"\(type)\", found a list.", location)
            }
            for value in elements { check(value, element, location, hasDefault: false) }
        default:
            if case .list(let element) = type.nullable {
                return check(value, element, location, hasDefault: false)
            }
            guard let named = schema[type.name] else { return }
            if case .object(let fields) = value, named.kind == .input { return check(fields, named, location) }
            if !schema.accepts(value, named) {
                say("Expected value of type \"\(type)\", found \(value.shown).", location)
            }
        }
    }

    private mutating func check(_ fields: [String: Literal], _ type: SchemaType, _ location: Location) {
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            guard let input = type.input(name) else {
                say("Field \"\(name)\" is not defined by type \"\(type.name)\".", location)
                continue
            }
            check(value, input.type, location, hasDefault: input.defaultValue != nil)
        }
        for input in type.inputs where input.isRequired && fields[input.name] == nil {
            say("Field \"\(type.name).\(input.name)\" of required type \"\(input.type)\" was not provided.", location)
        }
    }

    private mutating func checkUse(
        of name: String, as type: TypeReference, _ location: Location, hasDefault: Bool
    ) {
        usedVariables.insert(name)
        guard let variable = variables[name] else { return say("Variable \"$\(name)\" is not defined.", location) }
        let isFilled = hasDefault || (variable.defaultValue ?? .null) != .null
        let wanted = isFilled ? type.nullable : type
        if !variable.type.fits(wanted) {
            say(
                "Variable \"$\(name)\" of type \"\(variable.type)\" used in position expecting type \"\(type)\".",
                location)
        }
    }
}

extension TypeReference {
    /// Whether a variable of this type can stand where `other` is wanted (section 5.8.5).
    fileprivate func fits(_ other: TypeReference) -> Bool {
        switch (self, other) {
        case (.nonNull(let one), .nonNull(let two)), (.list(let one), .list(let two)): one.fits(two)
        case (_, .nonNull): false
        case (.nonNull(let one), _): one.fits(other)
        case (.named(let one), .named(let two)): one == two
        case (.list, .named), (.named, .list): false
        }
    }
}

extension Literal {
    fileprivate var shown: String {
        switch self {
        case .string(let text): "\"\(text)\""
        case .word(let word): word
        case .integer(let integer): "\(integer)"
        case .decimal(let text): text
        case .bool(let bool): "\(bool)"
        case .variable, .null, .list, .object: "something else"
        }
    }
}

extension Schema {
    static let ifArgument = InputDefinition(
        name: "if", type: .nonNull(.named("Boolean")), defaultValue: nil, deprecation: nil)

    static func root(of kind: Operation.Kind) -> String? {
        switch kind {
        case .query: "Query"
        case .mutation: "Mutation"
        case .subscription: nil
        }
    }

    /// A type's field, or one of the two that every query root has.
    func field(_ name: String, of type: SchemaType) -> FieldDefinition? {
        if type.name == "Query", let field = types["__Root"]?.field(name) { return field }
        return type.field(name)
    }

    fileprivate func accepts(_ value: Literal, _ type: SchemaType) -> Bool {
        switch (type.kind, value) {
        case (.enumeration, .word(let word)): return type.values.contains { $0.name == word }
        case (.scalar, _): break
        default: return false
        }
        switch (type.name, value) {
        case ("Int", .integer(let integer)): return Int32(exactly: integer) != nil
        case ("Int64", .integer), ("Float", .integer), ("Float", .decimal), ("Boolean", .bool): return true
        case ("Int", _), ("Int64", _), ("Float", _), ("Boolean", _): return false
        case ("ID", .integer), (_, .string): return true
        // What values these have is not known.
        case ("CancelOrderReason", .word), ("AllocationStatus", .word): return true
        default: return false
        }
    }
}
