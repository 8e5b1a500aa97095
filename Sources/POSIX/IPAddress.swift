// Internet addresses and networks, for listening, for trusted proxies and for allow-lists.
package import Glibc

/// An IPv4 or IPv6 address. IPv4 is kept in its IPv6-mapped form, so `::ffff:192.0.2.1` equals `192.0.2.1`.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    private static let mapped: UInt64 = 0xFFFF << 32

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    package init?(_ text: String) {
        // C would take what stands before it for the whole.
        if text.utf8.contains(0) { return nil }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(six)
        } else {
            return nil
        }
    }

    /// Nil for a family other than IPv4 and IPv6.
    package init?(_ storage: sockaddr_storage) {
        var storage = storage
        let family = CInt(storage.ss_family)
        let address: IPAddress? = withUnsafeBytes(of: &storage) { bytes in
            switch family {
            case AF_INET: IPAddress(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
            case AF_INET6: IPAddress(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
            default: nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    private init(_ address: in_addr) {
        high = 0
        low = IPAddress.mapped | UInt64(UInt32(bigEndian: address.s_addr))
    }

    private init(_ address: in6_addr) {
        (high, low) = withUnsafeBytes(of: address) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: 64)
        if isIPv4 {
            var four = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            inet_ntop(AF_INET, &four, &text, 64)
        } else {
            var six = in6Address
            inet_ntop(AF_INET6, &six, &text, 64)
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private var in6Address: in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) {
            $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }

    func withSocketAddress(
        port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Void
    ) throws(Errno) {
        if isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
            try IPAddress.rebind(&address, body)
        } else {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6Address
            try IPAddress.rebind(&address, body)
        }
    }

    private static func rebind<Address>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Void
    ) throws(Errno) {
        var outcome: Result<Void, Errno> = .success(())
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                do throws(Errno) {
                    try body(pointer, socklen_t(MemoryLayout<Address>.size))
                } catch { outcome = .failure(error) }
            }
        }
        try outcome.get()
    }

    fileprivate func matches(_ other: IPAddress, prefixLength: Int) -> Bool {
        let highMask = prefixLength >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(prefixLength))
        let lowMask =
            prefixLength <= 64 ? 0 : prefixLength >= 128 ? UInt64.max : ~(UInt64.max >> UInt64(prefixLength - 64))
        return (high ^ other.high) & highMask == 0 && (low ^ other.low) & lowMask == 0
    }
}

/// A network in CIDR form: `203.0.113.0/24`, `2001:db8::/32`, or a single address.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    private let address: IPAddress
    /// Of the IPv6-mapped form: 96 more than written for IPv4.
    private let prefixLength: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        let widest = address.isIPv4 ? 32 : 128
        var length = widest
        if parts.count == 2 {
            guard let written = UInt16(digits: parts[1]), written <= widest else { return nil }
            length = Int(written)
        }
        self.address = address
        self.prefixLength = address.isIPv4 ? length + 96 : length
    }

    package func contains(_ other: IPAddress) -> Bool {
        address.matches(other, prefixLength: prefixLength)
    }

    package var description: String {
        "\(address)/\(address.isIPv4 ? prefixLength - 96 : prefixLength)"
    }
}

extension UInt16 {
    /// Decimal digits alone, as in a port or a prefix length: no sign, no leading zero.
    init?(digits text: Substring) {
        guard let number = UInt16(text), String(number) == text else { return nil }
        self = number
    }
}
