// What is sent, octet by octet as far as it means something: `Fixtures/centra/requests` holds every operation in every
// spelling. Python's graphql-core checks those files against a schema (`Tests/Contract/test_graphql_documents.py`).
//
// After a change that is meant, LOCKSTEP_REWRITE=1 writes them again.
import Foundation
import JSON
import Testing

@testable import Centra

/// A spelling, and what it believes of the schema.
private let spellings: [(name: String, schema: SchemaCapabilities)] = {
    let members = CentraOperations.all.map(\.document.members).reduce(SchemaCapabilities.membersOfVariables) {
        $0.union($1)
    }.union(CentraOperations.all.flatMap(\.requirements).flatMap(SchemaCapabilities.alternatives))
    func schema(_ has: (String) -> Bool) -> SchemaCapabilities {
        SchemaCapabilities(members: Dictionary(uniqueKeysWithValues: members.map { ($0, has($0)) }))
    }
    // What is in no public source.
    let isPublic = { (member: String) in
        !member.hasSuffix("(limit)") && !["ShipmentCreateInput.externalId", "Query.stock"].contains(member)
    }
    return [
        ("assumed", .assumed), ("public", schema(isPublic)), ("newest", schema { $0 != "Query.stock" }),
        ("oldest", schema { _ in false }),
    ]
}()

/// Operations that share a document are told apart by a number.
private let operations: [(name: String, operation: CentraOperation)] = {
    var counts: [String: Int] = [:]
    return CentraOperations.all.map { operation in
        counts[operation.document.name, default: 0] += 1
        return ("\(operation.document.name).\(counts[operation.document.name, default: 0])", operation)
    }
}()

private let folder = fixtures.appending(path: "requests")

/// What is in the file: one request for all the spellings in which it is the same, its query by lines.
private func pinned(_ operation: CentraOperation) throws -> NSDictionary {
    var names: [NSDictionary: [String]] = [:]
    for (name, schema) in spellings {
        let body = try #require(
            try JSONSerialization.jsonObject(with: Data(operation.body(schema))) as? [String: Any])
        let query = try #require(body["query"] as? String)
        let request: [String: Any] = [
            "operationName": body["operationName"] ?? "", "variables": body["variables"] ?? [:],
            "query": query.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
        ]
        names[request as NSDictionary, default: []].append(name)
    }
    var pinned: [String: Any] = [:]
    for (request, names) in names { pinned[names.joined(separator: " ")] = request }
    if !operation.requirements.isEmpty { pinned["requirements"] = operation.requirements }
    return pinned as NSDictionary
}

@Test(arguments: operations.indices)
func everyRequestIsAsPinned(_ index: Int) throws {
    let (name, operation) = operations[index]
    let file = folder.appending(path: "\(name).json")
    let pinned = try pinned(operation)
    if ProcessInfo.processInfo.environment["LOCKSTEP_REWRITE"] != nil {
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (JSONSerialization.data(withJSONObject: pinned, options: options) + Data("\n".utf8)).write(to: file)
    }
    let kept = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? NSDictionary)
    #expect(kept == pinned, "\(name) is sent differently now")
}

@Test
func everyPinnedRequestAndEveryDocumentIsOfAnOperation() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(files) == Set(operations.map { "\($0.name).json" }).union(["schemas.json"]))

    let documents = fixtures.appending(path: "../../../Sources/Centra/Documents")
    let texts = CentraOperations.all.map { $0.document.text(for: .assumed) }.joined()
    for name in try FileManager.default.contentsOfDirectory(atPath: documents.path) {
        let stem = String(name.dropLast(".graphql".count))
        #expect(
            texts.contains(" \(stem) on ") || texts.contains(" \(stem)(") || texts.contains(" \(stem) {"), "\(stem)")
    }
}

/// Which members each spelling believes to be there, for whoever makes a schema to match.
@Test
func theSpellingsAreAsPinned() throws {
    let pinned = spellings.reduce(into: [String: Any]()) { $0[$1.name] = $1.schema.members } as NSDictionary
    let file = folder.appending(path: "schemas.json")
    if ProcessInfo.processInfo.environment["LOCKSTEP_REWRITE"] != nil {
        try JSONSerialization.data(withJSONObject: pinned, options: [.prettyPrinted, .sortedKeys]).write(to: file)
    }
    let kept = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? NSDictionary
    #expect(kept == pinned)
}
