// Events about stock that stay away are subscribed to anew by the running server, with its own session and by the book that
// the tools keep.
import Outbound
import POSIX
import Peoplevox
import Testing

@testable import Application

struct RenewalTests {
    private func temporaryDirectory() throws -> String {
        let name = try Chance.octets(8).map { "\($0)" }.joined()
        let path = "/tmp/lockstep-renewal-\(name)"
        try Files.createDirectories(path)
        return path
    }

    @Test func eventsAboutStockAreSubscribedToAnewAndTheOthersLeftAlone() throws {
        var clinic = Clinic()
        let tokens = try (0..<3).map { _ in try NewToken() }
        clinic.set("token AvailabilityChanges", tokens[0].hash)
        clinic.set("token SalesOrderStatusChanges", tokens[1].hash)
        clinic.set("token TrackingNumberReceived", tokens[2].hash)
        let directory = try temporaryDirectory()
        let tool = try clinic.tool(directory, secrets: tokens.map(\.text))
        let brand = try #require(tool.brands.first)
        let settings = try #require(brand.partners.peoplevox)
        let governor = Governor(settings.governor, clock: clinic.clock) { 0 }
        let client = PeoplevoxClient(
            Caller(tool.transport(of: brand), governor, clock: clinic.clock), settings.client)
        func renew() -> String { tool.renew(brand, with: client, Cancellation()) }

        #expect(renew() == "subscribed anew")
        #expect(try tool.list().count == 3)
        #expect(renew() == "subscribed anew")
        #expect(try tool.list().filter { $0.contains("active") }.count == 4)
        clinic.clock.advance(milliseconds: 2 * 3_600_000)
        _ = try tool.apply(overlap: 3_600_000_000)
        let lines = try tool.list()
        #expect(lines.filter { $0.contains("active") }.count == 3)
        #expect(lines.filter { $0.contains("AvailabilityChanges") && $0.contains("ended") }.count == 1)
    }

    @Test func aTokenThatNobodyKnowsIsSaid() throws {
        let clinic = Clinic()
        let tool = try clinic.tool(try temporaryDirectory())
        let brand = try #require(tool.brands.first)
        let settings = try #require(brand.partners.peoplevox)
        let governor = Governor(settings.governor, clock: clinic.clock) { 0 }
        let client = PeoplevoxClient(
            Caller(tool.transport(of: brand), governor, clock: clinic.clock), settings.client)
        #expect(tool.renew(brand, with: client, Cancellation()) == "0 of 3 subscriptions were made anew")
    }
}
