// XML as it is read: whole and in pieces, and what is refused, where and in which words.
import Testing

@testable import XML

private func element(_ local: String, _ text: String = "", _ children: [XMLElement] = []) -> XMLElement {
    XMLElement(XMLElement.Name("", local), children: children, text: text)
}

private func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
        let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
        return bigEndian ? [high, low] : [low, high]
    }
}

/// In two pieces and octet by octet.
private func readInPieces(_ octets: [UInt8], _ sizes: [Int], _ limits: XMLLimits) throws(XMLMistake) -> XMLElement {
    var reader = XMLReader(limits: limits)
    var rest = octets[...]
    for size in sizes {
        try reader.feed(rest.prefix(size))
        rest = rest.dropFirst(size)
    }
    try reader.feed(rest)
    return try reader.finish()
}

struct XMLReaderTests {
    static let sound: [(String, XMLElement)] = [
        ("<a/>", element("a")), ("<a></a>", element("a")), (" \n<a> b\r\n </a>\n ", element("a", " b\n ")),
        ("<?xml version=\"1.0\" encoding=\"utf-8\"?><a>å😀</a>", element("a", "å😀")),
        ("\u{FEFF}<a>\u{FEFF}</a>", element("a", "\u{FEFF}")),
        ("<a>&lt;&amp;&gt;&quot;&apos;&#13;&#10;&#x1F600;</a>", element("a", "<&>\"'\r\n😀")),
        ("<a><![CDATA[<b>&amp;]]>c<![CDATA[]]></a>", element("a", "<b>&amp;c")),
        ("<a>1<b>2</b>3<b/>4</a>", element("a", "134", [element("b", "2"), element("b")])),
        ("<!-- <!DOCTYPE a> --><a><?go on?><!-- & --></a><!-- > -->", element("a")),
        ("<a>e\u{301}\r\r\n\r</a>", element("a", "e\u{301}\n\n\n")),
        (
            "<s:a xmlns:s='urn:1' xmlns='urn:2' x='1' s:x=' 2&#10;'><b/><s:c xmlns:s='urn:3' xml:lang='sv'/></s:a>",
            XMLElement(
                XMLElement.Name("urn:1", "a"),
                attributes: [XMLElement.Name("", "x"): "1", XMLElement.Name("urn:1", "x"): " 2\n"],
                children: [
                    XMLElement(XMLElement.Name("urn:2", "b")),
                    XMLElement(
                        XMLElement.Name("urn:3", "c"),
                        attributes: [XMLElement.Name("http://www.w3.org/XML/1998/namespace", "lang"): "sv"]),
                ])
        ),
    ]

    @Test(arguments: sound)
    func xmlIsReadWholeAndInPieces(document: String, expected: XMLElement) throws {
        let octets = Array(document.utf8)
        #expect(try XMLElement(octets) == expected)
        #expect(try readInPieces(octets, Array(repeating: 1, count: octets.count), XMLLimits()) == expected)
        for cut in octets.indices {
            #expect(try readInPieces(octets, [cut], XMLLimits()) == expected)
        }
    }

    @Test
    func theEncodingIsTheDocuments() throws {
        let declared = "<?xml version='1.0' encoding='utf-16'?><a>å😀</a>"
        for bigEndian in [true, false] {
            #expect(try XMLElement(utf16(declared, bigEndian: bigEndian)).text == "å😀")
            #expect(try XMLElement(utf16("<a>å😀</a>", bigEndian: bigEndian)).text == "å😀")
            // Half of the last character is missing.
            #expect(throws: XMLMistake.self) { try XMLElement(utf16("<a/>", bigEndian: bigEndian).dropLast()) }
        }
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE5] + Array("</a>".utf8)
        #expect(try XMLElement(latin).text == "å")
        for encoding in ["windows-1252", "utf-7", "ebcdic", "utf-16"] {
            let other = Array("<?xml version='1.0' encoding='\(encoding)'?><a/>".utf8)
            #expect(throws: XMLMistake.self, "\(encoding)") { try XMLElement(other) }
        }
    }

    static let laughs = """
        <?xml version="1.0"?>
        <!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
        <lolz>&lol2;</lolz>
        """
    static let page = "<!DOCTYPE html><html><head><title>Runtime Error</title></head><body><p>Oh</body></html>"

    static let wrong: [(String, Int, Int, String)] = [
        ("", 1, 1, "no element"), ("  \n", 2, 1, "no element"), ("a", 1, 1, "syntax error"),
        ("{\"a\":1}", 1, 1, "not well-formed"), ("<a", 1, 1, "unclosed token"), ("<a>", 1, 4, "no element"),
        ("<a><b></a>", 1, 9, "mismatched"), ("<a/><b/>", 1, 5, "junk"), ("<a/>b", 1, 5, "junk"),
        ("<a>\0</a>", 1, 4, "not well-formed"), ("<a>\u{1}</a>", 1, 4, "not well-formed"),
        ("<a>&#1;</a>", 1, 4, "invalid character"), ("<a>&nbsp;</a>", 1, 4, "undefined entity"),
        ("<a>&b</a>", 1, 6, "not well-formed"), ("<a b='1' b='2'/>", 1, 10, "duplicate attribute"),
        ("<a b=1/>", 1, 6, "not well-formed"), ("<s:a/>", 1, 1, "unbound prefix"), ("<A></a>", 1, 6, "mismatched"),
        ("<a><![CDATA[b</a>", 1, 18, "unclosed CDATA"), (" <?xml version='1.0'?><a/>", 1, 2, "not at start"),
        ("<a>]]></a>", 1, 6, "not well-formed"), ("<a>\n<b></c></a>", 2, 6, "mismatched"),
        (page, 1, 15, "document type"), (laughs, 2, 16, "document type"),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 1, 40, "document type"),
        ("<!DOCTYPE a PUBLIC 'b' 'http://127.0.0.1/'><a/>", 1, 43, "document type"),
        ("<!doctype html><html/>", 1, 1, "syntax error"), ("<a><!DOCTYPE a></a>", 1, 6, "not well-formed"),
        ("<!ENTITY a 'b'><a/>", 1, 1, "syntax error"),
    ]

    @Test(arguments: wrong)
    func whatIsNoXMLIsRefusedWhereItStopsBeingOne(document: String, line: Int, column: Int, says: String) {
        let octets = Array(document.utf8)
        for sizes in [[], Array(repeating: 1, count: octets.count)] {
            do throws(XMLMistake) {
                let read = try readInPieces(octets, sizes, XMLLimits())
                Issue.record("\(document) was read as \(read)")
            } catch {
                #expect(error.text.contains(says), "\(error)")
                if sizes.isEmpty { #expect([error.line, error.column] == [line, column], "\(error)") }
            }
        }
    }

    /// Everything that is cut off is missed, wherever it is cut.
    @Test
    func noBeginningOfADocumentIsADocument() {
        let octets = Array("<?xml version='1.0'?><a b='c'>d<e><![CDATA[f]]></e>&#13;</a>".utf8)
        for length in octets.indices {
            #expect(throws: XMLMistake.self, "\(length)") { try XMLElement(Array(octets[..<length])) }
        }
    }

    @Test
    func octetsThatAreNotUTF8AreRefused() {
        for octets in [[0xE5], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF]] {
            let document = Array("<a>".utf8) + octets.map { UInt8($0) } + Array("</a>".utf8)
            #expect(throws: XMLMistake.self) { try XMLElement(document) }
        }
    }

    static let limits: [(String, XMLLimits, XMLLimits, String)] = [
        ("<a>1</a>", XMLLimits(octets: 8), XMLLimits(octets: 7), "7 octets"),
        ("<a><b><c/></b></a>", XMLLimits(depth: 3), XMLLimits(depth: 2), "nested more than 2"),
        ("<a><b/><b c='1' d='2'/></a>", XMLLimits(nodes: 5), XMLLimits(nodes: 4), "more than 4 elements"),
    ]

    @Test(arguments: limits)
    func aLimitIsMetExactly(document: String, enough: XMLLimits, tooLittle: XMLLimits, says: String) throws {
        let octets = Array(document.utf8)
        _ = try XMLElement(octets, limits: enough)
        for sizes in [[], Array(repeating: 1, count: octets.count)] {
            do throws(XMLMistake) {
                _ = try readInPieces(octets, sizes, tooLittle)
                Issue.record("\(document) was read")
            } catch { #expect(error.text.contains(says), "\(error)") }
        }
    }

    /// The tree is freed from the root down, and compared so.
    @Test
    func anEndlessNestingIsMetEarly() {
        let document = Array(String(repeating: "<a>", count: 1_000_000).utf8)
        #expect(throws: XMLMistake.self) { try XMLElement(document) }
    }

    @Test
    func aReaderThatFailedStaysFailed() throws {
        var reader = XMLReader()
        var mistakes: [XMLMistake] = []
        for piece in ["<a>", "</b>", "</a>"] {
            do throws(XMLMistake) { try reader.feed(Array(piece.utf8)[...]) } catch { mistakes.append(error) }
        }
        #expect(mistakes.count == 2)
        #expect(mistakes.first == mistakes.last)
        do throws(XMLMistake) {
            _ = try reader.finish()
            Issue.record("it was read")
        } catch { #expect(error == mistakes.first) }
    }

    @Test
    func aMistakeQuotesNothing() {
        for document in ["<secret>", "<a>secret", "<a secret='", "<a>&secret;</a>", "<!DOCTYPE secret>", "<s:secret/>"]
        {
            do throws(XMLMistake) { _ = try XMLElement(Array(document.utf8)) } catch {
                #expect(!"\(error)".contains("secret"))
            }
        }
    }
}
