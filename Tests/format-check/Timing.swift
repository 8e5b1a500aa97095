// How long the reading takes, for `deploy/bench/formats`: the best of twenty, in milliseconds.
import CSV
import Outbound
import POSIX
import Peoplevox
import Synchronization

enum Timing {
    private static let rounds = 20

    /// A table of its own, from a file.
    static func table(_ path: String) throws {
        let octets = try Files.contents(of: path, limit: 1 << 30)
        try report(octets.count) { try CSVTable(reading: octets, lastLine: .mayEndWithText).count }
    }

    /// A whole reply to GetReportData for `Item inventory summary`, from a file: SOAP, CSV and rows.
    static func reply(_ path: String) throws {
        let octets = try Files.contents(of: path, limit: 1 << 30)
        let caller = Caller(
            Replies(octets), Governor(GovernorSettings(quotas: [], concurrency: 1), clock: SystemClock()) { 0 },
            clock: SystemClock())
        let client = PeoplevoxClient(
            caller,
            PeoplevoxSettings(
                address: "https://warehouse.example",
                credentials: PeoplevoxCredentials(
                    clientID: "acme", username: "bridge", password: Password("secret"), passwordMode: .base64)))
        let query = RowQuery<InventoryLayout>(
            "Item inventory summary", format: TenantFormat(dates: .dayFirst, zone: .utc), paging: .once)
        try report(octets.count) { try client.rows(query, .sweep, Cancellation()).rows.count }
    }

    private static func report(_ octets: Int, _ read: () throws -> Int) throws {
        let clock = SystemClock()
        var best = Int64.max
        var rows = 0
        for _ in 0..<rounds {
            let start = clock.monotonicMicroseconds()
            rows = try read()
            best = min(best, clock.monotonicMicroseconds() - start)
        }
        Process.write("\(rows) \(octets) \(Double(best) / 1_000)\n", to: 1)
    }
}

/// Answers a login, and everything else with one reply.
private struct Replies: HTTPTransport {
    private let reply: [UInt8]

    init(_ reply: [UInt8]) { self.reply = reply }

    private static let login = """
        <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
        <AuthenticateResponse xmlns="http://www.peoplevox.net/"><AuthenticateResult><ResponseId>0</ResponseId>
        <TotalCount>1</TotalCount><Detail>acme,session</Detail></AuthenticateResult></AuthenticateResponse>
        </soap:Body></soap:Envelope>
        """

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        let isLogin = request.fields.contains { $0.value.contains("Authenticate") }
        return OutboundReply(status: 200, body: isLogin ? Array(Replies.login.utf8) : reply)
    }
}
