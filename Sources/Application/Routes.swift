// Which paths there are. The raw path is matched: percent-decoding or dot segments never lead to a route, because a
// path that needs them matches none. `openapi/lockstep.yaml` describes the same list, and `deploy/test` compares both.
import Commerce

/// A path of one of the two listeners, for the list that `lockstep routes` prints.
package struct Route: Equatable, Sendable {
    package let listener: String
    package let methods: [String]
    package let template: String

    /// What is taken on the socket in the journal's directory alone, where the kernel says who asks: it changes something.
    package var socketMethods: [String] { listener == "operator" ? methods.filter { $0 == "POST" } : [] }

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
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/stock"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/stock/{brand}/{sku}"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/dead-letters"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/dead-letters/{job}"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/dead-letters/{job}/retry"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/dead-letters/{job}/discard"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/exceptions"),
        Route(listener: "operator", methods: ["GET", "HEAD"], template: "/v1/exceptions/{id}"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/exceptions/{id}/acknowledge"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/exceptions/{id}/note"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/replay"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/quarantine/{sequence}/release"),
        Route(listener: "operator", methods: ["GET", "HEAD", "POST"], template: "/v1/reconciliations/{brand}"),
        Route(listener: "operator", methods: ["POST"], template: "/v1/reconciliations/{brand}/{run}/confirm"),
    ]
}

/// What a public path asks for.
enum PublicRoute {
    case health
    case readiness
    case centra(brand: ArraySlice<UInt8>)
    case peoplevox(brand: ArraySlice<UInt8>, event: ArraySlice<UInt8>, token: ArraySlice<UInt8>)

    init?(_ path: ArraySlice<UInt8>) {
        let (octets, start) = (path.span, path.startIndex)
        func slice(_ segment: Range<Int>) -> ArraySlice<UInt8> {
            path[start + segment.lowerBound..<start + segment.upperBound]
        }
        var end = 0
        guard let first = octets.nextSegment(from: &end) else { return nil }
        if octets.extracting(first).isSpelled("v1") {
            guard let brand = octets.nextSegment(from: &end), let partner = octets.nextSegment(from: &end) else {
                return nil
            }
            if octets.extracting(partner).isSpelled("centra") {
                self = .centra(brand: slice(brand))
            } else if octets.extracting(partner).isSpelled("peoplevox") {
                guard let event = octets.nextSegment(from: &end), let token = octets.nextSegment(from: &end) else {
                    return nil
                }
                self = .peoplevox(brand: slice(brand), event: slice(event), token: slice(token))
            } else {
                return nil
            }
        } else if octets.extracting(first).isSpelled("healthz") {
            self = .health
        } else if octets.extracting(first).isSpelled("readyz") {
            self = .readiness
        } else {
            return nil
        }
        guard end == octets.count else { return nil }
    }
}

extension Span<UInt8> {
    /// The segment of a path that begins with the slash at `position`, which moves behind it; nil when there is no slash or
    /// nothing between it and the next.
    @inline(__always)
    fileprivate func nextSegment(from position: inout Int) -> Range<Int>? {
        guard position < count, self[position] == UInt8(ascii: "/") else { return nil }
        let start = position + 1
        position = first(UInt8(ascii: "/"), from: start)
        return start < position ? start..<position : nil
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
        var end = 0
        guard let segment = rest.span.nextSegment(from: &end) else { return nil }
        let start = rest.startIndex
        defer { rest = rest[(start + end)...] }
        return rest[start + segment.lowerBound..<start + segment.upperBound]
    }
}

/// Lets a path segment be compared with a literal in a `switch`.
func ~= (literal: StaticString, segment: ArraySlice<UInt8>?) -> Bool {
    segment?.isSpelled(literal) ?? false
}
