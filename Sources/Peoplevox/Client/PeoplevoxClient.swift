// What do we actually send Peoplevox, and when? An operation goes out with a session; when the session is refused, once
// more with a new one. That is all the repeating that is done here.
package import Outbound

package struct PeoplevoxSettings: Sendable, Equatable {
    /// The whole of it, `https://wms.peoplevox.net/acme/resources/integrationservicev4.asmx`: hosts differ by region.
    package var address: String
    package var credentials: PeoplevoxCredentials
    package var timeouts: PeoplevoxTimeouts

    package init(
        address: String, credentials: PeoplevoxCredentials, timeouts: PeoplevoxTimeouts = PeoplevoxTimeouts()
    ) {
        self.address = address
        self.credentials = credentials
        self.timeouts = timeouts
    }
}

/// One brand's Peoplevox. To be shared by all who call it, since it holds the one session; a new one is made when other
/// settings than user and password change. Blocks the calling thread.
package struct PeoplevoxClient: Sendable {
    private(set) var caller: Caller
    private let settings: PeoplevoxSettings
    private let sessions: SessionKeeper

    package init(_ caller: Caller, _ settings: PeoplevoxSettings) {
        self.caller = caller
        self.settings = settings
        sessions = SessionKeeper(settings.credentials, clock: caller.clock)
    }

    /// Another user or password of the same tenant, for all who share this client. After a login that was refused these are
    /// tried at once, and only once.
    ///
    /// - Returns: whether they are other ones.
    @discardableResult
    package func renew(_ credentials: PeoplevoxCredentials) -> Bool {
        guard credentials.clientID == settings.credentials.clientID else { return false }
        return sessions.renew(credentials)
    }

    /// Who lets its calls through.
    package var governor: Governor { caller.governor }

    /// The same client with the same session, for calls that can wait as long as that (milliseconds) for their turn; nil for
    /// as long as it takes.
    package func having(patience: Int64?) -> PeoplevoxClient {
        var client = self
        client.caller = caller.having(patience: patience)
        return client
    }

    var wsdlAddress: String { settings.address + "?wsdl" }
    var readTimeout: Int { settings.timeouts.read }

    package func perform<Value>(
        _ operation: PeoplevoxOperation<Value>, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> Value {
        let session = try session(insteadOf: nil, cancellation)
        if let value = try call(operation, lane, session, isNew: false, cancellation) { return value }
        let next = try self.session(insteadOf: session, cancellation)
        if let value = try call(operation, lane, next, isNew: true, cancellation) { return value }
        throw sessions.wasRefusedAgain(next)
    }

    /// Logs in when there is no session, and does nothing else.
    package func logIn(_ cancellation: Cancellation) throws(CallFailure) {
        _ = try session(insteadOf: nil, cancellation)
    }

    private func session(insteadOf refused: Session?, _ cancellation: Cancellation) throws(CallFailure) -> Session {
        try sessions.session(insteadOf: refused) { credentials throws(CallFailure) in
            guard credentials.areSendable else {
                throw CallFailure(.configuration, "user or password have characters that XML cannot hold")
            }
            let operation = PeoplevoxOperation.authenticate(credentials)
            // Whoever waits for a session, the login comes first.
            let ask = Ask.read(operation.request.operation, .orderExport)
            do throws(CallFailure) {
                return noted(try send(operation.request, ask, session: nil, cancellation) { operation.read($0) })
            } catch {
                // Said for good, though not as a login's result: a fault, or a status. Every call would ask again.
                guard error.kind == .permanent else { throw error }
                return noted(.refused(CallFailure(.configuration, "the login was refused (\(error.text))")))
            }
        }
    }

    /// A login that is refused is an answer, so the governor has to be told what it means: no call is made after it.
    private func noted(_ answer: LoginAnswer) -> LoginAnswer {
        switch answer {
        case .opened: governor.note(.answered, of: "login")
        case .refused(let failure): governor.note(.forbidden, of: "login", because: failure.text)
        }
        return answer
    }

    /// Nil when the session was refused: then nothing was applied, whatever it was.
    private func call<Value>(
        _ operation: PeoplevoxOperation<Value>, _ lane: Lane, _ session: Session, isNew: Bool,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> Value? {
        let start = caller.clock.monotonicMicroseconds()
        let ask = Ask(operation.request.operation, lane, isWrite: operation.request.isWrite)
        return try send(operation.request, ask, session: session.id, cancellation) { reply in
            if reply.refusesSession(isNew: isNew) { return .success(nil) }
            sessions.wasUsed(session, at: start)
            return operation.read(reply).map(Optional.some)
        }
    }

    private func send<Value>(
        _ request: SOAPRequest, _ ask: Ask, session: SessionID?, _ cancellation: Cancellation,
        read: (ServiceReply) -> Result<Value, CallFailure>
    ) throws(CallFailure) -> Value {
        let outbound = OutboundRequest(
            request, to: settings.address, clientID: settings.credentials.clientID, session: session,
            timeout: timeout(of: request))
        return try caller.call(outbound, ask, cancellation) { reply in
            ServiceReply.read(reply, to: request, ask).flatMap(read)
        }
    }

    private func timeout(of request: SOAPRequest) -> Int {
        switch request {
        case .authenticate: settings.timeouts.login
        case .saveData: settings.timeouts.save
        case .getData, .getReportData, .getReportColumns, .getSaveTemplate, .subscribeEvent, .subscribePostEvent,
            .unsubscribeEvent:
            settings.timeouts.read
        }
    }
}
