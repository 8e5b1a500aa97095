// The events queue, limits, addresses and the schema itself.
import JSON

extension GraphQLOperation where Value == [CentraEvent] {
    /// The oldest unconfirmed events; the same ones again until they are confirmed.
    package static func events(
        of objects: [EventObject] = [], stores: [Int] = [], limit: Int = SchemaCapabilities.listLimit
    ) -> GraphQLOperation {
        .query(
            .events, complexity: limit,
            variables: { _ in
                var filter: [String: JSONValue] = [:]
                if !objects.isEmpty { filter["objectType"] = .array(objects.map { .string($0.rawValue) }) }
                if !stores.isEmpty { filter["storeId"] = .array(stores.map(JSONValue.integer)) }
                return ["where": .object(filter), "limit": .integer(limit)]
            },
            read: { data throws(Misfit) in try data.list("events", CentraEvent.init) })
    }
}

/// A mutation that answers with nothing.
package struct Nothing: Sendable, Equatable {}

extension GraphQLOperation where Value == Nothing {
    /// Every event that was taken, also those that were ignored. A second time is a warning.
    package static func confirmEvents(_ ids: [Int]) -> GraphQLOperation {
        .mutation(
            .confirmEvents, complexity: 100 + ids.count,
            variables: { _ in ["input": ["eventsIds": .array(ids.map(JSONValue.integer))]] },
            read: { _ in Nothing() })
    }
}

extension GraphQLOperation where Value == [EventListener] {
    package static let eventListeners = GraphQLOperation.query(
        .eventListeners, read: { data throws(Misfit) in try data.list("eventListeners", EventListener.init) })

    /// All changes of these objects from now on. Adds, and can be repeated.
    package static func listen(to objects: [EventObject]) -> GraphQLOperation {
        listeners(.setEventListeners, objects)
    }

    /// Also deletes the events of these objects that are queued.
    package static func stopListening(to objects: [EventObject]) -> GraphQLOperation {
        listeners(.unsetEventListeners, objects)
    }

    private static func listeners(_ document: GraphQLDocument, _ objects: [EventObject]) -> GraphQLOperation {
        .mutation(
            document,
            variables: { _ in ["input": .array(objects.map { ["objectType": .string($0.rawValue)] })] },
            read: { payload throws(Misfit) in
                guard payload.optional("eventListeners") != nil else { return [] }
                return try payload.list("eventListeners", EventListener.init)
            })
    }
}

extension GraphQLOperation where Value == [CentraRateLimit] {
    /// Needs no permission, and costs a request.
    package static let rateLimits = GraphQLOperation.query(
        .rateLimits, complexity: 10,
        read: { data throws(Misfit) in try data.list("rateLimits", CentraRateLimit.init) })
}

extension GraphQLOperation where Value == [String] {
    /// The addresses from which Centra calls.
    package static let addresses = GraphQLOperation.query(
        .centraIPs, complexity: 10,
        read: { data throws(Misfit) in
            let list = try data.member("centraIPs")
            let texts = (list.value.array ?? []).compactMap(\.string)
            guard texts.count == list.value.array?.count else { throw list.misfit("is no list of texts") }
            return texts
        })
}

extension GraphQLOperation where Value == Introspection {
    package static let introspection = GraphQLOperation.query(
        .introspection, complexity: 1_000, read: Introspection.init)
}
