/// The fields of a callback, from its query and its body, each taken for what it is.
///
/// The one thing to know: the result is all that is kept of the callback (promise P9). Known parameters stay with values
/// that look like theirs, and everything else leaves a mark where it stood. Reading what was kept gives the same fields.
import Commerce

struct CallbackFields: Sendable {
    /// More fields than any subscription asks for, many times over.
    static let limit = 256

    struct Field: Sendable {
        /// Nil when the name is not one that we chose.
        let parameter: CallbackParameter?
        let value: Value
    }

    enum Value: Sendable {
        /// Nothing was inserted. A placeholder that Peoplevox does not know stays in place, braces and all.
        case empty
        case placeholder
        case text([UInt8])
        /// Not what the parameter's values look like.
        case unusable
        case brokenEscape(BrokenEscape)

        var isPresent: Bool {
            switch self {
            case .empty, .placeholder: false
            case .text, .unusable, .brokenEscape: true
            }
        }
    }

    let fields: [Field]

    /// Merges both sources; a parameter that the body gives a value hides the query's. Nil when there are too many.
    init?(query: ArraySlice<UInt8>?, body: ArraySlice<UInt8>) {
        guard var inQuery = Self.read(query ?? []), let inBody = Self.read(body) else { return nil }
        inQuery.removeAll { hidden in
            hidden.parameter != nil && inBody.contains { $0.parameter == hidden.parameter && $0.value.isPresent }
        }
        fields = inQuery.isEmpty ? inBody : inQuery + inBody
    }

    var hasKnownParameter: Bool { fields.contains { $0.parameter != nil } }

    /// The values that were given for a parameter, in order, repeats included.
    func values(of parameter: CallbackParameter) -> [Value] {
        fields.filter { $0.parameter == parameter && $0.value.isPresent }.map(\.value)
    }

    private static func read(_ form: ArraySlice<UInt8>) -> [Field]? {
        var fields: [Field] = []
        for field in FormFields(form) {
            if fields.count == limit / 2 { return nil }
            fields.append(Field(field))
        }
        return fields
    }
}

extension CallbackFields.Field {
    init(_ field: FormField) {
        parameter = CallbackParameter(name: field.name)
        value = parameter.map { CallbackFields.Value(field.value, of: $0) } ?? .unusable
    }
}

extension CallbackFields.Value {
    init(_ encoded: ArraySlice<UInt8>, of parameter: CallbackParameter) {
        do {
            var text = try FormEncoding.decode(encoded)
            if parameter == .item { text.trim() }
            if text.isEmpty {
                self = .empty
            } else if text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") {
                self = .placeholder
            } else {
                self = parameter.accepts(text.span) ? .text(text) : .unusable
            }
        } catch {
            self = .brokenEscape(error)
        }
    }
}

extension [UInt8] {
    /// Takes the spaces off both ends. Only item codes are typed by hand; a number with a space before it is rather a
    /// telephone's, whose `+` was sent as it is.
    fileprivate mutating func trim() {
        while last == UInt8(ascii: " ") { removeLast() }
        removeSubrange(..<(firstIndex { $0 != UInt8(ascii: " ") } ?? endIndex))
    }
}

// MARK: - What is kept

extension CallbackFields {
    /// The fields as one form: `item=UM1001REDS&available=11&field-3=[redacted]`.
    var kept: [UInt8] {
        var form: [UInt8] = []
        form.reserveCapacity(32 * fields.count)
        for (index, field) in fields.enumerated() {
            if index > 0 { form.append("&") }
            if let parameter = field.parameter {
                form.append(parameter.name)
            } else {
                form.append(contentsOf: Array("field-\(index + 1)".utf8))
            }
            form.append("=")
            field.value.keep(in: &form)
        }
        return form
    }
}

extension CallbackFields.Value {
    fileprivate func keep(in form: inout [UInt8]) {
        switch self {
        case .empty: break
        case .placeholder: form.append("{placeholder}")
        case .text(let text): FormEncoding.encode(text[...], onto: &form)
        case .unusable: form.append(Masking.redacted)
        case .brokenEscape: form.append("[redacted]%")
        }
    }
}
