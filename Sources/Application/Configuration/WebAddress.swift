// An absolute address, taken apart as far as its use needs: which host and port, and whether the world can reach them.
import POSIX

package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    package let isSecure: Bool
    /// Without brackets, in small letters.
    package let host: String
    package let port: Int
    /// From its slash on; empty for none.
    package let path: String
    private let text: String

    package var description: String { text }

    /// Nil for anything but `http` or `https`, a host, perhaps a port and perhaps a path: no user, no query, no fragment.
    package init?(_ text: String) {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://"), text.utf8.count <= 512,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}@?#".utf8.contains($0) })
        else { return nil }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" }
        guard let (host, port) = Self.split(authority) else { return nil }
        self.isSecure = isSecure
        self.host = host.lowercased()
        self.port = port ?? (isSecure ? 443 : 80)
        path = String(rest.dropFirst(authority.count))
        self.text = text
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        let end = authority.first == "[" ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
        let colon = authority[(end ?? authority.startIndex)...].firstIndex(of: ":")
        let host = authority[..<(colon ?? authority.endIndex)]
        let name = host.first == "[" ? host.dropFirst().dropLast() : host
        guard !name.isEmpty, (host.first == "[") == (IPAddress(String(name)) != nil && name.contains(":")) else {
            return nil
        }
        guard let colon else { return (String(name), nil) }
        guard let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port) else {
            return nil
        }
        return (String(name), port)
    }

    /// Whether only this machine can mean it.
    package var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || isIn(["127.0.0.0/8", "::1"])
    }

    /// Whether only a network of one's own can mean it, by its form.
    package var isPrivate: Bool {
        isLoopback
            || isIn([
                "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::",
                "fc00::/7", "fe80::/10",
            ])
            || !host.contains(".") && !host.contains(":")
            || [".local", ".internal", ".lan", ".home.arpa"].contains { host.hasSuffix($0) }
    }

    private func isIn(_ networks: [String]) -> Bool {
        guard let address = IPAddress(host) else { return false }
        return networks.compactMap(IPNetwork.init).contains { $0.contains(address) }
    }
}
