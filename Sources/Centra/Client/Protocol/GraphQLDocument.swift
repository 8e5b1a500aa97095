// A GraphQL document that is sent: a file of `Documents`, the fragments that it spreads, and its spelling for one server.
//
// A file is written in the newest spelling. A mark at a line's end says on which member of the schema the line depends:
//
//   externalId   # needs Shipment.externalId                 left out where the server lacks it
//   EAN          # needs ProductSize.EAN, else EAN: GTIN     spelled the other way there
//   lines {      # with Order.lines(limit): lines(limit: 200) {    spelled the other way where the server has it
//
// The answer has the same shape in every spelling, so it is read by one function.

package struct GraphQLDocument: Sendable {
    /// The operation's name, and that of its file.
    package let name: String
    private let lines: [Line]

    init(_ name: String, _ file: [UInt8], _ fragments: [UInt8]...) {
        self.name = name
        lines = ([file] + fragments).flatMap { Line.lines(of: $0) }
    }

    /// What is sent to a server that has this schema: without comments.
    package func text(for schema: SchemaCapabilities) -> String {
        lines.compactMap { $0.text(for: schema) }.joined(separator: "\n")
    }

    /// The members on which its spelling depends.
    package var members: Set<String> { Set(lines.compactMap(\.member)) }
}

private struct Line: Sendable {
    /// What stands here when the member is there, and when it is not; nil for nothing.
    let present: String?
    let absent: String?
    let member: String?

    static func lines(of file: [UInt8]) -> [Line] {
        String(decoding: file, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(Line.init)
    }

    private init(_ line: Substring) {
        let code = line.prefix { $0 != "#" }
        let text = String(code.prefix(upTo: code.lastIndex { $0 != " " }.map(code.index(after:)) ?? code.startIndex))
        let indentation = text.prefix { $0 == " " }
        let mark = line.dropFirst(code.count).drop { $0 == "#" || $0 == " " }
        if let rest = mark.dropping("needs ") {
            let parts = rest.parts(by: ", else ")
            (member, present, absent) = (parts.first, text, parts.rest.map { indentation + $0 })
        } else if let rest = mark.dropping("with ") {
            let parts = rest.parts(by: ": ")
            (member, present, absent) = (parts.first, parts.rest.map { indentation + $0 }, text)
        } else {
            (member, present, absent) = (nil, text, text)
        }
    }

    func text(for schema: SchemaCapabilities) -> String? {
        guard let member else { return present }
        return schema.has(member) ? present : absent
    }
}

extension Substring {
    fileprivate func dropping(_ word: String) -> Substring? { hasPrefix(word) ? dropFirst(word.count) : nil }

    fileprivate func parts(by separator: String) -> (first: String, rest: String?) {
        guard let range = firstRange(of: separator) else { return (String(self), nil) }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
