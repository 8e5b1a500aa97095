// XML as it is written: what a reader reads is what was said.
import Testing

@testable import XML

private func xml(_ write: (inout XMLWriter) -> Void) -> String {
    var writer = XMLWriter()
    write(&writer)
    return String(decoding: writer.octets, as: UTF8.self)
}

private let declaration = #"<?xml version="1.0" encoding="utf-8"?>"#

struct XMLWriterTests {
    @Test
    func elementsCloseThemselves() {
        let written = xml { xml in
            xml.element("s:Envelope", ["xmlns:s": "urn:1", "b": "\"<&>'\t\n\r"]) { xml in
                xml.element("A", "x")
                xml.element("B", ["xmlns": "urn:2"])
            }
        }
        #expect(
            written == declaration + #"<s:Envelope xmlns:s="urn:1" b="&quot;&lt;&amp;>'&#9;&#10;&#13;">"#
                + #"<A>x</A><B xmlns="urn:2"></B></s:Envelope>"#)
    }

    static let texts: [(String, String)] = [
        ("", ""), ("plain", "plain"), ("<&>]]>\"'", "&lt;&amp;&gt;]]&gt;\"'"), ("a,\"b\r\nc\"\n", "a,\"b&#13;\nc\"\n"),
        ("å😀\u{85}\u{2028}\u{FFFD}\u{7F}", "å😀\u{85}\u{2028}\u{FFFD}\u{7F}"),
        ("e\u{301}", "e\u{301}"), ("\u{FEFF}a", "\u{FEFF}a"), ("  \t", "  \t"),
    ]

    @Test(arguments: texts)
    func textIsEscapedAndReadBack(text: String, written: String) throws {
        #expect(XMLWriter.holds(text))
        let document = xml { $0.element("a", ["b": text], text) }
        #expect(document.hasSuffix(">\(written)</a>"))
        let read = try XMLElement(Array(document.utf8))
        #expect(read.text.utf8.elementsEqual(text.utf8))
        #expect(read.attributes[XMLElement.Name("", "b")]?.utf8.elementsEqual(text.utf8) == true)
    }

    static let forbidden: [(String, String)] = [
        ("a\0b", "ab"), ("\u{1}\u{8}\u{B}\u{C}\u{1F}", ""), ("\u{FFFE}a\u{FFFF}", "a"), ("e\u{1}\u{301}", "e\u{301}"),
    ]

    @Test(arguments: forbidden)
    func whatXMLCannotHoldIsLeftOut(text: String, left: String) throws {
        #expect(!XMLWriter.holds(text))
        let read = try XMLElement(Array(xml { $0.element("a", ["b": text], text) }.utf8))
        #expect(read.text.utf8.elementsEqual(left.utf8))
        #expect(read.attributes[XMLElement.Name("", "b")] == left)
    }

    @Test
    func aNameThatIsNoneIsOurBug() async {
        await #expect(processExitsWith: .failure) {
            var writer = XMLWriter()
            writer.element("a b", "")
        }
    }
}
