// XML: it does not matter in which pieces a document arrives, and what is read can be written and is read again.
import XML

enum XMLProperty {
    private static let limits = XMLLimits(octets: 4_096, depth: 16, nodes: 256)

    static func check(_ document: [UInt8]) throws(Violation) {
        let whole = read(document, pieces: [document.count])
        try require(
            read(document, pieces: Array(repeating: 1, count: document.count)).root == whole.root, "octet by octet")
        let cut = document.count / 2
        try require(read(document, pieces: [cut, document.count - cut]).root == whole.root, "in two pieces")
        guard let root = whole.root else { return try require(whole.mistake != nil, "neither a root nor a mistake") }
        try require(depth(of: root) <= limits.depth && count(of: root) <= limits.nodes, "more than the limits")
        guard isWritable(root) else { return }
        var xml = XMLWriter()
        write(root, into: &xml)
        try require(read(xml.octets, pieces: [xml.octets.count], XMLLimits()).root == root, "written, it is another")
    }

    private static func read(
        _ document: [UInt8], pieces: [Int], _ limits: XMLLimits = limits
    ) -> (root: XMLElement?, mistake: XMLMistake?) {
        do throws(XMLMistake) {
            var reader = XMLReader(limits: limits)
            var rest = document[...]
            for size in pieces {
                try reader.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            return (try reader.finish(), nil)
        } catch { return (nil, error) }
    }

    private static func depth(of element: XMLElement) -> Int { 1 + (element.children.map(depth).max() ?? 0) }

    private static func count(of element: XMLElement) -> Int {
        element.children.reduce(1 + element.attributes.count) { $0 + count(of: $1) }
    }

    /// Attributes with a namespace would need prefixes, and the writer takes attributes as a literal. Of names beyond
    /// ASCII expat thinks differently in UTF-16 and in UTF-8: only there is `ª` the start of one.
    private static func isWritable(_ element: XMLElement) -> Bool {
        let names = [element.name] + element.attributes.keys
        return names.count <= 2 && names.allSatisfy { $0.local.utf8.allSatisfy { $0 < 0x80 } }
            && names.dropFirst().allSatisfy { $0.namespace.isEmpty }
            && !element.name.namespace.hasPrefix("http://www.w3.org/") && element.children.allSatisfy(isWritable)
    }

    /// All of an element's text is written before its children: where in between it stood, a reader does not keep.
    private static func write(_ element: XMLElement, into xml: inout XMLWriter) {
        let content = { (xml: inout XMLWriter) in
            xml.text(element.text)
            for child in element.children { write(child, into: &xml) }
        }
        if let (name, value) = element.attributes.first {
            xml.element(element.name.local, ["xmlns": element.name.namespace, name.local: value], content)
        } else {
            xml.element(element.name.local, ["xmlns": element.name.namespace], content)
        }
    }
}
