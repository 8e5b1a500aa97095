// Where goods go. Everything is personal but the country and the state's code, which routes depend on.
package import Commerce

package struct CentraAddress: Sendable, Equatable {
    package let firstName: Personal?
    package let lastName: Personal?
    package let companyName: Personal?
    package let attention: Personal?
    package let address1: Personal?
    package let address2: Personal?
    package let city: Personal?
    package let zipCode: Personal?
    /// Free text; the state of a list is `stateCode`.
    package let stateOrProvince: Personal?
    package let stateCode: String?
    /// ISO 3166, two letters.
    package let countryCode: String?
    package let email: Personal?
    package let phoneNumber: Personal?
    package let cellPhoneNumber: Personal?
    package let vatNumber: Personal?

    init(_ node: Node) throws(Misfit) {
        firstName = try node.personal("firstName")
        lastName = try node.personal("lastName")
        companyName = try node.personal("companyName")
        attention = try node.personal("attention")
        address1 = try node.personal("address1")
        address2 = try node.personal("address2")
        city = try node.personal("city")
        zipCode = try node.personal("zipCode")
        stateOrProvince = try node.personal("stateOrProvince")
        stateCode = try node.optional("state")?.optionalCode("code")
        countryCode = try node.optional("country")?.optionalCode("code")
        email = try node.personal("email")
        phoneNumber = try node.personal("phoneNumber")
        cellPhoneNumber = try node.personal("cellPhoneNumber")
        vatNumber = try node.personal("vatNumber")
    }
}
