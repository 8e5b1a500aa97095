// The top-level `errors` of an answer: what they mean together, and what may be said of them.
import JSON
import Outbound

struct CentraErrors {
    private struct Entry {
        let meaning: CentraError
        let text: String
        let path: [String]
    }

    private let entries: [Entry]
    private let hasData: Bool

    init(_ errors: JSONValue, data: JSONValue?) {
        entries = (errors.array ?? []).map(CentraErrors.entry)
        guard case .object(let fields)? = data else {
            hasData = false
            return
        }
        hasData = fields.values.contains { $0 != .null }
    }

    private static func entry(_ error: JSONValue) -> Entry {
        let message = error["message"]?.string ?? ""
        let category = error["extensions"]?["category"]?.string ?? ""
        let known = CentraMessages.ofRequests.lazy.compactMap { row in
            row.pattern.quotation(of: message).map { (row.meaning, $0) }
        }.first
        let path = (error["path"]?.array ?? []).prefix(12).map(\.pathElement).map { $0.isCode ? $0 : "?" }
        return Entry(
            meaning: known?.0 ?? CentraMessages.ofCategories[category] ?? .internal,
            text: known?.1 ?? "an error that is not known to be harmless", path: path)
    }

    /// A mutation whose field was entered may have been applied, whatever went wrong behind it. One that was not entered
    /// was refused as a whole.
    private var mayHaveBeenApplied: Bool {
        hasData || entries.isEmpty || entries.contains { $0.path.count > 1 || $0.meaning == .internal }
    }

    func failure<Value>(of operation: GraphQLOperation<Value>) -> CallFailure {
        CallFailure(kind(isMutation: operation.isMutation), "Centra's answer to \(operation.name): \(text)")
    }

    private func kind(isMutation: Bool) -> FailureKind {
        if isMutation, mayHaveBeenApplied { return .ambiguous }
        let meanings = Set(entries.map(\.meaning))
        if meanings.contains(.authorization) { return .configuration }
        if meanings.contains(.schemaDrift) { return .permanent }
        if meanings.contains(.throttled) { return .throttled(until: nil) }
        return .transient
    }

    private var text: String {
        guard !entries.isEmpty else { return "errors that are no list" }
        let texts = entries.prefix(3).map { entry in
            let drift = entry.meaning == .schemaDrift ? "schema drift: " : ""
            return drift + entry.text + (entry.path.isEmpty ? "" : " (at \(entry.path.joined(separator: ".")))")
        }
        return texts.joined(separator: "; ") + (entries.count > 3 ? "; and \(entries.count - 3) more" : "")
    }
}
