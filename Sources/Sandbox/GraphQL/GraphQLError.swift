// An entry of a reply's `errors`, as the real server shapes them: message, category, places, path.
import JSON

struct GraphQLError: Error, Equatable, Sendable {
    enum Category: String, Sendable {
        case graphql, authorization, authentication, `internal`
    }

    let message: String
    var category = Category.graphql
    var location: Location?
    var path: [JSONValue] = []

    init(_ message: String, _ category: Category = .graphql, at location: Location? = nil, path: [JSONValue] = []) {
        self.message = message
        self.category = category
        self.location = location
        self.path = path
    }

    init(syntax text: String, _ location: Location) {
        self.init("Syntax Error: \(text)", at: location)
    }

    var json: JSONValue {
        var fields: [String: JSONValue] = [
            "message": .string(message), "extensions": .object(["category": .string(category.rawValue)]),
        ]
        if let location {
            fields["locations"] = .array([
                .object(["line": .integer(location.line), "column": .integer(location.column)])
            ])
        }
        if !path.isEmpty { fields["path"] = .array(path) }
        return .object(fields)
    }
}
