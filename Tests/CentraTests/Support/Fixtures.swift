// Where the fixtures are, and how they are read.
import Foundation
import JSON
import Outbound
import Testing

@testable import Centra

let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "Fixtures/centra")

/// One answer: `graphql/*.json`.
struct Answer: CustomTestStringConvertible, Sendable {
    let name: String
    let json: JSONValue

    var testDescription: String { name }
    var operation: String { json["operation"]?.string ?? "" }

    var reply: OutboundReply {
        let fields = ["content-type": "application/json"]
        return OutboundReply(
            status: json["status"]?.integer ?? 0, fields: fields.map { ($0.key, $0.value) }, body: body)
    }

    /// A body that is no JSON stands there as a string.
    private var body: [UInt8] {
        guard let body = json["body"] else { return [] }
        if let text = body.string { return Array(text.utf8) }
        var writer = JSONWriter()
        writer.value(body)
        return writer.octets
    }

    static let all: [Answer] = {
        let folder = fixtures.appending(path: "graphql")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            guard let octets = try? Data(contentsOf: folder.appending(path: name)),
                let json = try? JSONValue(octets, octetLimit: 1 << 20, depthLimit: 64)
            else { return nil }
            return Answer(name: String(name.dropLast(5)), json: json)
        }
    }()

    static func named(_ name: String) throws -> Answer {
        try #require(all.first { $0.name == name }, "there is no fixture \(name)")
    }
}
