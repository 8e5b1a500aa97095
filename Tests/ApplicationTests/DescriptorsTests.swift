// How many connections fit into the descriptors that the process may have.
import Testing

@testable import Application

private struct Share: Sendable {
    let wanted: Int
    let limit: Int
    let connections: Int
    let says: [String]
    var isRefused = false
}

private let shares = [
    Share(wanted: 10_000, limit: 1_048_576, connections: 10_000, says: []),
    Share(wanted: 10_000, limit: 10_000 + Descriptors.beside, connections: 10_000, says: []),
    Share(
        wanted: 10_000, limit: 1_024, connections: 1_024 - Descriptors.beside,
        says: ["connectionLimit is 10000", "1024 files", "\(1_024 - Descriptors.beside) connections", "LimitNOFILE"]),
    Share(wanted: 5, limit: Descriptors.beside + 1, connections: 1, says: ["1 connections"]),
    Share(
        wanted: 5, limit: Descriptors.beside, connections: 1, says: ["at least \(Descriptors.beside + 1)"],
        isRefused: true),
    Share(wanted: 5, limit: 0, connections: 1, says: ["ulimit -n"], isRefused: true),
]

@Test(arguments: shares)
private func connectionsGetWhatTheJournalDoesNotNeed(share: Share) {
    #expect(Descriptors.connections(wanted: share.wanted, within: share.limit) == share.connections)
    switch Descriptors.check(wanted: share.wanted, within: share.limit) {
    case .enough: #expect(share.says.isEmpty)
    case .fewer(let text):
        #expect(!share.isRefused && !share.says.isEmpty && share.says.allSatisfy(text.contains), "\(text)")
    case .tooFew(let text): #expect(share.isRefused && share.says.allSatisfy(text.contains), "\(text)")
    }
}
