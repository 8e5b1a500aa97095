// Which paths there are. The raw path is matched: percent-decoding or dot segments never lead to a route, because a
// path that needs them matches none. `openapi/lockstep.yaml` describes the same list, and `deploy/test` compares both.
import Commerce

/// A path of one of the two listeners, for the list that `lockstep routes` prints.
package struct Route: Equatable, Sendable {
    package let listener: String
    package let methods: [String]
    package let template: String

    package static let all: [Route] = [
        Route(listener: "public", methods: ["GET", "HEAD"], template: "/healthz"),
        Route(listener: "public", methods: ["GET", "HEAD"], template: "/readyz"),
        Route(listener: "public", methods: ["POST"], template: "/v1/{brand}/centra"),
        Route(listener: "public", methods: ["GET", "POST"], template: "/v1/{brand}/peoplevox/{event}/{token}"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/healthz"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/readyz"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/metrics"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/queues"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/queues/{brand}/{key}"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/journal"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/dead-letters"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/dead-letters/{job}"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/dead-letters/{job}/retry"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/dead-letters/{job}/discard"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/replay"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/quarantine/{sequence}/release"),
    ]
}

/// What a public path asks for.
enum PublicRoute {
    case health
    case readiness
    case centra(brand: ArraySlice<UInt8>)
    case peoplevox(brand: ArraySlice<UInt8>, event: ArraySlice<UInt8>, token: ArraySlice<UInt8>)

    init?(_ path: ArraySlice<UInt8>) {
        var segments = PathSegments(path)
        switch segments.next() {
        case "healthz": self = .health
        case "readyz": self = .readiness
        case "v1":
            guard let brand = segments.next() else { return nil }
            switch segments.next() {
            case "centra": self = .centra(brand: brand)
            case "peoplevox":
                guard let event = segments.next(), let token = segments.next() else { return nil }
                self = .peoplevox(brand: brand, event: event, token: token)
            default: return nil
            }
        default: return nil
        }
        guard segments.isAtEnd else { return nil }
    }
}

/// The segments of a path that begins with a slash; an empty segment ends it without reaching the end.
struct PathSegments {
    private var rest: ArraySlice<UInt8>

    init(_ path: ArraySlice<UInt8>) {
        rest = path
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func next() -> ArraySlice<UInt8>? {
        guard rest.first == UInt8(ascii: "/") else { return nil }
        let start = rest.startIndex + 1
        let end = rest.startIndex + rest.span.first(UInt8(ascii: "/"), from: 1)
        guard end > start else { return nil }
        defer { rest = rest[end...] }
        return rest[start..<end]
    }
}

/// Lets a path segment be compared with a literal in a `switch`.
func ~= (literal: StaticString, segment: ArraySlice<UInt8>?) -> Bool {
    segment?.isSpelled(literal) ?? false
}
