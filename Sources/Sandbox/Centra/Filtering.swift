// The `where` of a list (§2.4): every condition that is given must hold. `negate` turns those that it names around, `notNull`
// asks that a field has a value.

struct Filter {
    private let given: Arguments?
    private let negated: Set<String>
    private let shop: Shop

    init(_ given: Arguments?, _ shop: Shop) {
        self.given = given
        self.shop = shop
        negated = Set(given?.strings("negate") ?? [])
    }

    private func judge(_ name: String, _ holds: Bool) -> Bool { holds != negated.contains(name) }

    func allows(_ name: String, _ value: Int) -> Bool {
        guard let wanted = given?.integers(name) else { return true }
        return judge(name, wanted.contains(value))
    }

    func allows(_ name: String, _ value: String?) -> Bool {
        guard let wanted = given?.strings(name) else { return true }
        return judge(name, value.map(wanted.contains) ?? false)
    }

    func allows(_ name: String, _ value: Bool) -> Bool {
        guard let wanted = given?.bool(name) else { return true }
        return judge(name, wanted == value)
    }

    func allows(word name: String, _ value: String) -> Bool {
        guard let wanted = given?.string(name) else { return true }
        return judge(name, wanted == value)
    }

    /// A range of dates, both ends included.
    func allows(_ name: String, _ moment: Moment?) -> Bool {
        guard let range = given?.object(name) else { return true }
        guard let moment else { return judge(name, false) }
        // A text that is no date was refused before.
        let from = range.string("from").flatMap(shop.moment) ?? .min
        let to = range.string("to").flatMap(shop.moment) ?? .max
        return judge(name, from <= moment && moment <= to)
    }

    func allows(range name: String, _ value: Int) -> Bool {
        guard let range = given?.object(name) else { return true }
        return judge(name, (range.integer("from") ?? .min) <= value && value <= (range.integer("to") ?? .max))
    }

    func allows(matching name: String, _ value: String?) -> Bool {
        guard let match = given?.object(name) else { return true }
        if let equal = match.string("equals") { return judge(name, value == equal) }
        if let part = match.string("contains") { return judge(name, value?.contains(part) ?? false) }
        return true
    }

    func hasValue(_ name: String, _ isThere: Bool) -> Bool {
        given?.strings("notNull")?.contains(name) != true || isThere
    }

    /// The first date that is none; PHP would refuse it as well.
    static func mistake(in given: Arguments?, _ names: [String], _ shop: Shop) -> String? {
        for name in names {
            for end in ["from", "to"] {
                guard let text = given?.object(name)?.string(end) else { continue }
                if shop.moment(text) == nil { return "\"\(text)\" is not a date" }
            }
        }
        return nil
    }
}

/// Pages of a plain list: `limit` from 1 to 200, `page` from 1 (§2.4).
enum Page {
    static func of<Item>(_ items: [Item], _ arguments: Arguments) -> Result<ArraySlice<Item>, Complaint> {
        let limit = arguments.integer("limit") ?? 20
        let page = arguments.integer("page") ?? 1
        guard (1...200).contains(limit) else { return .failure(Complaint("limit must be between 1 and 200")) }
        guard page >= 1 else { return .failure(Complaint("page must be greater than zero")) }
        let (start, overflows) = (page - 1).multipliedReportingOverflow(by: limit)
        if overflows || start >= items.count { return .success([]) }
        return .success(items[start..<min(start + limit, items.count)])
    }

    static func resolve<Item>(
        _ items: [Item], _ arguments: Arguments, _ view: (Item) -> any GraphQLObject
    ) -> Resolved {
        switch of(items, arguments) {
        case .success(let page): .objects(page.map(view))
        case .failure(let complaint): .failure(complaint.message)
        }
    }
}

extension Arguments {
    /// `updatedAt_DESC`: sorts by each in turn; what is equal keeps its order.
    func sorted<Item>(_ items: [Item], _ keys: [String: (Item) -> Moment]) -> [Item] {
        var items = items
        for word in (strings("sort") ?? []).reversed() {
            let parts = word.split(separator: "_")
            guard parts.count == 2, let key = keys[String(parts[0])] else { continue }
            let sorted = items.enumerated().sorted { one, other in
                let (first, second) = (key(one.element), key(other.element))
                if first == second { return one.offset < other.offset }
                return parts[1] == "DESC" ? first > second : first < second
            }
            items = sorted.map(\.element)
        }
        return items
    }
}
