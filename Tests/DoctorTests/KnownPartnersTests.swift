// What the doctor writes is what the server reads, and a file that is not the doctor's is not believed.
import Foundation
import Operations
import Testing

@testable import Application

struct KnownPartnersTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID().uuidString)").path

    private func acquaintance(_ clinic: Clinic) throws -> Acquaintance {
        let tool = try clinic.tool(directory)
        let brand = try #require(tool.brands.first)
        return Acquaintance(brand.partners, in: tool.directory(of: brand))
    }

    @Test
    func whatWasExaminedIsKnown() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var clinic = Clinic()
        #expect(try acquaintance(clinic) == .neverExamined)
        let time = Timestamp(microseconds: clinic.clock.wallMicroseconds())
        _ = try clinic.tool(directory).examine()
        guard case .known(let known) = try acquaintance(clinic) else {
            return #expect(Bool(false), "it was examined")
        }
        #expect(known.examined >= time)
        #expect(known.centra == nil)
        #expect(known.peoplevox?.templates["salesOrders"]?.contains("SalesOrderNumber") == true)
        #expect(known.peoplevox?.reports["inventory"]?.contains("Available") == true)
        #expect(known.peoplevox?.eventTypes.contains("AvailabilityChanges") == true)

        clinic.set("peoplevoxURL", "https://ap.peoplevox.net/ulvmark/resources/integrationservicev4.asmx")
        #expect(try acquaintance(clinic) == .changed(partner: "Peoplevox"))
    }

    static let schema =
        #"{"version":1,"time":"2026-02-05T12:00:00Z","centra":{"url":"u","schema":{"A.b":true,"C.d":false}}}"#

    @Test
    func aSchemaIsReadBack() throws {
        let known = try KnownPartners(reading: Array(Self.schema.utf8))
        #expect(known.centra?.schema.members == ["A.b": true, "C.d": false])
        #expect(known.centra?.url == "u")
        #expect(known.peoplevox == nil)
    }

    @Test(arguments: [
        ("", "value"), ("{", "name"), ("[]", "version"), (#"{"version":2,"time":"2026-02-05"}"#, "version"),
        (#"{"version":1}"#, "when"), (#"{"version":1,"time":"yesterday"}"#, "when"),
        (#"{"version":1,"time":"2026-02-05","centra":{}}"#, "url"),
        (#"{"version":1,"time":"2026-02-05","centra":{"url":"u","schema":{"A.b":1}}}"#, "yes or no"),
        (#"{"version":1,"time":"2026-02-05","peoplevox":{"url":"u"}}"#, "templates"),
        (#"{"version":1,"time":"2026-02-05","peoplevox":{"url":"u","templates":{"a":[1]},"reports":{}}}"#, "names"),
    ])
    func anotherFileIsNotBelieved(text: String, says: String) throws {
        do throws(CapabilityMistake) {
            let known = try KnownPartners(reading: Array(text.utf8))
            Issue.record("\(text) was read as \(known)")
        } catch { #expect(error.description.contains(says), "\(error)") }
    }

    @Test
    func everyCutOfAFileIsRefused() {
        let octets = Array(Self.schema.utf8)
        for count in octets.indices {
            #expect(throws: CapabilityMistake.self) { try KnownPartners(reading: Array(octets[..<count])) }
        }
    }
}
