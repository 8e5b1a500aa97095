// What can be asked of Peoplevox: what is sent, and what its reply means. No transport, no session, no time.
import Outbound

/// A request and the way to read its reply.
package struct PeoplevoxOperation<Value: Sendable>: Sendable {
    package let request: SOAPRequest
    /// Reads a reply that has its result element, and refused no session.
    let read: @Sendable (ServiceReply) -> Result<Value, CallFailure>

    init(_ request: SOAPRequest, read: @escaping @Sendable (ServiceReply) -> Result<Value, CallFailure>) {
        self.request = request
        self.read = read
    }
}

/// One page of rows, as text: CSV with its header.
package struct DataPage: Sendable, Equatable {
    /// Rows over all pages.
    package let totalCount: Int
    package let csv: [UInt8]
}

extension DataPage: Unprintable {
    package var description: String { "\(csv.count) octets of \(totalCount) rows" }
}

// Reading.
extension PeoplevoxOperation<DataPage> {
    package static func data(_ query: DataQuery) -> PeoplevoxOperation {
        PeoplevoxOperation(.getData(query)) { $0.text("GetData") }
    }

    package static func report(_ query: DataQuery, _ report: ReportQuery = ReportQuery()) -> PeoplevoxOperation {
        PeoplevoxOperation(.getReportData(query, report: report)) { $0.text("GetReportData") }
    }
}

extension PeoplevoxOperation<[String]> {
    /// The columns of a template, spelled as the tenant has configured them.
    package static func templateColumns(_ template: String) -> PeoplevoxOperation {
        PeoplevoxOperation(.getSaveTemplate(template)) { $0.list("GetSaveTemplate") }
    }

    /// The titles of a report's columns.
    package static func reportColumns(_ report: String) -> PeoplevoxOperation {
        PeoplevoxOperation(.getReportColumns(report)) { $0.list("GetReportColumns") }
    }
}

// Subscribing.
extension PeoplevoxOperation<Int32> {
    /// Gives the subscription's id, which nobody can ask for again. Peoplevox will call with GET.
    package static func subscribe(_ subscribing: Subscribing) -> PeoplevoxOperation {
        PeoplevoxOperation(.subscribeEvent(subscribing)) { $0.subscriptionID("SubscribeEvent") }
    }

    /// The same for calls with POST.
    package static func subscribe(_ subscribing: Subscribing, parameters: String) -> PeoplevoxOperation {
        PeoplevoxOperation(.subscribePostEvent(subscribing, parameters: parameters)) {
            $0.subscriptionID("SubscribePostEvent")
        }
    }
}

extension PeoplevoxOperation<Void> {
    /// Only for ids of ours: they are small numbers, and the next one is somebody else's.
    package static func unsubscribe(_ id: Int32) -> PeoplevoxOperation {
        PeoplevoxOperation(.unsubscribeEvent(id)) { reply in
            reply.success("UnsubscribeEvent").flatMap { reply in
                reply.detail?.reveal().trimmed.lowercased() == "true"
                    ? .success(()) : .failure(CallFailure(.ambiguous, "UnsubscribeEvent did not say that it is done"))
            }
        }
    }
}

// Logging in.
enum LoginAnswer: Sendable, Equatable {
    case opened(SessionID)
    /// Counted there, perhaps, towards a lock-out.
    case refused(CallFailure)
}

extension PeoplevoxOperation<LoginAnswer> {
    static func authenticate(_ credentials: PeoplevoxCredentials) -> PeoplevoxOperation {
        PeoplevoxOperation(.authenticate(credentials)) { $0.login }
    }
}

// MARK: - what replies say

extension ServiceReply {
    /// The reply itself when it says yes. A no to a question would be a no again, unless the service was in trouble.
    func success(_ operation: String) -> Result<ServiceReply, CallFailure> {
        if isSuccess { return .success(self) }
        let text = detail.map(\.masked) ?? "no reason is given"
        let kind: FailureKind = detail?.isTrouble == true ? .transient : .permanent
        return .failure(CallFailure(kind, "\(operation) was refused: \(text)"))
    }

    /// A reply without text is a quirk of some reports, and never means that there are no rows: those have a header.
    private func said(_ operation: String) -> Result<String, CallFailure> {
        success(operation).flatMap { reply in
            guard let detail = reply.detail, !detail.isBlank else {
                return .failure(CallFailure(.transient, "\(operation) succeeded and said nothing"))
            }
            return .success(detail.reveal())
        }
    }

    fileprivate func text(_ operation: String) -> Result<DataPage, CallFailure> {
        said(operation).map { DataPage(totalCount: Int(totalCount), csv: Array($0.utf8)) }
    }

    /// Names between commas; that they hold no commas themselves is how the service made them.
    fileprivate func list(_ operation: String) -> Result<[String], CallFailure> {
        said(operation).map { text in
            text.split { $0 == "," || $0.isNewline }.map { String($0).unquoted }.filter { !$0.isEmpty }
        }
    }

    fileprivate func subscriptionID(_ operation: String) -> Result<Int32, CallFailure> {
        success(operation).flatMap { reply in
            guard let id = (reply.detail?.reveal().trimmed).flatMap({ Int32($0) }), id > 0 else {
                return .failure(CallFailure(.ambiguous, "\(operation) succeeded without an id"))
            }
            return .success(id)
        }
    }

    /// `clientId,sessionId`, cut at the first comma.
    fileprivate var login: Result<LoginAnswer, CallFailure> {
        guard isSuccess else {
            let text = detail.map(\.masked) ?? "no reason is given"
            // The service in trouble has not looked at the password.
            if detail?.isTrouble == true {
                return .failure(CallFailure(.transient, "the login came to nothing: \(text)"))
            }
            let refusal = "the login was refused (\(text)): look at user, password and passwordMode"
            return .success(.refused(CallFailure(.configuration, refusal)))
        }
        let parts = (detail?.reveal() ?? "").split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, case let id = String(parts[1]).trimmed, !id.isEmpty, id.utf8.count <= 512 else {
            return .failure(CallFailure(.transient, "the login succeeded without a session"))
        }
        return .success(.opened(SessionID(id)))
    }
}

extension String {
    /// Without white space and one pair of double quotes around.
    fileprivate var unquoted: String {
        let text = trimmed
        return text.count >= 2 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
    }
}
