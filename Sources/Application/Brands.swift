// The brands as the network thread uses them: verifiers and translators made ready from the configuration.
import Centra
import Commerce
import EventLoop
import HTTP
import POSIX
import Peoplevox
import Synchronization
package import Webhooks

/// One brand's side of the road. A class, because its verifier keeps contexts; owned by the network thread.
package final class BrandReceiver {
    package let name: String
    package let callbackLimit: Int
    /// Octets of a body once its coding is removed.
    package let contentLimit: Int
    package let counters: BrandCounters
    fileprivate let pathName: ArraySlice<UInt8>
    private let signatures: SignatureVerifier
    private let callbacks: CallbackVerifier
    private let allowed: [IPNetwork]
    private let trustedProxies: [IPNetwork]
    private let centra = CentraTranslation()
    private let peoplevox: PeoplevoxTranslation
    package let takesCentra: Bool

    package init(
        _ brand: Configuration.Brand, server: Configuration.Server, counters: BrandCounters
    ) throws(CryptographyFailure) {
        name = brand.name
        pathName = Array(brand.name.utf8)[...]
        callbackLimit = brand.callbackLimit
        signatures = try SignatureVerifier(secrets: brand.centraSecrets, tolerance: brand.centraToleranceInSeconds)
        takesCentra = !brand.centraSecrets.isEmpty
        callbacks = CallbackVerifier(tokens: brand.tokens)
        allowed = brand.callbackAddresses
        trustedProxies = server.trustedProxies
        contentLimit = server.bodyLimit
        peoplevox = PeoplevoxTranslation(salesOrderPrefix: brand.salesOrderPrefix)
        self.counters = counters
    }

    /// The body without its content coding.
    func content(of request: borrowing Request, limit: Int) throws(Rejection) -> ArraySlice<UInt8> {
        if !request.isCoded { return request.body }
        return try Content.decode(request.body, codings: request.values(of: .contentEncoding), limit: limit)
    }

    func verify(signature: ArraySlice<UInt8>?, body: ArraySlice<UInt8>, now: Int) throws(Rejection) -> VerifiedDelivery
    {
        try signatures.verify(field: signature, body: body, now: now)
    }

    /// For the release of a quarantined delivery.
    func verifyIgnoringTime(signature: [UInt8], body: [UInt8]) throws(Rejection) -> VerifiedDelivery {
        try signatures.verifyIgnoringTime(signature: signature[...], body: body[...])
    }

    func verify(
        event: ArraySlice<UInt8>, token: ArraySlice<UInt8>, query: ArraySlice<UInt8>?, body: ArraySlice<UInt8>
    ) throws(Rejection) -> VerifiedDelivery {
        try callbacks.verify(event: event, token: token, query: query, body: body)
    }

    /// Peoplevox callbacks can be limited to networks. `X-Forwarded-For` counts only when the connection comes from a
    /// configured proxy, and is read from its right end: what a client wrote into it stands further left.
    func checkAddress(_ peer: IPAddress?, forwarded: [ArraySlice<UInt8>]) throws(Rejection) {
        if allowed.isEmpty { return }
        guard let sender = ForwardedFor.sender(peer: peer, fields: forwarded, trusted: trustedProxies),
            allowed.contains(where: { $0.contains(sender) })
        else { throw .addressNotAllowed }
    }

    /// Who sends, as far as our proxies say; nil when nobody can tell.
    func sender(of request: borrowing Request, from peer: Peer) -> IPAddress? {
        ForwardedFor.sender(peer: peer.address, fields: request.values(of: .forwardedFor), trusted: trustedProxies)
    }

    func translate(_ delivery: VerifiedDelivery) -> Translation {
        switch delivery.source {
        case .centra: centra.translate(body: delivery.body)
        case .peoplevox: peoplevox.translate(event: delivery.event, query: delivery.query, body: delivery.body)
        case .lockstep: Translation()
        }
    }

    /// Translates what the journal kept of a delivery with this version's rules.
    func retranslate(_ record: DeliveryRecord) -> Translation {
        switch record.source {
        case .centra: centra.translate(body: record.body)
        case .peoplevox: peoplevox.translate(event: record.eventType, query: nil, body: record.body)
        case .lockstep: Translation(events: record.events)
        }
    }

    /// The form of a Centra body that may be written to disk; nil when the body itself may be.
    func minimised(_ body: ArraySlice<UInt8>) -> [UInt8]? {
        centra.translate(body: body).kept
    }
}

enum ForwardedFor {
    /// The nearest sender that is not one of our proxies; nil when the list holds something that is no address.
    static func sender(peer: IPAddress?, fields: [ArraySlice<UInt8>], trusted: [IPNetwork]) -> IPAddress? {
        func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }
        // Whoever connects to a Unix socket is on this machine and was let in by its file's mode: our proxy.
        if let peer, !isTrusted(peer) { return peer }
        var sender = peer
        let hops = fields.flatMap { $0.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) }
        for hop in hops.reversed() {
            let blanks: [UInt8] = [0x20, 0x09]
            let text = hop.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
            guard let address = IPAddress(String(decoding: text, as: UTF8.self)) else { return nil }
            sender = address
            if !isTrusted(address) { return address }
        }
        return sender
    }
}

package struct BrandTable {
    private let receivers: [BrandReceiver]

    /// Throws when libcrypto refuses a key.
    package init(_ configuration: Configuration, counters: CounterBoard) throws(CryptographyFailure) {
        var receivers: [BrandReceiver] = []
        for brand in configuration.brands {
            receivers.append(
                try BrandReceiver(brand, server: configuration.server, counters: counters.brand(brand.name)))
        }
        self.receivers = receivers
    }

    func receiver(_ name: ArraySlice<UInt8>) -> BrandReceiver? {
        receivers.first { $0.pathName == name }
    }

    func receiver(_ name: String) -> BrandReceiver? {
        receivers.first { $0.name == name }
    }
}

/// Brings a new configuration to a thread that owns a `BrandTable`. A configuration that libcrypto cannot use is kept
/// out by the one who offers it (`Server.reload`). The owner asks before each request, so that what was offered before a
/// request was sent holds for it.
package final class Reload: Sendable {
    package let counters: CounterBoard
    private let isNew = Atomic<Bool>(false)
    private let next = Mutex<Configuration?>(nil)
    private let admitted = Mutex<[ContentKey]>([])

    package init(counters: CounterBoard) {
        self.counters = counters
    }

    /// Tells the network thread of a delivery that was admitted by an operator, so that a redelivery is recognised.
    func remember(_ key: ContentKey) {
        admitted.withLock { $0.append(key) }
        isNew.store(true, ordering: .releasing)
    }

    /// Whether there is something to take; it is asked once for each piece of news.
    var hasNews: Bool { isNew.load(ordering: .relaxed) && isNew.exchange(false, ordering: .acquiring) }

    func takeAdmitted() -> [ContentKey] {
        admitted.withLock { admitted in
            defer { admitted = [] }
            return admitted
        }
    }

    package func offer(_ configuration: Configuration) {
        next.withLock { $0 = configuration }
        isNew.store(true, ordering: .releasing)
    }

    /// The brands of the latest offer, made ready for the thread that asks.
    func takeTable() -> BrandTable? {
        let configuration = next.withLock { next in
            defer { next = nil }
            return next
        }
        return configuration.flatMap { try? BrandTable($0, counters: counters) }
    }
}
