// Every class of exceptions has all its texts, a heading in the runbook and a name in the interface, and none of them is
// an orphan.
import Foundation
import Testing
import Workflows

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

/// The runbook's sections about exceptions, by heading.
private func sections() throws -> [String: String] {
    let parts = try text("deploy/runbook.md").components(separatedBy: "\n## ")
    let named = parts.filter { $0.hasPrefix("Exception: ") }.map { part in
        let lines = part.components(separatedBy: "\n")
        return (String(lines[0].dropFirst("Exception: ".count)), part)
    }
    return try #require(Set(named.map(\.0)).count == named.count ? Dictionary(named) { one, _ in one } : nil)
}

@Test(arguments: ExceptionClass.allCases) func aClassSaysWhatItMeansAndWhatIsSafe(_ kind: ExceptionClass) {
    for text in [kind.heading, kind.impact, kind.nextAction] { #expect(!text.isEmpty) }
    for sentence in [kind.impact, kind.nextAction] {
        #expect(sentence.hasSuffix(".") && sentence.utf8.count <= 110, "\(sentence)")
    }
    #expect(kind.threshold.milliseconds >= 0)
    #expect(!kind.causes.contains(kind))
}

@Test func theRunbookAndTheClassesAreTheSame() throws {
    #expect(try Set(sections().keys) == Set(ExceptionClass.allCases.map(\.heading)))
}

@Test(arguments: ExceptionClass.allCases) func theRunbookSaysWhoOwnsItAndWhenItCloses(_ kind: ExceptionClass) throws {
    let section = try #require(try sections()[kind.heading])
    #expect(section.contains("Owner: \(kind.owner.rawValue)."), "\(kind)")
    for word in ["*Look at*", "*Safe to do*", "*Closes*"] { #expect(section.contains(word), "\(kind) \(word)") }
}

@Test func theInterfaceKnowsEveryClass() throws {
    let lines = try text("openapi/lockstep.yaml").components(separatedBy: "\n")
    let start = try #require(lines.firstIndex { $0 == "    ExceptionClass:" })
    let names = lines[(start + 2)...].prefix { $0.hasPrefix("        - ") }.map { $0.dropFirst(10) }
    #expect(names.map(String.init) == ExceptionClass.allCases.map(\.rawValue))
}

@Test func theSettingsThatAreDocumentedAreThoseThereAre() throws {
    let text = try text("Sources/Application/Configuration/DefaultConfiguration.swift")
    for kind in ExceptionClass.allCases {
        #expect(text.contains("# exceptionAfter \(kind.rawValue) = ") == kind.hasSetting, "\(kind)")
    }
}
