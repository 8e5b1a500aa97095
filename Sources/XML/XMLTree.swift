// What expat reports, one call for each piece of markup, put together into one `XMLElement`.
//
// expat keeps the address of the tree while it parses, so this is a class. Objecting stops the parser, but a call or
// two can still follow: after an objection nothing is built.
import CExpat

final class XMLTree {
    /// Between a namespace's address and a local name. XML 1.0 forbids it, so neither can contain it.
    static let separator: CChar = 0x0C

    private struct OpenElement {
        var element: XMLElement
        /// UTF-8, as it arrived.
        var text: [UInt8] = []
    }

    private let limits: XMLLimits
    /// The reader's, to stop it.
    private var parser: XML_Parser?
    private var open: [OpenElement] = []
    private var nodes = 0
    private(set) var root: XMLElement?
    /// Why we stopped the parser ourselves.
    private(set) var objection: String?

    init(limits: XMLLimits) {
        self.limits = limits
    }

    /// `self` must live as long as the parser is used, and hears nothing afterwards.
    func listen(to parser: XML_Parser) {
        self.parser = parser
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetStartDoctypeDeclHandler(parser) { tree, _, _, _, _ in XMLTree.at(tree)?.object("has a document type") }
        XML_SetElementHandler(
            parser, { tree, name, attributes in XMLTree.at(tree)?.start(name, attributes) },
            { tree, _ in XMLTree.at(tree)?.end() })
        XML_SetCharacterDataHandler(parser) { tree, octets, count in
            XMLTree.at(tree)?.characters(UnsafeRawBufferPointer(start: octets, count: Int(count)))
        }
    }

    private static func at(_ address: UnsafeMutableRawPointer?) -> XMLTree? {
        address.map { Unmanaged<XMLTree>.fromOpaque($0).takeUnretainedValue() }
    }

    private func object(_ text: String) {
        objection = objection ?? text
        if let parser { XML_StopParser(parser, XML_Bool(0)) }
    }
}

extension XMLTree {
    private typealias Attributes = UnsafeMutablePointer<UnsafePointer<CChar>?>

    private func start(_ name: UnsafePointer<CChar>?, _ attributes: Attributes?) {
        guard objection == nil, let name else { return }
        guard open.count < limits.depth else { return object("is nested more than \(limits.depth) deep") }
        var element = XMLElement(Self.name(name))
        nodes += 1
        for (name, value) in Self.pairs(attributes) {
            nodes += 1
            element.attributes[name] = value
        }
        guard nodes <= limits.nodes else {
            return object("has more than \(limits.nodes) elements and attributes")
        }
        open.append(OpenElement(element: element))
    }

    private func characters(_ octets: UnsafeRawBufferPointer) {
        guard objection == nil, !open.isEmpty else { return }
        open[open.count - 1].text.append(contentsOf: octets)
    }

    private func end() {
        guard objection == nil, var closed = open.popLast() else { return }
        closed.element.text = String(decoding: closed.text, as: UTF8.self)
        if open.isEmpty {
            root = closed.element
        } else {
            open[open.count - 1].element.children.append(closed.element)
        }
    }

    /// Names and values in turn, up to a null pointer.
    private static func pairs(_ list: Attributes?) -> [(XMLElement.Name, String)] {
        guard var list else { return [] }
        var pairs: [(XMLElement.Name, String)] = []
        while let name = list[0], let value = list[1] {
            pairs.append((self.name(name), String(cString: value)))
            list += 2
        }
        return pairs
    }

    /// `address` + separator + `local`, or `local` alone where no namespace is declared.
    private static func name(_ expanded: UnsafePointer<CChar>) -> XMLElement.Name {
        let text = String(cString: expanded)
        guard let cut = text.utf8.firstIndex(of: UInt8(separator)) else { return XMLElement.Name("", text) }
        return XMLElement.Name(String(text[..<cut]), String(text[text.utf8.index(after: cut)...]))
    }
}
