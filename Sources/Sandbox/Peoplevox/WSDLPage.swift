// `?wsdl`: our own description of the operations, written from the same table that checks them. It says what a reader of
// the real one can find out: which operations, elements and event types this tenant's server knows.
import XML

struct WSDLPage {
    let operations: [SOAPOperation]
    let eventTypes: [String]
    let isNewer: Bool
    /// Where the service stands.
    let address: String

    func document() -> [UInt8] {
        var xml = XMLWriter()
        let namespaces: KeyValuePairs = [
            "xmlns:wsdl": "http://schemas.xmlsoap.org/wsdl/", "xmlns:soap": "http://schemas.xmlsoap.org/wsdl/soap/",
            "xmlns:xs": "http://www.w3.org/2001/XMLSchema", "xmlns:tns": SOAPOperation.namespace,
            "targetNamespace": SOAPOperation.namespace,
        ]
        xml.element("wsdl:definitions", namespaces) { xml in
            xml.element("wsdl:types") { types(&$0) }
            messages(&xml)
            portType(&xml)
            binding(&xml)
            service(&xml)
        }
        return xml.octets
    }

    private func types(_ xml: inout XMLWriter) {
        let attributes: KeyValuePairs = [
            "elementFormDefault": "qualified", "targetNamespace": SOAPOperation.namespace,
        ]
        xml.element("xs:schema", attributes) { xml in
            for operation in operations {
                xml.element("xs:element", ["name": operation.name]) { xml in
                    xml.element("xs:complexType") { sequence(operation.elements, &$0) }
                }
                xml.element("xs:element", ["name": operation.name + "Response"]) { xml in
                    let result = SOAPElement.optional("\(operation.name)Result", .complex("IntegrationResponse", []))
                    xml.element("xs:complexType") { sequence([result], &$0) }
                }
            }
            xml.element("xs:element", ["name": "UserSessionCredentials", "type": "tns:UserSessionCredentials"])
            complexTypes(&xml)
            enumeration("SubscriptionEventTypes", eventTypes, &xml)
            enumeration("IntegrationResponseStatuses", ["Error", "Success"], &xml)
        }
    }

    private func complexTypes(_ xml: inout XMLWriter) {
        complexType("UserSessionCredentials", SOAPOperation.credentials, &xml)
        for element in operations.flatMap(\.elements) {
            if case .complex(let name, let elements) = element.kind { complexType(name, elements, &xml) }
        }
        let newer: [SOAPElement] = [
            .int("ImportingQueueId"), .string("SalesOrdersToDespatchIds"), .string("ErrorCode"),
        ]
        let statuses = SOAPElement.optional("Statuses", .complex("ArrayOfIntegrationStatusResponse", []))
        let result: [SOAPElement] = [.int("ResponseId"), .int("TotalCount"), .string("Detail"), statuses]
        complexType("IntegrationResponse", result + (isNewer ? newer : []), &xml)
        xml.element("xs:complexType", ["name": "ArrayOfIntegrationStatusResponse"]) { xml in
            xml.element("xs:sequence") { xml in
                xml.element(
                    "xs:element",
                    [
                        "name": "IntegrationStatusResponse", "type": "tns:IntegrationStatusResponse", "minOccurs": "0",
                        "maxOccurs": "unbounded", "nillable": "true",
                    ])
            }
        }
        let status = SOAPElement(name: "Status", kind: .complex("IntegrationResponseStatuses", []), isRequired: true)
        complexType("IntegrationStatusResponse", [.string("Reference"), status], &xml)
    }

    private func complexType(_ name: String, _ elements: [SOAPElement], _ xml: inout XMLWriter) {
        xml.element("xs:complexType", ["name": name]) { sequence(elements, &$0) }
    }

    private func sequence(_ elements: [SOAPElement], _ xml: inout XMLWriter) {
        xml.element("xs:sequence") { xml in
            for element in elements {
                xml.element(
                    "xs:element",
                    [
                        "minOccurs": element.isRequired ? "1" : "0", "maxOccurs": "1", "name": element.name,
                        "type": element.kind.type, "nillable": element.isNillable ? "true" : "false",
                    ])
            }
        }
    }

    private func enumeration(_ name: String, _ values: [String], _ xml: inout XMLWriter) {
        xml.element("xs:simpleType", ["name": name]) { xml in
            xml.element("xs:restriction", ["base": "xs:string"]) { xml in
                for value in values { xml.element("xs:enumeration", ["value": value]) }
            }
        }
    }

    // MARK: - The parts that say how to call

    private func messages(_ xml: inout XMLWriter) {
        for operation in operations {
            message(operation.name + "In", "parameters", operation.name, &xml)
            message(operation.name + "Out", "parameters", operation.name + "Response", &xml)
        }
        message("Credentials", "UserSessionCredentials", "UserSessionCredentials", &xml)
    }

    private func message(_ name: String, _ part: String, _ element: String, _ xml: inout XMLWriter) {
        xml.element("wsdl:message", ["name": name]) { xml in
            xml.element("wsdl:part", ["name": part, "element": "tns:\(element)"])
        }
    }

    private func portType(_ xml: inout XMLWriter) {
        xml.element("wsdl:portType", ["name": "SandboxPort"]) { xml in
            for operation in operations {
                xml.element("wsdl:operation", ["name": operation.name]) { xml in
                    xml.element("wsdl:input", ["message": "tns:\(operation.name)In"])
                    xml.element("wsdl:output", ["message": "tns:\(operation.name)Out"])
                }
            }
        }
    }

    private func binding(_ xml: inout XMLWriter) {
        xml.element("wsdl:binding", ["name": "SandboxSoap", "type": "tns:SandboxPort"]) { xml in
            let transport: KeyValuePairs = [
                "transport": "http://schemas.xmlsoap.org/soap/http", "style": "document",
            ]
            xml.element("soap:binding", transport)
            for operation in operations { bind(operation, &xml) }
        }
    }

    private func bind(_ operation: SOAPOperation, _ xml: inout XMLWriter) {
        xml.element("wsdl:operation", ["name": operation.name]) { xml in
            xml.element("soap:operation", ["soapAction": SOAPOperation.namespace + operation.name])
            xml.element("wsdl:input") { xml in
                xml.element("soap:body", ["use": "literal"])
                guard operation.needsSession else { return }
                xml.element(
                    "soap:header",
                    ["message": "tns:Credentials", "part": "UserSessionCredentials", "use": "literal"])
            }
            xml.element("wsdl:output") { $0.element("soap:body", ["use": "literal"]) }
        }
    }

    private func service(_ xml: inout XMLWriter) {
        xml.element("wsdl:service", ["name": "Sandbox"]) { xml in
            xml.element("wsdl:port", ["name": "SandboxSoap", "binding": "tns:SandboxSoap"]) { xml in
                xml.element("soap:address", ["location": address])
            }
        }
    }
}

extension SOAPElement.Kind {
    fileprivate var type: String {
        switch self {
        case .string: "xs:string"
        case .int: "xs:int"
        case .boolean: "xs:boolean"
        case .eventType: "tns:SubscriptionEventTypes"
        case .complex(let name, _): "tns:\(name)"
        }
    }
}
