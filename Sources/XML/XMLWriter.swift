// XML as it is written, straight into octets: names are ours, text is anybody's.

/// Writes one XML document in UTF-8. Elements close themselves:
///
/// ```
/// var xml = XMLWriter()
/// xml.element("GetData", ["xmlns": "http://www.peoplevox.net/"]) { xml in
///     xml.element("PageNo", "1")
/// }
/// ```
package struct XMLWriter {
    /// UTF-8; a whole document once the outermost element is written.
    package private(set) var octets: [UInt8]

    package init() {
        octets = Array(#"<?xml version="1.0" encoding="utf-8"?>"#.utf8)
    }

    /// - Parameter attributes: in this order; namespaces are attributes here.
    package mutating func element<Failure>(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
        _ content: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(name, attributes)
        try content(&self)
        octets += "</\(name)>".utf8
    }

    package mutating func element(_ name: String, _ text: String) {
        element(name, [:], text)
    }

    package mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>, _ text: String = "") {
        element(name, attributes) { $0.text(text) }
    }

    /// What XML 1.0 cannot hold is left out (`holds`). A carriage return is written as a reference, for a reader makes a
    /// line feed of a plain one (section 2.11).
    package mutating func text(_ text: String) {
        for octet in Self.held(text).utf8 {
            switch octet {
            case UInt8(ascii: "&"): octets += "&amp;".utf8
            case UInt8(ascii: "<"): octets += "&lt;".utf8
            // Only `]]>` must not stand in text; escaped everywhere, nobody has to look for it.
            case UInt8(ascii: ">"): octets += "&gt;".utf8
            case 0x0D: octets += "&#13;".utf8
            default: octets.append(octet)
            }
        }
    }

    /// Whether XML 1.0 can hold all of a text: it has no control characters but tab, line feed and carriage return, and
    /// neither U+FFFE nor U+FFFF (section 2.2).
    package static func holds(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(holds)
    }

    private static func holds(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case ..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    private static func held(_ text: String) -> String {
        holds(text) ? text : String(String.UnicodeScalarView(text.unicodeScalars.filter(holds)))
    }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        precondition(Self.isName(name), "a name of ours")
        octets += "<\(name)".utf8
        for (name, value) in attributes {
            precondition(Self.isName(name), "a name of ours")
            octets += " \(name)=\"".utf8
            attribute(value)
            octets += "\"".utf8
        }
        octets += ">".utf8
    }

    /// White space in an attribute would be read as spaces (section 3.3.3).
    private mutating func attribute(_ value: String) {
        for octet in Self.held(value).utf8 {
            switch octet {
            case UInt8(ascii: "&"): octets += "&amp;".utf8
            case UInt8(ascii: "<"): octets += "&lt;".utf8
            case UInt8(ascii: "\""): octets += "&quot;".utf8
            case 0x09, 0x0A, 0x0D: octets += "&#\(octet);".utf8
            default: octets.append(octet)
            }
        }
    }

    /// Enough to notice a text that got where a name belongs.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && !"<>&\"'/=".utf8.contains($0) }
    }
}
