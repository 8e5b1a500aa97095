// Replies of Peoplevox: any octets are a reply or a failure, a row is called saved only when a reply says so of its
// reference, and nothing that is said quotes what is not the service's own.
import Outbound
@testable import Peoplevox

enum ReplyProperty {
    private static let requests: [SOAPRequest] = [
        .getData(DataQuery("Sales orders", rows: 1)), .getSaveTemplate("Sales orders"),
        .saveData(template: "Item types", csv: "ItemCode\nA\n", .save), .unsubscribeEvent(1),
    ]
    private static let rows = ["UM1001REDL", "UM2040BLKOS", "UM2040BLKOS"].map {
        FittedRow(reference: $0, columns: ["ItemCode"], cells: [$0], warnings: [])
    }

    static func check(_ octets: [UInt8]) throws(Violation) {
        for status in [200, 500] {
            for request in requests { try check(OutboundReply(status: status, body: octets), to: request) }
        }
    }

    private static func check(_ reply: OutboundReply, to request: SOAPRequest) throws(Violation) {
        let ask = Ask(request.operation, .sweep, isWrite: request.isWrite)
        switch ServiceReply.read(reply, to: request, ask) {
        case .failure(let failure): try check(failure)
        case .success(let reply):
            try require(reply.totalCount >= 0, "fewer rows than none")
            switch request {
            case .getData(let query): try check(PeoplevoxOperation.data(query).read(reply))
            case .getSaveTemplate(let name): try check(PeoplevoxOperation.templateColumns(name).read(reply))
            case .unsubscribeEvent(let id): try check(PeoplevoxOperation.unsubscribe(id).read(reply))
            default: try check(SaveReport(reply).outcomes(of: rows), reply)
            }
        }
    }

    private static func check<Value>(_ result: Result<Value, CallFailure>) throws(Violation) {
        if case .failure(let failure) = result { try check(failure) }
    }

    /// Seeds hold these in every place where a partner says something in its own words.
    private static func check(_ failure: CallFailure) throws(Violation) {
        for name in ["lindström", "lindstrom", "Storgatan", "storgatan"] {
            try require(!failure.text.contains(name), "a failure quotes a row")
        }
    }

    private static func check(_ outcomes: [RowOutcome], _ reply: ServiceReply) throws(Violation) {
        try require(outcomes.count == rows.count, "an outcome for each row")
        for (row, outcome) in zip(rows, outcomes) {
            let named = reply.statuses.filter { $0.reference == row.reference }
            let needed = rows.count { $0.reference == row.reference }
            if case .saved = outcome {
                try require(named.count { $0.isSuccess == true } >= needed, "saved, and the reply does not say so")
                try require(!named.contains { $0.isSuccess == false }, "saved, and the reply says no as well")
            }
        }
    }
}
