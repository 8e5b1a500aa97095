// Every seed and every input that was ever found to break a property, as an ordinary test.
import Foundation
import Testing

private let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Corpus")

struct CorpusTests {
    @Test(arguments: Property.allCases)
    func holdsForEveryKeptInput(_ property: Property) throws {
        let folder = corpus.appending(path: property.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count >= 3, "there are seeds")
        for name in names {
            let octets = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            #expect(property.violation(by: octets) == nil, "\(name)")
        }
    }

    /// The inputs are small, and cutting one anywhere gives another.
    @Test(arguments: Property.allCases)
    func holdsForEveryKeptInputCutShort(_ property: Property) throws {
        let folder = corpus.appending(path: property.rawValue)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let octets = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            for length in stride(from: 0, to: octets.count, by: max(1, octets.count / 64)) {
                #expect(property.violation(by: Array(octets[..<length])) == nil, "\(name), \(length) octets")
            }
        }
    }
}
