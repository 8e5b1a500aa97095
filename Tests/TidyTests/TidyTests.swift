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
    let allowed: [String: Set<String>] = ["Queues": [], "HTTP": ["Calendar"], "Commerce": [], "Calendar": []]
    for file in try swiftFiles(in: "Sources") {
        guard let allowed = allowed[file.module] else { continue }
        #expect(allowed.isSuperset(of: imports(of: file)), "\(file.path) imports \(imports(of: file))")
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

/// A line's code: without string literals that end on it, and without the comment that ends it.
private func code(of line: String) -> String {
    let text = line.replacing(/"(?:\\.|[^"\\])*"/, with: "\"\"")
    return text.firstRange(of: "//").map { String(text[..<$0.lowerBound]) } ?? text
}

private struct Ban: CustomTestStringConvertible {
    let word: String
    let isCode: Bool
    var testDescription: String { word }

    func isBroken(by line: String) -> Bool {
        let text = isCode ? code(of: line) : line
        return text.ranges(of: word).contains { range in
            let (before, after) = (text[..<range.lowerBound].last, text[range.upperBound...].first)
            return before?.isLetter != true && (word.last?.isLetter != true || after?.isLetter != true)
        }
    }
}

private let bans = [
    Ban(word: "try!", isCode: true), Ban(word: "as!", isCode: true), Ban(word: "fatalError(", isCode: true),
    Ban(word: "print(", isCode: true), Ban(word: "public", isCode: true), Ban(word: "@unchecked", isCode: true),
    Ban(word: "TODO", isCode: false), Ban(word: "FIXME", isCode: false), Ban(word: "XXX", isCode: false),
]

@Test(arguments: bans)
private func nothingIsUnfinishedForcedOrPublic(_ ban: Ban) throws {
    for file in try swiftFiles(in: "Sources") {
        for (number, line) in file.lines.enumerated() where ban.isBroken(by: line) {
            Issue.record("\(file.path):\(number + 1) has \(ban.word)")
        }
    }
}

@Test
func aBanNoticesWhatItIsFor() {
    for line in ["public func a() {}", "    let a = try! b()", "print(\"a\")", "a as! B", "// TODO: a", "/// FIXME a"] {
        #expect(bans.contains { $0.isBroken(by: line) }, "\(line)")
    }
    for line in ["// the public listener", "fingerprint(of: a)", #"say("of the public listener")"#, #"// `\uXXXX`"#] {
        #expect(!bans.contains { $0.isBroken(by: line) }, "\(line)")
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
