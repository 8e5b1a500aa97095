// A piece of an XML document that was read whole: names with their namespaces, text with its white space, children in
// order. Partners' prefixes differ, so nothing looks at them.

package struct XMLElement: Equatable, Sendable {
    /// A namespace's address and a local name: what prefixes stand for (Namespaces in XML 1.0, section 2.1).
    package struct Name: Hashable, Sendable {
        package let namespace: String
        package let local: String

        package init(_ namespace: String, _ local: String) {
            self.namespace = namespace
            self.local = local
        }
    }

    package let name: Name
    package var attributes: [Name: String]
    package var children: [XMLElement]
    /// All the text directly in this element, in order.
    package var text: String

    package init(_ name: Name, attributes: [Name: String] = [:], children: [XMLElement] = [], text: String = "") {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.text = text
    }
}

extension XMLElement {
    /// The first child of that name.
    package subscript(name: Name) -> XMLElement? { children.first { $0.name == name } }

    /// All of them, in order.
    package func children(_ name: Name) -> [XMLElement] { children.filter { $0.name == name } }
}
