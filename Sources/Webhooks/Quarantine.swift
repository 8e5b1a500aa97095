// Deliveries whose signature failed for a reason that may be ours: a secret that was rotated on one side only, a clock
// that is off. They are answered 401 and, within a budget, kept for an operator to release. A wire format:
//
//      0         1       2               4             6          8
//     +---------+-------+---------------+-------------+----------+---------------+--------+------+
//     | version | flags | reason length | field length| zero     | reason        | field  | body |
//     +---------+-------+---------------+-------------+----------+---------------+--------+------+
//
// `field` is the signature header as it was sent. A body that could hold personal data is kept in its minimised form
// (P9), and then its signature cannot be checked again: releasing it is a person's decision.

package struct QuarantineRecord: Equatable, Sendable {
    package var reason: String
    package var signatureField: [UInt8]
    package var isMinimised: Bool
    package var body: [UInt8]

    private static let version: UInt8 = 1
    private static let headOctets = 8
    /// A longer signature field is not worth keeping: the right one has at most 90 octets.
    package static let fieldOctets = 512

    package init(reason: String, signatureField: [UInt8], isMinimised: Bool, body: [UInt8]) {
        self.reason = reason
        self.signatureField = signatureField
        self.isMinimised = isMinimised
        self.body = body
    }

    package func encode(into bytes: inout [UInt8]) {
        let reason = reason.utf8.prefix(255)
        let field = signatureField.prefix(QuarantineRecord.fieldOctets)
        bytes += [QuarantineRecord.version, isMinimised ? 1 : 0]
        bytes.appendLittleEndian(UInt16(reason.count))
        bytes.appendLittleEndian(UInt16(field.count))
        bytes.appendLittleEndian(UInt16(0))
        bytes += reason
        bytes += field
        bytes += body
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= QuarantineRecord.headOctets, bytes[0] == QuarantineRecord.version else { return nil }
        let reasonEnd = QuarantineRecord.headOctets + Int(bytes.littleEndian(at: 2, as: UInt16.self))
        let fieldEnd = reasonEnd + Int(bytes.littleEndian(at: 4, as: UInt16.self))
        guard fieldEnd <= bytes.count else { return nil }
        self.init(
            reason: String(decoding: bytes[QuarantineRecord.headOctets..<reasonEnd], as: UTF8.self),
            signatureField: Array(bytes[reasonEnd..<fieldEnd]), isMinimised: bytes[1] & 1 != 0,
            body: Array(bytes[fieldEnd...]))
    }
}

/// How much unauthenticated senders can make us write: a bucket that refills over a day. The intake has two of them.
package struct QuarantineBudget: Sendable {
    package static let dailyRecords = 1_000
    package static let dailyOctets = 8 << 20
    /// A larger body is refused without being kept.
    package static let bodyOctets = 64 << 10
    private static let day: Int64 = 86_400_000

    private var records: Double
    private var octets: Double
    private var updated: Int64

    /// `now` in monotonic milliseconds.
    package init(now: Int64) {
        records = Double(QuarantineBudget.dailyRecords)
        octets = Double(QuarantineBudget.dailyOctets)
        updated = now
    }

    /// Whether a record of that size may be kept; if so it is paid for.
    package mutating func allows(octets count: Int, now: Int64) -> Bool {
        let share = Double(max(0, now - updated)) / Double(QuarantineBudget.day)
        records = min(Double(QuarantineBudget.dailyRecords), records + share * Double(QuarantineBudget.dailyRecords))
        octets = min(Double(QuarantineBudget.dailyOctets), octets + share * Double(QuarantineBudget.dailyOctets))
        updated = now
        guard count <= QuarantineBudget.bodyOctets, records >= 1, octets >= Double(count) else { return false }
        records -= 1
        octets -= Double(count)
        return true
    }

    /// Pays for octets that are written beyond what was allowed: a minimised form can be longer than the body. What is
    /// owed then is waited for.
    package mutating func pay(octets count: Int) {
        octets -= Double(count)
    }
}
