// Small things as GraphQL objects: money, places, people, what was wrong.
import JSON

/// An object whose fields are all known at once.
struct Record: GraphQLObject {
    let typeName: String
    private let fields: [String: Resolved]

    init(_ typeName: String, _ fields: [String: Resolved]) {
        self.typeName = typeName
        self.fields = fields
    }

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved { fields[field] ?? .null }
}

extension Resolved {
    static func money(_ money: Money?) -> Resolved {
        guard let money else { return .null }
        return .object(
            Record(
                "MonetaryValue",
                [
                    "value": .value(money.json), "conversionRate": .value(.decimal("1.0")),
                    "formattedValue": .string("\(money.text) SEK"), "currency": .object(Record.currency),
                ]))
    }

    static func complaints(_ complaints: [Complaint], _ type: String) -> Resolved {
        .objects(
            complaints.map { complaint in
                Record(type, ["message": .string(complaint.message), "path": .strings(complaint.path)])
            })
    }
}

extension Record {
    static var currency: Record { Record("Currency", ["id": .integer(1), "code": .string("SEK")]) }

    static func country(_ code: String) -> Record? {
        Countries.all.first { $0.code == code }.map { country in
            Record(
                "Country",
                [
                    "id": .integer(country.id), "name": .string(country.name), "code": .string(country.code),
                    "isEU": .bool(!["NO", "GB"].contains(country.code)),
                ])
        }
    }

    static func store(_ id: Int) -> Record {
        Record(
            "Store",
            [
                "id": .integer(id), "name": .string(id == 1 ? "Ulvmark" : "Ulvmark wholesale"),
                "type": .string(id == 1 ? "DIRECT_TO_CONSUMER" : "WHOLESALE"),
            ])
    }

    static var market: Record {
        Record(
            "Market",
            [
                "id": .integer(2), "name": .string("Europe"),
                "assignedToCountries": .objects(Countries.all.compactMap { country($0.code) }),
            ])
    }

    static func person(_ person: Person?, _ type: String = "Customer") -> Record? {
        person.map {
            Record(
                type,
                [
                    "id": .integer($0.id), "email": .string($0.email), "firstName": .string($0.firstName),
                    "lastName": .string($0.lastName),
                ])
        }
    }

    static func address(_ address: Address) -> Record {
        // States are known by their names alone; only one of them occurs.
        let state = address.stateOrProvince.map { name in
            Record(
                "CountryState",
                ["id": .integer(1), "name": .string(name), "code": .string(String(name.prefix(2)).uppercased())])
        }
        return Record(
            "Address",
            [
                "firstName": .string(address.firstName), "lastName": .string(address.lastName),
                "companyName": .string(address.companyName), "attention": .string(address.attention),
                "address1": .string(address.address1), "address2": .string(address.address2),
                "city": .string(address.city), "zipCode": .string(address.zipCode),
                "stateOrProvince": .string(address.stateOrProvince), "state": .object(state),
                "country": .object(country(address.countryCode)), "email": .string(address.email),
                "phoneNumber": .string(address.phoneNumber), "cellPhoneNumber": .string(address.cellPhoneNumber),
                "vatNumber": .string(address.vatNumber),
            ])
    }

    /// Most payloads: one object, and what was wrong.
    static func payload(
        _ type: String, _ fields: [String: Resolved], errors: [Complaint] = [], warnings: [Complaint] = []
    ) -> Record {
        var fields = fields
        fields["userErrors"] = .complaints(errors, "UserError")
        fields["userWarnings"] = .complaints(warnings, "UserWarning")
        return Record(type, fields)
    }
}
