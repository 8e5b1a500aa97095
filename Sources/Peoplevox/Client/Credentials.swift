// Who we are to Peoplevox. The password and what it is exchanged for, the session's id, show themselves nowhere.
import XML

/// The account of one brand, an ordinary user of Peoplevox that nobody else uses.
package struct PeoplevoxCredentials: Sendable, Equatable {
    /// How the password is sent: in base 64 in the EU, the UK and Asia, as it is in the US. Never both are tried, since
    /// failed logins may lock the user out.
    package enum PasswordMode: String, Sendable, CaseIterable {
        case base64
        case plain
    }

    /// The tenant's name, as in the address of its web application.
    package let clientID: String
    package let username: String
    package let password: Password
    package let passwordMode: PasswordMode

    package init(clientID: String, username: String, password: Password, passwordMode: PasswordMode) {
        self.clientID = clientID
        self.username = username
        self.password = password
        self.passwordMode = passwordMode
    }

    /// The password as `Authenticate` takes it.
    var sentPassword: String {
        switch passwordMode {
        case .base64: Base64.encode(Array(password.reveal().utf8))
        case .plain: password.reveal()
        }
    }

    /// A password that lost a character on its way would be a failed login.
    var areSendable: Bool { [clientID, username, sentPassword].allSatisfy(XMLWriter.holds) }
}

/// A text that must not be seen: prints, debug-prints, dumps and mirrors as `[redacted]`.
protocol Unprintable: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Unprintable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

package struct Password: Sendable, Equatable, Unprintable {
    private let text: String

    package init(_ text: String) { self.text = text }

    func reveal() -> String { text }
}

/// Opaque: a GUID, or hexadecimal.
struct SessionID: Sendable, Equatable, Unprintable {
    private let text: String

    init(_ text: String) { self.text = text }

    func reveal() -> String { text }
}

/// RFC 4648, section 4, with padding and without line ends.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start...].prefix(3)
            let padded = Array(group) + Array(repeating: 0, count: 3 - group.count)
            let bits = padded.reduce(0) { $0 << 8 | Int($1) }
            let letters = [18, 12, 6, 0].map { alphabet[bits >> $0 & 63] }
            text += letters.prefix(group.count + 1) + Array(repeating: UInt8(ascii: "="), count: 3 - group.count)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
