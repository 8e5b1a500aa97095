// The operator's listener: looking on TCP (loopback by default), acting only on the Unix socket in the journal's
// directory, where the kernel says who is asking. What a person does is journaled before it takes effect.
import Commerce
package import EventLoop
package import HTTP
import Journal
import Operations
import POSIX
import Queues
import Webhooks
import Workflows

package final class OperatorService: Service {
    private let road: Road
    private var actions: OperatorActions
    private let reload: Reload

    package init(_ road: Road, brands: consuming BrandTable, reload: Reload) {
        self.road = road
        self.reload = reload
        actions = OperatorActions(road, brands: brands)
    }

    package func handle(
        _ request: borrowing Request, on connection: ConnectionID, from peer: Peer, now: Now
    ) -> Answer {
        if reload.hasNews, let table = reload.takeTable() { actions.brands = table }
        return .respond(respond(to: request, from: peer, now: now))
    }

    /// Operators are few and their requests are answered at once.
    package func isServedAboveLimit(_ request: borrowing Request) -> Bool { true }

    package func turn(now: Now, isQuiet: Bool) -> [Reply] { [] }

    private func respond(to request: borrowing Request, from peer: Peer, now: Now) -> Response {
        guard let route = OperatorRoute(request.path) else { return Answers.notFound }
        if case .sweep(let sweep) = route {
            return SweepService(sweeps: road.sweeps, exceptions: road.exceptions).respond(
                to: sweep, request, user: peer.user)
        }
        if route.isAction {
            guard request.method == .post else { return Answers.methodNotAllowed("POST") }
            guard let user = peer.user else { return Answers.forbidden }
            return actions.perform(route, request.body, user: user, now: now)
        }
        guard request.method == .get || request.method == .head else { return Answers.methodNotAllowed("GET, HEAD") }
        guard let limit = OperatorQuery.limit(request.query) else { return Answers.badRequest(OperatorQuery.mistake) }
        return OperatorViews(road: road, now: now).respond(to: route, request.query, limit: limit)
    }
}

/// What an operator's path asks for.
enum OperatorRoute: Equatable {
    case health, readiness, metrics, queues, journal, deadLetters, stock, replay
    case stockOf(brand: String, sku: String)
    case queue(QueueKey)
    case deadLetter(JobID)
    case exceptions
    case exception(ExceptionID)
    case acknowledge(ExceptionID)
    case note(ExceptionID)
    case retry(JobID)
    case discard(JobID)
    case release(SequenceNumber)
    case sweep(SweepRoute)
    /// A path of a known form whose parameter names nothing that can exist.
    case nothing(isAction: Bool)

    var isAction: Bool {
        switch self {
        case .retry, .discard, .replay, .release, .acknowledge, .note: true
        case .nothing(let isAction): isAction
        case .health, .readiness, .metrics, .queues, .journal, .deadLetters, .stock, .stockOf, .queue, .deadLetter,
            .exceptions, .exception, .sweep:
            false
        }
    }

    init?(_ path: ArraySlice<UInt8>) {
        var segments = PathSegments(path)
        switch segments.next() {
        case "healthz": self = .health
        case "readyz": self = .readiness
        case "metrics": self = .metrics
        case "v1":
            guard let route = OperatorRoute(versioned: &segments) else { return nil }
            self = route
        default: return nil
        }
        guard segments.isAtEnd else { return nil }
    }

    private init?(versioned segments: inout PathSegments) {
        switch segments.next() {
        case "journal": self = .journal
        case "replay": self = .replay
        case "reconciliations":
            guard let route = SweepRoute(&segments) else { return nil }
            self = .sweep(route)
        case "queues":
            guard !segments.isAtEnd else { self = .queues; return }
            guard let brand = segments.next(), let key = segments.next() else { return nil }
            self = OperatorRoute(queueOf: brand, key)
        case "dead-letters":
            guard !segments.isAtEnd else { self = .deadLetters; return }
            guard let job = segments.next() else { return nil }
            guard let route = OperatorRoute(deadLetter: job, &segments) else { return nil }
            self = route
        case "stock":
            guard !segments.isAtEnd else { self = .stock; return }
            guard let brand = segments.next(), let sku = segments.next() else { return nil }
            self =
                PercentDecoding.decode(sku).map { .stockOf(brand: String(decoding: brand, as: UTF8.self), sku: $0) }
                ?? .nothing(isAction: false)
        case "exceptions":
            guard !segments.isAtEnd else { self = .exceptions; return }
            guard let id = segments.next(), let route = OperatorRoute(exception: id, &segments) else { return nil }
            self = route
        case "quarantine":
            guard let sequence = segments.next(), case "release" = segments.next() else { return nil }
            self =
                SequenceNumber(digits: String(decoding: sequence, as: UTF8.self)).map(Self.release)
                ?? .nothing(isAction: true)
        default: return nil
        }
    }

    private init(queueOf brand: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>) {
        // A key can hold any character, and names no route; so can a SKU.
        guard let code = PercentDecoding.decode(key), let subject = Subject(code) else {
            self = .nothing(isAction: false)
            return
        }
        self = .queue(QueueKey(brand: String(decoding: brand, as: UTF8.self), subject: subject))
    }

    private init?(deadLetter job: ArraySlice<UInt8>, _ segments: inout PathSegments) {
        let id = JobID(String(decoding: job, as: UTF8.self))
        if segments.isAtEnd {
            self = id.map(Self.deadLetter) ?? .nothing(isAction: false)
            return
        }
        switch segments.next() {
        case "retry": self = id.map(Self.retry) ?? .nothing(isAction: true)
        case "discard": self = id.map(Self.discard) ?? .nothing(isAction: true)
        default: return nil
        }
    }
}

extension OperatorRoute {
    fileprivate init?(exception text: ArraySlice<UInt8>, _ segments: inout PathSegments) {
        let id = ExceptionID(digits: String(decoding: text, as: UTF8.self))
        if segments.isAtEnd {
            self = id.map(Self.exception) ?? .nothing(isAction: false)
            return
        }
        switch segments.next() {
        case "acknowledge": self = id.map(Self.acknowledge) ?? .nothing(isAction: true)
        case "note": self = id.map(Self.note) ?? .nothing(isAction: true)
        default: return nil
        }
    }
}

enum PercentDecoding {
    /// The text of a path segment; nil for a broken escape or octets that are not UTF-8.
    static func decode(_ octets: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = octets
        while let octet = rest.popFirst() {
            if octet == UInt8(ascii: "%") {
                guard let value = Hexadecimal.decode(rest.prefix(2))?.first else { return nil }
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(octet)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

enum OperatorQuery {
    static let mistake = "limit must be a number from 1 to 1000"
    private static let limits = 1...1_000
    private static let usual = 100

    /// `?limit=`; nil when it is wrong. Other parameters are ignored.
    static func limit(_ query: ArraySlice<UInt8>?) -> Int? {
        let fields = query?.split(separator: UInt8(ascii: "&")) ?? []
        var limit = usual
        for field in fields where field.starts(with: "limit=".utf8) {
            let text = String(decoding: field.dropFirst(6), as: UTF8.self)
            guard let number = Int(digits: text), limits.contains(number) else { return nil }
            limit = number
        }
        return limit
    }
}

extension JobID {
    /// Reads `1234.0`, or `1234` for its first job.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let sequence = UInt64(digits: first) else { return nil }
        guard parts.count == 2 else {
            self.init(sequence: sequence, index: 0)
            return
        }
        guard let index = UInt16(digits: parts[1]) else { return nil }
        self.init(sequence: sequence, index: index)
    }
}

extension FixedWidthInteger {
    /// Nil for anything but digits; Swift's own reading takes a sign as well, which would give things a second name.
    fileprivate init?(digits text: some StringProtocol) {
        guard text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Self(text) else { return nil }
        self = number
    }
}
