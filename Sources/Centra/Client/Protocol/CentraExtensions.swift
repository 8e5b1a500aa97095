// What an answer says beside its data: what it cost, which version answered, and what will soon be gone.
import JSON
import Synchronization

package struct CentraExtensions: Sendable, Equatable {
    package var complexity: Int?
    package var appVersion: AppVersion?
    package var permissionsUsed: [String] = []
    /// Fields and permissions that Centra has deprecated and we still use, as far as its words are known.
    package var deprecations: [String] = []

    package static let none = CentraExtensions()

    private init() {}

    init(_ extensions: JSONValue?) {
        guard let extensions else { return }
        complexity = extensions["complexity"]?.integer
        appVersion = extensions["appVersion"]?.string.flatMap(AppVersion.init)
        permissionsUsed = CentraExtensions.texts(extensions["permissionsUsed"]).filter(\.isCode)
        deprecations =
            (CentraExtensions.texts(extensions["deprecatedFieldsUsed"])
            + CentraExtensions.texts(extensions["deprecatedPermissionsUsed"])).map(CentraExtensions.quotation)
    }

    /// Its names and its date; the reason between them is free text (P9).
    private static func quotation(of text: String) -> String {
        let known = deprecations.lazy.compactMap { $0.quotation(of: text) }.first
        return known ?? "a deprecation in words that are not known to be harmless"
    }

    private static let deprecations = [
        MessagePattern("Field: {code}, reason: … date of removal: {code}"), MessagePattern("Field: {code}, reason: …"),
        MessagePattern("Field: {code}, deprecated: {code}, current: {code}"),
    ]

    private static func texts(_ list: JSONValue?) -> [String] { (list?.array ?? []).compactMap(\.string) }
}

/// `v1.59.10`.
package struct AppVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let parts: [Int]

    package init?(_ text: String) {
        let parts = text.drop { $0 == "v" }.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...4).contains(parts.count) else { return nil }
        self.parts = parts.compactMap { $0 }
        guard self.parts.count == parts.count else { return nil }
    }

    package static func < (left: AppVersion, right: AppVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    package var description: String { "v" + parts.map { String($0) }.joined(separator: ".") }
}

/// What one brand's answers have said so far.
package final class CentraNotes: Sendable {
    private struct State {
        var appVersion: AppVersion?
        var permissions: Set<String> = []
        var deprecations: [String: Int] = [:]
        var uncounted = 0
    }

    /// Distinct texts that are counted each; more are counted together.
    private static let textLimit = 256

    private let state = Mutex(State())

    package init() {}

    /// - Returns: the deprecations that were never seen before, to be reported once.
    package func note(_ extensions: CentraExtensions) -> [String] {
        state.withLock { state in
            if let version = extensions.appVersion { state.appVersion = version }
            state.permissions.formUnion(extensions.permissionsUsed.prefix(CentraNotes.textLimit))
            return extensions.deprecations.filter { text in
                guard let count = state.deprecations[text] else { return add(text, to: &state) }
                state.deprecations[text] = count + 1
                return false
            }
        }
    }

    private func add(_ text: String, to state: inout State) -> Bool {
        guard state.deprecations.count < CentraNotes.textLimit else {
            state.uncounted += 1
            return false
        }
        state.deprecations[text] = 1
        return true
    }

    package var appVersion: AppVersion? { state.withLock { $0.appVersion } }
    /// Permissions that were needed so far: what a token has to have, and no more.
    package var permissions: Set<String> { state.withLock { $0.permissions } }
    /// How often each deprecation was met.
    package var deprecations: [String: Int] { state.withLock { $0.deprecations } }
}
