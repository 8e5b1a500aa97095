// What a brand's section says of its partners, rightly and wrongly.
import Peoplevox
import Testing

@testable import Application

private func read(_ text: String, _ variables: [String: String] = [:]) throws(ConfigurationMistakes)
    -> Configuration.Brand
{
    try Configuration.read(text: Array(text.utf8), fileName: "a.conf") { variables[$0] }.configuration.brands[0]
}

struct PartnerSettingsTests {
    static let secrets = ["A_TOKEN": "t", "A_PASSWORD": "p"]

    @Test
    func aBrandNeedsNoPartner() throws {
        let brand = try read("[brand a]\nmode = observe\n")
        #expect(brand.partners.isEmpty && brand.partners.callbackBase == nil)
    }

    @Test
    func aBrandHasBothPartners() throws {
        let text =
            Clinic.usual + """

                centraURL = https://ulvmark.centra.com/graphql
                centraToken = A_TOKEN
                centraWarehouse = 3
                centraShare = 25 %
                site = MainSite
                report returns = Returns summary
                template itemTypes = Products
                column inventory.onHand = Bestand
                """
        let partners = try read(text, Self.secrets).partners
        let centra = try #require(partners.centra)
        #expect(centra.address.host == "ulvmark.centra.com" && centra.token.reveal() == "t")
        #expect(centra.warehouse == 3 && centra.share == 25)
        let peoplevox = try #require(partners.peoplevox)
        #expect(peoplevox.name(.returns) == "Returns summary" && peoplevox.name(.despatches) == "Despatch summary")
        #expect(peoplevox.name(.itemTypes) == "Products" && peoplevox.site == "MainSite")
        let names: ColumnNames<InventoryLayout> = peoplevox.columnNames(of: .inventory)
        #expect(names[.onHand] == "Bestand" && names[.available] == "Available")
        #expect(!"\(partners)".contains("\"p\"") && !String(reflecting: partners).contains("\"t\""))
    }

    static let mistakes: [(line: String, says: String)] = [
        ("centraURL = http://ulvmark.centra.com/graphql", "write https://"),
        ("centraURL = ulvmark.centra.com", "is no address"), ("centraURL = https://a/graphql?x=1", "is no address"),
        ("centraURL = https://user@a/graphql", "is no address"),
        ("centraURL = https://a/graphql", "centraToken is missing"),
        ("centraToken = B_TOKEN", "B_TOKEN is not set"),
        ("centraToken = the secret itself", "not the name of a variable"),
        ("centraShare = 0 %", "1 % to 100 %"), ("centraShare = 50", "1 % to 100 %"), ("centraWarehouse = 0", "outside"),
        ("passwordMode = Base64", "none of base64, plain"), ("dateFormat = dd/mm", "none of d/m/Y"),
        ("timeZone = ../etc/passwd", "no name of a time zone"), ("timeZone = Europe/Lodnon", "no time zone of this"),
        ("privateCA = /nonexistent.pem", "cannot be read"), ("peoplevoxRequests = 15", "outside"),
        ("report stock = A", "report names no known report"),
        ("template sales = A", "template names no known template"),
        ("column inventory.onHands = A", "did you mean column inventory.onHand?"),
        ("site = A", "peoplevoxURL is missing"),
        ("peoplevoxUser = a", "dateFormat is missing"), ("callbackBase = https://a/", "ends without a slash"),
        ("privateCA = ca.pem", "no path from /"), ("centraUrl = https://a", "did you mean centraURL?"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsNamed(line: String, says: String) {
        #expect {
            try read("[brand a]\nmode = observe\n\(line)\n", Self.secrets)
        } throws: { "\($0)".contains(says) && !"\($0)".contains("the secret itself") || says.contains("variable") }
    }

    @Test
    func allMistakesAreNamedAtOnce() {
        let text = "[brand a]\nmode = observe\ncentraURL = x\ndateFormat = x\npasswordMode = x\n"
        #expect {
            try read(text)
        } throws: { error in
            let mistakes = (error as? ConfigurationMistakes)?.mistakes ?? []
            // Three values, the token, and what else Peoplevox needs.
            return mistakes.count == 3 + 1 + 5
        }
    }
}

struct WebAddressTests {
    static let addresses: [(text: String, host: String, port: Int, path: String)] = [
        ("https://a.example", "a.example", 443, ""), ("https://A.example:8443/x/y", "a.example", 8_443, "/x/y"),
        ("http://127.0.0.1:80/", "127.0.0.1", 80, "/"), ("https://[::1]:1/a", "::1", 1, "/a"),
        ("https://[2001:db8::1]", "2001:db8::1", 443, ""),
    ]

    @Test(arguments: addresses)
    func anAddressIsTakenApart(text: String, host: String, port: Int, path: String) throws {
        let address = try #require(WebAddress(text))
        #expect(address.host == host && address.port == port && address.path == path && "\(address)" == text)
    }

    @Test(arguments: [
        "", "https://", "ftp://a", "https:///a", "https://a:0", "https://a:99999", "https://a:x", "https://a b",
        "https://a?b",
        "https://a#b", "https://u@a", "https://[a]", "https://[::1", "https://ü", "HTTPS://a",
    ])
    func whatIsNoAddressIsNone(text: String) { #expect(WebAddress(text) == nil) }

    @Test(arguments: [
        "https://localhost", "https://127.1.2.3", "https://[::1]", "https://10.1.2.3", "https://192.168.1.1",
        "https://172.31.0.1",
        "https://169.254.1.1", "https://bridge", "https://bridge.local", "https://[fd00::1]", "https://a.internal",
    ])
    func aPrivateAddressIsPrivate(text: String) throws { #expect(try #require(WebAddress(text)).isPrivate) }

    @Test(arguments: [
        "https://a.example", "https://8.8.8.8", "https://172.32.0.1", "https://[2a00::1]", "https://local.example",
    ])
    func aPublicAddressIsNot(text: String) throws { #expect(try !#require(WebAddress(text)).isPrivate) }
}
