// Two readings of London's clock, made apart from each other: the product's from the system's files, the sandbox's from the
// rule. They have to agree on every hour of a decade.
import Peoplevox
import Sandbox
import Testing

@Test
func bothReadingsOfTheTenantsClockAgree() throws {
    let zone = try PeoplevoxRig.format().zone
    let start = try #require(LocalTime(2021, 1, 1)).seconds
    let differences = (0..<(10 * 366 * 24)).map { start + Int64($0) * 3_600 - 1 }.filter { moment in
        zone.local(at: moment)?.seconds != Int64(TenantZone.london.civil(Int(moment)).seconds)
    }
    #expect(differences.isEmpty)
}
