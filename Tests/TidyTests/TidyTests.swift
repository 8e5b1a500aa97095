// What can be checked about the sources themselves: who imports what, who may make a verified delivery, no personal
// paths, no unfinished work, and that every path in `ARCHITECTURE.md` exists.
import Foundation
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

private struct SourceFile {
    let path: String
    let lines: [String]

    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var text: String { lines.joined(separator: "\n") }
    /// Without what stands in comments.
    var code: [String] { lines.filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") } }
}

private func swiftFiles(in folder: String) throws -> [SourceFile] {
    let base = root.appendingPathComponent(folder)
    let names = try #require(FileManager.default.enumerator(atPath: base.path)).compactMap { $0 as? String }
    return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
        let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
        return SourceFile(path: folder + "/" + name, lines: text.components(separatedBy: "\n"))
    }
}

private func imports(of file: SourceFile) -> [String] {
    file.code.compactMap { line in
        let words = line.split(separator: " ").filter { !["package", "internal", "private", "@testable"].contains($0) }
        return words.count >= 2 && words[0] == "import" ? String(words[1]) : nil
    }
}

@Test
func onlyPOSIXTalksToTheKernel() throws {
    for file in try swiftFiles(in: "Sources") {
        let names = imports(of: file)
        #expect(!names.contains("Glibc") || file.module == "POSIX", "\(file.path) imports Glibc")
        #expect(!names.contains("CPOSIX") || file.module == "POSIX", "\(file.path) imports CPOSIX")
        #expect(!names.contains("Foundation"), "\(file.path) imports Foundation")
        #expect(!names.contains { $0.hasPrefix("NIO") || $0.hasPrefix("_NIO") }, "\(file.path) imports SwiftNIO")
    }
}

@Test
func aValueWithoutSocketsImportsNothingAboveIt() throws {
    for file in try swiftFiles(in: "Sources") where ["Queues", "HTTP", "Commerce"].contains(file.module) {
        #expect(imports(of: file).isEmpty, "\(file.path) imports \(imports(of: file))")
    }
}

@Test
func onlyTheVerifiersMakeAVerifiedDelivery() throws {
    let makers = try swiftFiles(in: "Sources").filter { file in
        file.code.contains { $0.contains("VerifiedDelivery(") }
    }
    let allowed = ["Sources/Webhooks/SignatureVerifier.swift", "Sources/Webhooks/CallbackToken.swift"]
    #expect(makers.map(\.path).sorted() == allowed.sorted())
}

@Test
func nothingIsUnfinishedForcedOrPublic() throws {
    let banned = ["try!", "fatalError(", "TODO", "FIXME", "XXX", " as! ", "public ", "@unchecked Sendable", "print("]
    for file in try swiftFiles(in: "Sources") {
        for (number, line) in file.lines.enumerated() {
            for word in banned where line.contains(word) {
                Issue.record("\(file.path):\(number + 1) has \(word)")
            }
        }
    }
}

@Test
func timeAndChanceComeFromOutside() throws {
    let banned = ["Date()", ".random(", "SystemRandomNumberGenerator", "clock_gettime"]
    for file in try swiftFiles(in: "Sources") where !["POSIX", "Application"].contains(file.module) {
        for line in file.code {
            for word in banned where line.contains(word) { Issue.record("\(file.path) has \(word)") }
        }
    }
}

@Test
func everyFileSaysWhatItIsFor() throws {
    for file in try swiftFiles(in: "Sources") {
        #expect(file.lines.first?.hasPrefix("//") == true, "\(file.path) does not open with a comment")
        #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines: the room may need dividing")
    }
}

@Test
func everyPathInTheArchitectureExists() throws {
    let text = try String(contentsOf: root.appendingPathComponent("Sources/ARCHITECTURE.md"), encoding: .utf8)
    let paths = text.matches(of: /`([A-Za-z-]+\/[A-Za-z\/+-]+\.(?:swift|md|yaml|h))`/).map { String($0.1) }
    #expect(paths.count >= 12, "the signposts are there")
    for path in paths {
        let exists = ["Sources/", ""].contains { prefix in
            FileManager.default.fileExists(atPath: root.appendingPathComponent(prefix + path).path)
        }
        #expect(exists, "ARCHITECTURE.md names \(path)")
    }
}

@Test
func theTopLevelIsAsAgreed() throws {
    let allowed = ["Package.swift", "Sources", "Tests", "deploy", "openapi", "README.md", "Package.resolved"]
    let names = try FileManager.default.contentsOfDirectory(atPath: root.path)
    for name in names where !name.hasPrefix(".") { #expect(allowed.contains(name), "\(name) is at the top level") }
}
