// What is sent so often that it is made once a second instead of once an answer.
import HTTP

struct AnswerHeads {
    /// RFC 9110, section 15.2.1.
    static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private var second = Int.min
    private var dateOctets: [UInt8] = []
    private var acceptedOctets: [UInt8] = []

    mutating func date(unixSeconds: Int) -> [UInt8] {
        refresh(unixSeconds)
        return dateOctets
    }

    /// The whole answer to an accepted delivery on a connection that stays open.
    mutating func accepted(unixSeconds: Int) -> [UInt8] {
        refresh(unixSeconds)
        return acceptedOctets
    }

    private mutating func refresh(_ unixSeconds: Int) {
        guard second != unixSeconds else { return }
        second = unixSeconds
        dateOctets = HTTPDate(unixSeconds: unixSeconds).octets
        acceptedOctets.removeAll(keepingCapacity: true)
        Response.accepted.encode(into: &acceptedOctets, date: dateOctets, closing: false, isHead: false)
    }
}
