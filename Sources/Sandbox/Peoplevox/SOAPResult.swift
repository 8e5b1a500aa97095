// The answer's one shape, `IntegrationResponse`, and how it is written (peoplevox.md, 1.5).
import Outbound
import XML

struct SOAPResult: Equatable {
    /// 0, or -1 for a failure, a partial one included.
    var responseId = 0
    var totalCount = 0
    /// Nil: the element is not there at all.
    var detail: String? = ""
    var statuses: [(reference: String, isSuccess: Bool)] = []
    var importingQueueId = 0

    init(_ detail: String?, totalCount: Int = 0) {
        self.detail = detail
        self.totalCount = totalCount
    }

    static func failure(_ detail: String) -> SOAPResult {
        var result = SOAPResult(detail)
        result.responseId = -1
        return result
    }

    static func == (left: SOAPResult, right: SOAPResult) -> Bool {
        left.responseId == right.responseId && left.totalCount == right.totalCount && left.detail == right.detail
            && left.importingQueueId == right.importingQueueId && left.statuses.elementsEqual(right.statuses, by: ==)
    }
}

struct SOAPResultWriter {
    /// Newer servers append three elements.
    var isNewer: Bool
    var prefix = "soap"

    /// - Parameter operation: names the elements around the result; another one's name is a fault of the sandbox's making.
    func document(_ result: SOAPResult, of operation: String) -> [UInt8] {
        envelope { xml in
            xml.element("\(operation)Response", ["xmlns": SOAPOperation.namespace]) { xml in
                xml.element("\(operation)Result") { write(result, &$0) }
            }
        }
    }

    func document(_ fault: SOAPFault) -> [UInt8] {
        envelope { xml in
            xml.element("\(prefix):Fault") { xml in
                xml.element("faultcode", "\(prefix):\(fault.isClients ? "Client" : "Server")")
                xml.element("faultstring", fault.text)
                xml.element("detail", "")
            }
        }
    }

    private func write(_ result: SOAPResult, _ xml: inout XMLWriter) {
        xml.element("ResponseId", String(result.responseId))
        xml.element("TotalCount", String(result.totalCount))
        if let detail = result.detail { xml.element("Detail", detail) }
        xml.element("Statuses") { xml in
            for status in result.statuses {
                xml.element("IntegrationStatusResponse") { xml in
                    xml.element("Reference", status.reference)
                    xml.element("Status", status.isSuccess ? "Success" : "Error")
                }
            }
        }
        guard isNewer else { return }
        xml.element("ImportingQueueId", String(result.importingQueueId))
        xml.element("SalesOrdersToDespatchIds", "")
        // What stands here on failures is unknown; the text is invented.
        xml.element("ErrorCode", result.responseId == 0 ? "" : "Failure")
    }

    private func envelope(_ content: (inout XMLWriter) -> Void) -> [UInt8] {
        var xml = XMLWriter()
        let namespaces: KeyValuePairs = [
            "xmlns:\(prefix)": "http://schemas.xmlsoap.org/soap/envelope/",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
        ]
        xml.element("\(prefix):Envelope", namespaces) { xml in xml.element("\(prefix):Body") { content(&$0) } }
        return xml.octets
    }
}

extension OutboundReply {
    static func soap(_ status: Int, _ document: [UInt8]) -> OutboundReply {
        OutboundReply(status: status, fields: [("Content-Type", "text/xml; charset=utf-8")], body: document)
    }

    static func html(_ status: Int, _ title: String) -> OutboundReply {
        let page = "<!DOCTYPE html>\n<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        return OutboundReply(
            status: status, fields: [("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
    }
}
