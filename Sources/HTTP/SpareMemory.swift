/// Memory that one request leaves to the next, which may come on another connection: one piece, and a small one, because
/// whoever takes it may not fill it and hold it for long.
package struct SpareMemory: Sendable {
    package static let octetLimit = 4 << 10

    private var octets: [UInt8] = []

    package init() {}

    /// Keeps the memory of a request that has been answered or handed on.
    package mutating func keep(_ request: consuming Request) {
        var octets = request.takeOctets()
        guard octets.capacity <= SpareMemory.octetLimit else { return }
        octets.removeAll(keepingCapacity: true)
        self.octets = octets
    }

    /// Holds no octet.
    mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &octets)
        return taken
    }
}
