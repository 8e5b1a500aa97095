/// The recorded deliveries and callbacks, which the end-to-end tests send as well.
import Foundation
import Testing

/// One request of a fixture file, cut into the parts that a translation reads.
struct RecordedRequest {
    let target: String
    let body: [UInt8]

    init(_ folder: String, _ file: String) throws {
        let octets = [UInt8](try Data(contentsOf: fixtures.appending(path: "\(folder)/\(file)")))
        let head = try #require(octets.firstRange(of: [13, 10, 13, 10]))
        let line = try #require(octets.split(separator: 13).first)
        target = try #require(
            String(decoding: line, as: UTF8.self).split(separator: " ").dropFirst().first.map(String.init))
        body = Array(octets[head.upperBound...])
    }

    var query: [UInt8]? {
        target.firstIndex(of: "?").map { Array(target[target.index(after: $0)...].utf8) }
    }
}

let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

/// A row of an index.json, as far as a translation is concerned.
struct RecordedRow: Decodable, CustomTestStringConvertible {
    let file: String
    let expect: String
    /// Callbacks only.
    let event: String?

    var testDescription: String { file }

    static func all(_ folder: String) -> [RecordedRow] {
        struct Index: Decodable {
            let deliveries: [RecordedRow]?
            let callbacks: [RecordedRow]?
        }
        do {
            let index = try JSONDecoder().decode(
                Index.self, from: Data(contentsOf: fixtures.appending(path: "\(folder)/index.json")))
            return index.deliveries ?? index.callbacks ?? []
        } catch {
            Issue.record("the index of \(folder) cannot be read: \(error)")
            return []
        }
    }
}

func octets(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

func text(_ octets: [UInt8]?) -> String? { octets.map { String(decoding: $0, as: UTF8.self) } }
