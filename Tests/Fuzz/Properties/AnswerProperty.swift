// Answers of Centra: any octets are an answer or a failure, never a crash, and nothing that is said of them quotes what
// only a shopper or a free text could hold.
import Centra
import Outbound

enum AnswerProperty {
    private static let schemas = [
        SchemaCapabilities.assumed,
        SchemaCapabilities(members: ["Order.lines(limit)": true, "Order.shipments(limit)": false]),
    ]

    static func check(_ octets: [UInt8]) throws(Violation) {
        for schema in schemas {
            for status in [200, 400, 502] {
                let reply = OutboundReply(status: status, body: octets)
                try check(.order(number: 10002), reply, schema)
                try check(.createShipment(ShipmentDraft(order: .number(10002), lines: [])), reply, schema)
                try check(.products(ids: [101]), reply, schema)
                try check(.confirmEvents([1]), reply, schema)
                try check(.introspection, reply, schema)
            }
        }
    }

    private static func check<Value>(
        _ operation: GraphQLOperation<Value>, _ reply: OutboundReply, _ schema: SchemaCapabilities
    ) throws(Violation) {
        let reading = Envelope(operation, schema: schema).read(reply)
        for text in reading.extensions.deprecations { try check(text) }
        switch reading.result {
        case .success(.done(_, let warnings)):
            try require(reply.status < 500, "\(operation.name) is done by a server that failed")
            for warning in warnings { try check("\(warning)") }
        case .success(.refused(let messages)):
            try require(operation.isMutation && !messages.isEmpty, "a question is refused")
            for message in messages { try check("\(message)") }
        case .failure(let failure):
            try check(failure.text)
            let isSafe = failure.kind != .transient || !operation.isMutation || reply.status < 500
            try require(isSafe, "\(operation.name) would be repeated")
        }
    }

    /// No e-mail address, and nothing long enough for a letter.
    private static func check(_ text: String) throws(Violation) {
        try require(!text.contains("@"), "an address is quoted: \(text)")
        try require(text.utf8.count <= 4_000, "\(text.utf8.count) octets are said")
    }
}
