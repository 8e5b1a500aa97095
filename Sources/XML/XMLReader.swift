// How octets become an `XMLElement`: expat reads, `XMLTree` builds. Strict, because a partner's reply that was cut or
// replaced on its way must not pass for a short one: one root, nothing after it, all of it there.
//
// A document type is refused where it stands. With it go its entities, so that nothing is ever expanded or fetched
// beyond XML's five and character references.
import CExpat

/// What a document may cost. Each has a test.
package struct XMLLimits: Equatable, Sendable {
    /// Octets of the whole document.
    package var octets: Int
    /// Elements inside each other.
    package var depth: Int
    /// Elements and attributes together.
    package var nodes: Int

    package init(octets: Int = 32 << 20, depth: Int = 32, nodes: Int = 100_000) {
        self.octets = octets
        self.depth = depth
        self.nodes = nodes
    }
}

extension XMLElement {
    /// Reads a whole document. UTF-8, UTF-16, ISO-8859-1 and US-ASCII, as its first octets declare it.
    ///
    /// - Throws: where the text stops being XML, or which limit it exceeds.
    package init(_ document: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLMistake) {
        var reader = XMLReader(limits: limits)
        try reader.feed(document[...])
        self = try reader.finish()
    }
}

/// Reads one document that arrives in pieces.
package struct XMLReader: ~Copyable {
    private let parser: XML_Parser?
    private let tree: XMLTree
    private let limits: XMLLimits
    private var count = 0
    /// The first octets, until there are as many as tell the encoding: expat would guess from less.
    private var head: [UInt8] = []
    private static let tellingCount = 4
    private var failed: XMLMistake?

    package init(limits: XMLLimits = XMLLimits()) {
        self.limits = limits
        tree = XMLTree(limits: limits)
        parser = XML_ParserCreateNS(nil, XMLTree.separator)
        if let parser { tree.listen(to: parser) }
    }

    deinit { if let parser { XML_ParserFree(parser) } }

    /// A reader that has failed fails again with the same words.
    package mutating func feed(_ piece: ArraySlice<UInt8>) throws(XMLMistake) {
        guard piece.count <= limits.octets - count else {
            throw fail(mistake("is larger than \(limits.octets) octets"))
        }
        count += piece.count
        var rest = piece
        if count < Self.tellingCount || !head.isEmpty {
            let missing = rest.prefix(Self.tellingCount - head.count)
            head += missing
            rest = rest.dropFirst(missing.count)
            if head.count == Self.tellingCount { try parseHead() }
        }
        // expat counts in `int`.
        while !rest.isEmpty {
            try parse(rest.prefix(1 << 30), isLast: false)
            rest = rest.dropFirst(1 << 30)
        }
    }

    /// The root, when the document has ended where it may.
    package consuming func finish() throws(XMLMistake) -> XMLElement {
        try parseHead()
        try parse([], isLast: true)
        guard let root = tree.root else { throw mistake("has no root") }
        return root
    }

    private mutating func parseHead() throws(XMLMistake) {
        let octets = head
        head = []
        if !octets.isEmpty { try parse(octets[...], isLast: false) }
    }

    private mutating func parse(_ piece: ArraySlice<UInt8>, isLast: Bool) throws(XMLMistake) {
        if let failed { throw failed }
        let status = piece.withUnsafeBytes { buffer in
            XML_Parse(parser, buffer.bindMemory(to: CChar.self).baseAddress, CInt(buffer.count), isLast ? 1 : 0)
        }
        if status != XML_STATUS_OK { throw fail(mistake(reason)) }
    }

    /// What is wrong, without a word of the document.
    private var reason: String {
        if let objection = tree.objection { return objection }
        guard let parser, let text = XML_ErrorString(XML_GetErrorCode(parser)) else { return "cannot be read" }
        return "is no XML: \(String(cString: text))"
    }

    private mutating func fail(_ mistake: XMLMistake) -> XMLMistake {
        failed = failed ?? mistake
        return mistake
    }

    private func mistake(_ text: String) -> XMLMistake {
        guard let parser else { return XMLMistake(line: 1, column: 1, text: "cannot be read: no memory") }
        // expat counts columns from 0.
        return XMLMistake(
            line: Int(clamping: XML_GetCurrentLineNumber(parser)),
            column: Int(clamping: XML_GetCurrentColumnNumber(parser)).addingReportingOverflow(1).partialValue,
            text: text)
    }
}

/// Why a text is no XML that is accepted here. Quotes nothing of it: replies hold addresses of shoppers (P9).
package struct XMLMistake: Error, Equatable, Sendable, CustomStringConvertible {
    /// Both from 1, where expat stopped.
    package let line: Int
    package let column: Int
    package let text: String

    package var description: String { "the XML document \(text) (line \(line), column \(column))" }
}
