/// What a Peoplevox callback says, in our words.
///
/// The one thing to know: a callback is a hint without signature, id or sending time, and the names of its parameters
/// are ours. It names an item, an order, a despatch or a return that has changed; the figures beside it are not used,
/// because a later reading of Peoplevox is right and they can be late.
package import Commerce

package struct PeoplevoxTranslation: Sendable {
    private let salesOrderPrefix: String

    /// - Parameter salesOrderPrefix: What a sales order number has before Centra's order number (`C-`).
    package init(salesOrderPrefix: String) {
        self.salesOrderPrefix = salesOrderPrefix
    }

    /// Translates a callback from its event's name in the path, its query and its body, both still encoded.
    ///
    /// - Returns: Never fails: what cannot be read comes back as `notUnderstood`. `kept` is always set: one form with the
    ///   known parameters whose values look like codes, numbers or dates, and marks for the rest (promise P9);
    ///   translating it as a body gives the same events. `identifiesItself` is always false: nothing in a callback
    ///   tells a repetition from news. When an item falls to eleven twice in a day, both callbacks are octet for octet
    ///   the same, and the second must not be dropped; queues coalesce what is truly a repetition.
    package func translate(event name: String, query: ArraySlice<UInt8>?, body: ArraySlice<UInt8>) -> Translation {
        if query?.isEmpty ?? true, Masking.isSkeleton(body) {
            return Self.masked(body, "it was not understood when it arrived, and only its shape was kept")
        }
        guard let fields = CallbackFields(query: query, body: body) else {
            return Self.masked(Self.join(query, body), "there are too many fields")
        }
        guard let event = CallbackEvent(rawValue: name) else {
            return .notUnderstood("no known event", kept: fields.kept)
        }
        guard !fields.fields.isEmpty else { return .notUnderstood("no parameters", kept: []) }

        var reading = Reading(fields, salesOrderPrefix)
        reading.take(event)
        var translation = reading.finish()
        translation.kept = fields.hasKnownParameter ? fields.kept : Self.skeleton(of: Self.join(query, body))
        return translation
    }

    private static func masked(_ form: ArraySlice<UInt8>, _ reason: String) -> Translation {
        .notUnderstood(reason, kept: skeleton(of: form))
    }

    private static func skeleton(of form: ArraySlice<UInt8>) -> [UInt8] {
        Masking.skeleton(of: form, keeping: CallbackParameter.vocabulary)
    }

    private static func join(_ query: ArraySlice<UInt8>?, _ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let query, !query.isEmpty else { return body }
        return body.isEmpty ? query : query + [UInt8(ascii: "&")] + body
    }
}

/// A translation in the making.
private struct Reading {
    private enum Order {
        case ours(Subject)
        case ofAnotherChannel
        /// Several numbers in one, or something that is no number of ours although it starts like one.
        case unclear
    }

    private let fields: CallbackFields
    private let salesOrderPrefix: [UInt8]
    private var translation = Translation()
    private var complaints = 0

    init(_ fields: CallbackFields, _ salesOrderPrefix: String) {
        self.fields = fields
        self.salesOrderPrefix = Array(salesOrderPrefix.utf8)
    }

    mutating func take(_ event: CallbackEvent) {
        switch event {
        case .availabilityChanges: takeItems()
        case .incrementalChanges, .goodsReceived: takeHints(of: event)
        case .salesOrderStatusChanges: takeOrders()
        case .trackingNumberReceived, .despatchPackageTrackingNumberReceived, .despatchPackageDespatched,
            .onDespatchOrderReceived:
            takeDespatches()
        case .returns: takeReturns()
        }
    }

    mutating func finish() -> Translation {
        if !translation.events.isEmpty { translation.isVague = false }
        if complaints > 1 { translation.notUnderstood?.append(", and \(complaints - 1) more like it") }
        return translation
    }

    private mutating func takeItems() {
        for code in codes(of: .item) {
            if let sku = sku(code) { translation.events.append(Event(.stockChanged, sku)) }
        }
    }

    /// Goods in are of many items, whose codes Peoplevox joins into one text without saying how; and not every change of
    /// stock has an item. Both are hints beside `AvailabilityChanges`, so what names nobody is no dead letter: a comparison
    /// finds what it was about.
    private mutating func takeHints(of event: CallbackEvent) {
        let items = fields.fields.filter { $0.parameter == .item }
        for item in items {
            switch item.value {
            case .empty, .placeholder:
                ignore("no item is named")
                // Goods in have their `AvailabilityChanges`, item by item.
                if event == .incrementalChanges { translation.isVague = true }
            case .text(let code):
                let codes = event == .goodsReceived ? Self.parts(of: code) : [code]
                for code in codes { if let sku = sku(code) { translation.events.append(Event(.stockChanged, sku)) } }
            case .unusable where event == .goodsReceived: ignore("items that cannot be told apart")
            case .unusable, .brokenEscape: complain(about: item.value, of: .item)
            }
        }
        if items.isEmpty { takeItems() }
    }

    /// The codes of a list; one code where it does not look like a list.
    private static func parts(of code: [UInt8]) -> [[UInt8]] {
        let blank = UInt8(ascii: " ")
        let parts = code.split(omittingEmptySubsequences: false) { Array(",;|".utf8).contains($0) }
            .map { part in Array(part.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed()) }
        return parts.contains([]) ? [code] : parts
    }

    private mutating func takeOrders() {
        for number in codes(of: .order) {
            switch order(number) {
            case .ours(let order): translation.events.append(Event(.orderChanged, order))
            case .ofAnotherChannel: ignore("order of another channel")
            case .unclear: complain("the order parameter is not one order number")
            }
        }
    }

    private mutating func takeDespatches() {
        let order = onlyOrder()
        for number in codes(of: .despatch) {
            let despatch = Subject(.despatch, String(decoding: number, as: UTF8.self))
            translation.events.append(Event(.despatchChanged, despatch, and: order))
        }
    }

    private mutating func takeReturns() {
        let order = onlyOrder()
        let skus = texts(of: .item).compactMap { sku($0) }
        for code in codes(of: .return) {
            let goods = Subject(.return, String(decoding: code, as: UTF8.self))
            translation.events.append(Event(.returnChanged, goods, and: order + skus))
        }
    }
}

// MARK: - Subjects

extension Reading {
    /// The codes of the parameter that names the event's subject. Without one there is nothing to look at.
    private mutating func codes(of parameter: CallbackParameter) -> [[UInt8]] {
        var codes: [[UInt8]] = []
        for field in fields.fields where field.parameter == parameter {
            switch field.value {
            case .empty, .placeholder: break
            case .text(let code): codes.append(code)
            case .unusable, .brokenEscape: complain(about: field.value, of: parameter)
            }
        }
        if codes.isEmpty, translation.notUnderstood == nil { complain("no \(parameter.name) parameter") }
        return codes
    }

    private func texts(of parameter: CallbackParameter) -> [[UInt8]] {
        fields.values(of: parameter).compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    /// Nil, and noted, for an item that Peoplevox has deactivated: it renames such an item.
    private mutating func sku(_ code: [UInt8]) -> Subject? {
        guard !code.starts(with: "~D~".utf8) else {
            ignore("item is deactivated")
            return nil
        }
        return Subject(.sku, String(decoding: code, as: UTF8.self))
    }

    private func order(_ number: [UInt8]) -> Order {
        guard number.starts(with: salesOrderPrefix) else { return .ofAnotherChannel }
        let digits = number.dropFirst(salesOrderPrefix.count)
        guard 1...18 ~= digits.count, digits.allSatisfy(\.isDigit) else { return .unclear }
        return .ours(Subject(.order, String(decoding: digits, as: UTF8.self)))
    }

    /// The order beside another subject. Peoplevox joins the orders of a shared despatch into one text without saying
    /// how, so anything but a single number of ours names none; the despatch itself leads to its orders.
    private mutating func onlyOrder() -> [Subject] {
        let values = fields.values(of: .order)
        if values.isEmpty { return [] }
        if values.count == 1, case .text(let number) = values[0], case .ours(let order) = order(number) {
            return [order]
        }
        ignore("the order parameter is not one order number of this shop")
        return []
    }

    private mutating func complain(about value: CallbackFields.Value, of parameter: CallbackParameter) {
        if case .brokenEscape(let escape) = value {
            complain("the \(parameter.name) parameter has a broken escape, at octet \(escape.offset + 1)")
        } else {
            complain("the \(parameter.name) parameter does not look like one")
        }
    }

    private mutating func complain(_ reason: String) {
        complaints += 1
        if translation.notUnderstood == nil { translation.notUnderstood = reason }
    }

    private mutating func ignore(_ words: String) {
        if !translation.ignored.contains(words) { translation.ignored.append(words) }
    }
}
