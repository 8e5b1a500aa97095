// The checksum against its definition, one bit after the other: for every length that takes another way through it.
import Testing

@testable import Journal

struct ChecksumTests {
    static let octets = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 ^ $0) }

    /// CRC-32 as ISO 3309 has it: reversed, all ones before and after.
    static func definition(_ octets: ArraySlice<UInt8>, continuing checksum: UInt32) -> UInt32 {
        var register = ~checksum
        for octet in octets {
            register ^= UInt32(octet)
            for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~register
    }

    @Test(arguments: [0, 1, 0xDEAD_BEEF, .max] as [UInt32])
    func isWhatItsDefinitionSays(seed: UInt32) {
        for start in 0..<3 {
            for end in start...Self.octets.count {
                let slice = Self.octets[start..<end]
                let checksum = slice.withUnsafeBytes { RecordFormat.checksum($0, seed: seed) }
                #expect(checksum == Self.definition(slice, continuing: seed), "\(start)..<\(end)")
            }
        }
    }

    @Test func theKnownOne() {
        #expect(Array("123456789".utf8).withUnsafeBytes { RecordFormat.checksum($0, seed: 0) } == 0xCBF4_3926)
    }
}
