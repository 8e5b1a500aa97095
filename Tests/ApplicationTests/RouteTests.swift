// Which paths lead where, and that `Route.all` is exactly what the two matchers accept.
import Commerce
import Queues
import Testing

@testable import Application

private func described(_ route: PublicRoute?) -> String? {
    func text(_ octets: ArraySlice<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }
    return switch route {
    case nil: nil
    case .health: "health"
    case .readiness: "readiness"
    case .centra(let brand): "centra \(text(brand))"
    case .peoplevox(let brand, let event, let token): "peoplevox \(text(brand)) \(text(event)) \(text(token))"
    }
}

private func publicRoute(_ path: String) -> String? { described(PublicRoute(Array(path.utf8)[...])) }
private func operatorRoute(_ path: String) -> OperatorRoute? { OperatorRoute(Array(path.utf8)[...]) }

private let publicPaths: [(String, String?)] = [
    ("/healthz", "health"), ("/readyz", "readiness"), ("/v1/acme/centra", "centra acme"),
    ("/v1/acme/peoplevox/Returns/t0ken", "peoplevox acme Returns t0ken"),
    // A segment is a name as it stands; whether a brand has it is asked later.
    ("/v1/centra/centra", "centra centra"), ("/v1/%2e%2e/centra", "centra %2e%2e"), ("/v1/../centra", "centra .."),
    ("/v1/acme%2Fcentra", nil), ("/v1/acme/%63entra", nil), ("/v1/acme%2Fcentra/centra", "centra acme%2Fcentra"),
    ("", nil), ("/", nil), ("*", nil), ("healthz", nil), ("//healthz", nil), ("/healthz/", nil), ("/healthz//", nil),
    ("/Healthz", nil), ("/HEALTHZ", nil), ("/healthz2", nil), ("/health", nil), ("/healthz/readyz", nil),
    ("/./healthz", nil), ("/v1/../healthz", nil), ("/%68ealthz", nil), ("/healthz%00", nil), ("/healthz%20", nil),
    ("/healthz;a=b", nil), ("/v1", nil), ("/v1/", nil), ("/v1//", nil), ("/v1//centra", nil), ("/v1/acme", nil),
    ("/v1/acme/", nil), ("/v1/acme/centra/", nil), ("/v1/acme//centra", nil), ("//v1/acme/centra", nil),
    ("/v1/acme/centra/x", nil), ("/v1/acme/Centra", nil), ("/v1/acme/./centra", nil), ("/v2/acme/centra", nil),
    ("/v1/acme/x/../centra", nil), ("/v1/acme/peoplevox", nil), ("/v1/acme/peoplevox/", nil),
    ("/v1/acme/peoplevox/Returns", nil), ("/v1/acme/peoplevox/Returns/", nil), ("/v1/acme/peoplevox//t0ken", nil),
    ("/v1/acme/peoplevox/Returns/t0ken/", nil), ("/v1/acme/peoplevox/Returns/t0ken/x", nil),
    ("/v1/acme/peoplevox/Returns%2Ft0ken", nil), ("/metrics", nil), ("/v1/queues", nil), ("/v1/replay", nil),
]

/// What changes something is taken on the socket alone, and the list says so.
@Test
func theListSaysWhatTheSocketAloneTakes() {
    let marked = Route.all.flatMap(\.lines).filter { $0.hasSuffix("  (the operator's socket only)") }
    #expect(!marked.isEmpty)
    #expect(marked.allSatisfy { $0.hasPrefix("operator POST /v1/") })
    #expect(Route.all.flatMap(\.lines).filter { $0.hasPrefix("operator POST") } == marked)
    let confirm = Route.all.last?.json ?? ""
    #expect(confirm.contains(#""onSocketOnly":["POST"]"#))
}

@Test(arguments: publicPaths)
func aPublicPathLeadsWhereItSays(path: String, expected: String?) {
    #expect(publicRoute(path) == expected)
}

private func key(_ brand: String, _ subject: Subject) -> OperatorRoute {
    .queue(QueueKey(brand: brand, subject: subject))
}

private let operatorPaths: [(String, OperatorRoute?)] = [
    ("/healthz", .health), ("/readyz", .readiness), ("/metrics", .metrics), ("/v1/queues", .queues),
    ("/v1/stock", .stock), ("/v1/stock/acme/A%2FB", .stockOf(brand: "acme", sku: "A/B")),
    ("/v1/journal", .journal), ("/v1/dead-letters", .deadLetters), ("/v1/replay", .replay),
    ("/v1/dead-letters/7.1", .deadLetter(job(7, 1))), ("/v1/dead-letters/7", .deadLetter(job(7))),
    ("/v1/dead-letters/7.1/retry", .retry(job(7, 1))), ("/v1/dead-letters/7/discard", .discard(job(7))),
    ("/v1/dead-letters/18446744073709551615.65535", .deadLetter(job(.max, .max))),
    ("/v1/quarantine/9/release", .release(9)),
    // A key is the one thing that is decoded, as it can hold anything.
    ("/v1/queues/acme/sku:A", key("acme", Subject(.sku, "A"))),
    ("/v1/queues/acme/sku%3AA", key("acme", Subject(.sku, "A"))),
    ("/v1/queues/acme/sku:A%2FB", key("acme", Subject(.sku, "A/B"))),
    ("/v1/queues/acme/sku:SOCK%20DUO", key("acme", Subject(.sku, "SOCK DUO"))),
    ("/v1/queues/acme/sku:..", key("acme", Subject(.sku, ".."))),
    ("/v1/queues/acme/sku:%C3%A5", key("acme", Subject(.sku, "å"))),
    ("/v1/queues/acme/order:1:2", key("acme", Subject(.order, "1:2"))),
    // Of a known form, and naming nothing.
    ("/v1/queues/acme/sku:", .nothing(isAction: false)), ("/v1/queues/acme/A", .nothing(isAction: false)),
    ("/v1/queues/acme/item:A", .nothing(isAction: false)), ("/v1/queues/acme/sku:%", .nothing(isAction: false)),
    ("/v1/queues/acme/sku:%4", .nothing(isAction: false)), ("/v1/queues/acme/sku:%GG", .nothing(isAction: false)),
    ("/v1/queues/acme/sku:%FF", .nothing(isAction: false)), ("/v1/dead-letters/x", .nothing(isAction: false)),
    ("/v1/dead-letters/7.", .nothing(isAction: false)), ("/v1/dead-letters/.7", .nothing(isAction: false)),
    ("/v1/dead-letters/7.1.1", .nothing(isAction: false)), ("/v1/dead-letters/7.65536", .nothing(isAction: false)),
    ("/v1/dead-letters/+7", .nothing(isAction: false)), ("/v1/dead-letters/7.+1", .nothing(isAction: false)),
    ("/v1/dead-letters/-7", .nothing(isAction: false)), ("/v1/dead-letters/%37", .nothing(isAction: false)),
    ("/v1/dead-letters/18446744073709551616", .nothing(isAction: false)),
    ("/v1/dead-letters/x/retry", .nothing(isAction: true)), ("/v1/dead-letters/+7/discard", .nothing(isAction: true)),
    ("/v1/quarantine/x/release", .nothing(isAction: true)), ("/v1/quarantine/+9/release", .nothing(isAction: true)),
    ("/v1/quarantine/-9/release", .nothing(isAction: true)), ("/v1/quarantine/9.0/release", .nothing(isAction: true)),
    // Not of a known form.
    ("", nil), ("/", nil), ("*", nil), ("/metrics/", nil), ("//metrics", nil), ("/Metrics", nil), ("/%6Detrics", nil),
    ("/v1", nil), ("/v1/", nil), ("/v1/queues/", nil), ("/v1/queues//", nil), ("/v1/queues/acme", nil),
    ("/v1/queues/acme/", nil), ("/v1/queues//sku:A", nil), ("/v1/queues/acme/sku:A/", nil),
    ("/v1/queues/acme/sku:A/B", nil), ("/v1/queues/acme/../metrics", nil), ("/v1/journal/", nil),
    ("/v1/journal/x", nil), ("/v1/../metrics", nil), ("/v1/./journal", nil), ("/v1/dead-letters/", nil),
    ("/v1/dead-letters/7/", nil), ("/v1/dead-letters//retry", nil), ("/v1/dead-letters/7/Retry", nil),
    ("/v1/dead-letters/7/retry/", nil), ("/v1/dead-letters/7/retry/x", nil),
    ("/v1/dead-letters/7%2Fretry", .nothing(isAction: false)),
    ("/v1/dead-letters/7/%72etry", nil), ("/v1/dead-letters/7/release", nil), ("/v1/replay/", nil),
    ("/v1/quarantine", nil), ("/v1/quarantine/9", nil), ("/v1/quarantine/9/", nil), ("/v1/quarantine//release", nil),
    ("/v1/quarantine/9/release/", nil), ("/v1/quarantine/9/retry", nil), ("/v1/acme/centra", nil), ("/v2/queues", nil),
]

@Test(arguments: operatorPaths)
private func anOperatorPathLeadsWhereItSays(path: String, expected: OperatorRoute?) {
    #expect(operatorRoute(path) == expected)
}

private let limits: [(String?, Int?)] = [
    (nil, 100), ("", 100), ("limit=1", 1), ("limit=1000", 1_000), ("limit=0", nil), ("limit=1001", nil),
    ("limit=", nil), ("limit=x", nil), ("limit=-1", nil), ("limit=+1", nil), ("other=1", 100), ("other=1&limit=7", 7),
    ("xlimit=7", 100), ("limit=99999999999999999999", nil), ("&&limit=3&", 3), ("limit", 100),
]

@Test(arguments: limits)
func aListIsLimited(query: String?, limit: Int?) {
    #expect(OperatorQuery.limit(query.map { Array($0.utf8)[...] }) == limit)
}

// MARK: The list of routes

/// A path of the template, with something sensible for each parameter.
private func path(_ template: String) -> String {
    let parameters = [
        "{brand}": "acme", "{event}": "Returns", "{token}": "t0ken", "{key}": "sku:A", "{job}": "7.0",
        "{sequence}": "9", "{sku}": "UM1001REDS", "{id}": "12", "{run}": "40",
    ]
    return parameters.reduce(template) { $0.replacing($1.key, with: $1.value) }
}

private func matches(_ listener: String, _ path: String) -> Bool {
    switch listener {
    case "public": publicRoute(path) != nil
    case "operator": operatorRoute(path) != nil
    default: false
    }
}

@Test(arguments: Route.all)
func everyListedRouteIsServed(route: Route) {
    let path = path(route.template)
    #expect(!path.contains("{"), "\(route.template) has a parameter that this test does not know")
    #expect(matches(route.listener, path))
    #expect(route.lines.count == route.methods.count)
    if route.listener == "operator", !route.template.contains("/reconciliations/") {
        #expect((operatorRoute(path)?.isAction == true) == (route.methods == ["POST"]))
    }
    // `nothingElseIsServed` walks the other near misses.
    for near in [path + "/", "/" + path, path + "//", path.replacing("/v1/", with: "/V1/") + "?"] {
        #expect(!matches(route.listener, near), "\(near)")
    }
}

/// Every path of up to five segments over the words that occur: what is served is what is listed.
@Test(arguments: ["public", "operator"])
func nothingElseIsServed(listener: String) {
    let templates = Route.all.filter { $0.listener == listener }.map { $0.template.split(separator: "/") }
    let words = Set(templates.joined().filter { !$0.hasPrefix("{") }.map(String.init)).sorted() + ["x", "7.0"]
    func isListed(_ segments: [String]) -> Bool {
        templates.contains { template in
            template.count == segments.count
                && zip(template, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }
    var paths: [[String]] = [[]]
    for _ in 0..<5 {
        paths = paths.flatMap { path in words.map { path + [$0] } }.filter { segments in
            #expect(matches(listener, "/" + segments.joined(separator: "/")) == isListed(segments), "\(segments)")
            // Only what begins like a route can become one.
            return templates.contains { template in
                template.count > segments.count
                    && zip(template, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
            }
        }
    }
}

@Test
func noRouteIsListedTwice() {
    let lines = Route.all.flatMap(\.lines)
    #expect(Set(lines).count == lines.count)
}
