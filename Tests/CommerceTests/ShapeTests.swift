// The shapes that decide what may be kept, against their definitions.
import Foundation
import Testing

@testable import Commerce

struct ShapeTests {
    static let dates = [
        "2026-02-03 14:05:11.028033", "2026-02-03T14:05:11+01:00", "03/02/2026 14:05:11", "2026-02-03",
        "2026-02-03 14:05", "2026-02-03 14:05:11", "2026-02-03 14:05:11.1234567890", "2026-02-03T14:05Z", "03/02/2026",
        "2026-02-03 14:05:11.", "2026-02-03 14:05.5-0000", "2026-02-03 ", "2026-02-03 1a:05:11", "",
    ]

    /// A day in either order; a time with or without seconds; a fraction of one to nine digits; a zone.
    static func isDate(_ text: String) -> Bool {
        let (day, time) = (#"(\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4})"#, #"[ T]\d\d:\d\d(:\d\d)?(\.\d{1,9})?"#)
        let pattern = "^\(day)(\(time)(Z|[+-]\\d\\d:?\\d\\d)?)?$"
        return text.range(of: pattern, options: .regularExpression) != nil
    }

    /// Each date as it is, cut off at every octet, and with every octet replaced by some that matter.
    @Test(arguments: dates)
    func datesAreWhatTheirDefinitionSays(_ date: String) {
        let octets = Array(date.utf8)
        var variants = (0...octets.count).map { Array(octets[..<$0]) }
        for index in octets.indices {
            for octet in "0a:. T/-+Z".utf8 {
                variants.append(octets)
                variants[variants.count - 1][index] = octet
            }
        }
        for variant in variants {
            let text = String(decoding: variant, as: UTF8.self)
            #expect(Shape.isDate(variant.span) == Self.isDate(text), "\(text)")
        }
    }
}
