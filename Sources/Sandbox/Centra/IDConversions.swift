// External ids of an integration's own (§2.7): unique in both directions, and a colliding entry is overwritten.

struct IDConversions: Sendable {
    struct Entry: Equatable, Sendable {
        let id: Int
        let objectType: String
        let internalID: Int
        let externalID: String
    }

    private(set) var entries: [Entry] = []
    private var next = 78

    func internalID(_ objectType: String, _ externalID: String) -> Int? {
        entries.first { $0.objectType == objectType && $0.externalID == externalID }?.internalID
    }

    mutating func set(_ objectType: String, internalID: Int, externalID: String, id: Int? = nil) -> Entry {
        let same = entries.first {
            $0.objectType == objectType && $0.internalID == internalID && $0.externalID == externalID
        }
        if let same { return same }
        entries.removeAll {
            $0.objectType == objectType && ($0.internalID == internalID || $0.externalID == externalID)
        }
        let entry = Entry(id: id ?? next, objectType: objectType, internalID: internalID, externalID: externalID)
        if id == nil { next += 1 }
        entries.append(entry)
        return entry
    }

    /// - Returns: whether there was one.
    mutating func unset(_ objectType: String, _ isMeant: (Entry) -> Bool) -> Bool {
        let count = entries.count
        entries.removeAll { $0.objectType == objectType && isMeant($0) }
        return entries.count < count
    }
}
