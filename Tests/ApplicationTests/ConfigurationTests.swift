// A configuration is read whole or refused whole. Each row of `wrongSettings` is one mistake with its line, its key and
// the words that say what would be right; then all of them at once; then what must never be said: a secret.
import Foundation
import POSIX
import Testing
import Webhooks

@testable import Application

private let secret = "correct-horse-battery"
private let hash = String(repeating: "ab", count: 32)
private let otherHash = String(repeating: "cd", count: 32)

private let variables = [
    "LOCKSTEP_DEMO_CENTRA_SECRET": secret, "LOCKSTEP_NEW": "new-" + secret, "LOCKSTEP_EMPTY": "",
    "LOCKSTEP_SHORT": "test123",
    "LOCKSTEP_BLANK": " " + secret, "LOCKSTEP_SAME": secret, "LOCKSTEP_JOURNAL": "/srv/journal",
]

private func read(
    _ text: String, _ variables: [String: String] = variables
) throws(ConfigurationMistakes) -> (configuration: Configuration, warnings: [String]) {
    try Configuration.read(text: Array(text.utf8), fileName: "lockstep.conf") { variables[$0] }
}

private func mistakes(_ octets: [UInt8]) -> [ConfigurationMistake] {
    do throws(ConfigurationMistakes) {
        _ = try Configuration.read(text: octets, fileName: "lockstep.conf") { variables[$0] }
        return []
    } catch {
        return error.mistakes
    }
}

private func mistakes(_ text: String) -> [ConfigurationMistake] { mistakes(Array(text.utf8)) }

/// A brand without a mistake.
private let brand = "[brand demo]\nmode = observe\ncentraSecrets = LOCKSTEP_DEMO_CENTRA_SECRET\n"

struct WrongSetting: CustomTestStringConvertible, Sendable {
    let section: String
    let line: String
    let says: [String]

    init(_ section: String, _ line: String, says: String...) {
        self.section = section
        self.line = line
        self.says = says
    }

    var testDescription: String { "[\(section)] \(line)" }
    var key: String { String(line.prefix { $0 != "=" }).trimmingCharacters(in: .whitespaces) }
}

private let wrongSettings: [WrongSetting] = [
    // Addresses.
    WrongSetting("server", "publicListen = localhost:8080", says: "publicListen", "`localhost:8080`", "127.0.0.1:8080"),
    WrongSetting("server", "publicListen = 127.0.0.1", says: "publicListen", "[::1]:8080"),
    WrongSetting("server", "publicListen = 127.0.0.1:65536", says: "publicListen", "address"),
    WrongSetting("server", "operatorListen = unix:", says: "operatorListen", "unix:/run"),
    WrongSetting("server", "publicListen = \"127.0.0.1:80\"", says: "publicListen", "without quotation marks"),
    WrongSetting("server", "trustedProxies = 10.0.0.0/8 10.1/16, ::2", says: "trustedProxies", "`10.1/16`", "/24"),
    WrongSetting("server", "trustedProxies = 10.0.0.0/33", says: "`10.0.0.0/33`"),
    WrongSetting("brand demo", "callbackAddresses = anywhere", says: "callbackAddresses", "`anywhere`"),
    WrongSetting("brand demo", "callbackAddresses = ,", says: "callbackAddresses", "no address"),
    WrongSetting("brand demo", "callbackAddresses =", says: "callbackAddresses", "no value"),
    // Sizes.
    WrongSetting("server", "bodyLimit = 1", says: "bodyLimit", "unit is missing", "B, KiB, MiB or GiB"),
    WrongSetting("server", "bodyLimit = 1 MB", says: "bodyLimit", "`1 MB`", "the units are B, KiB, MiB or GiB"),
    WrongSetting("server", "bodyLimit = 1.5 MiB", says: "bodyLimit", "whole number"),
    WrongSetting("server", "bodyLimit = MiB", says: "bodyLimit", "whole number"),
    WrongSetting("server", "bodyLimit = -1 MiB", says: "bodyLimit", "whole number"),
    WrongSetting("server", "bodyLimit = 99999999999 GiB", says: "bodyLimit", "too large"),
    WrongSetting("server", "bodyLimit = 1023 B", says: "bodyLimit", "1 KiB to 4 MiB"),
    WrongSetting("server", "bodyLimit = 5 MiB", says: "bodyLimit", "1 KiB to 4 MiB"),
    WrongSetting("journal", "segmentSize = 15 MiB", says: "segmentSize", "16 MiB to 1 GiB"),
    WrongSetting("journal", "sizeLimit =", says: "sizeLimit", "no value"),
    WrongSetting("brand demo", "callbackLimit = 64 kB", says: "callbackLimit", "KiB"),
    // Durations.
    WrongSetting("server", "headDeadline = 10", says: "headDeadline", "ms, s, min, h or days"),
    WrongSetting("server", "bodyDeadline = 1 m", says: "bodyDeadline", "ms, s, min, h or days"),
    WrongSetting("server", "idleDeadline = 2 days", says: "idleDeadline", "100 ms to 1 day"),
    WrongSetting("server", "drainDeadline = 10 seconds", says: "drainDeadline", "ms, s, min"),
    WrongSetting("journal", "replayWindow = 2 weeks", says: "replayWindow", "days"),
    WrongSetting("journal", "redeliveryWindow = 31 days", says: "redeliveryWindow", "1 min to 30 days"),
    WrongSetting("queues", "firstBackoff = 0 s", says: "firstBackoff", "1 ms to 1 day"),
    WrongSetting("queues", "longestBackoff = 1,5 h", says: "longestBackoff", "whole number"),
    WrongSetting("brand demo", "centraTolerance = 1500 ms", says: "centraTolerance", "whole number of seconds"),
    WrongSetting("brand demo", "centraTolerance = 0 s", says: "centraTolerance", "1 s to 1 day"),
    // Counts.
    WrongSetting("server", "connectionLimit = 10 000", says: "connectionLimit", "digits alone"),
    WrongSetting("server", "connectionLimit = 0", says: "connectionLimit", "1 to 1000000"),
    WrongSetting("queues", "backlogLimit = 1e5", says: "backlogLimit", "digits alone"),
    WrongSetting("queues", "backlogLimit = 99999999999999999999", says: "backlogLimit", "1 to 10000000"),
    WrongSetting("queues", "deadLetterLimit = 0", says: "deadLetterLimit", "1 to 1000000"),
    WrongSetting("queues", "attemptLimit = eight", says: "attemptLimit", "`eight`"),
    // Names.
    WrongSetting("journal", "directory = $HOME/journal", says: "directory", "$LOCKSTEP_JOURNAL is the only variable"),
    WrongSetting(
        "journal", "directory = /" + String(repeating: "d", count: 93), says: "directory has 94 octets", "allows 93"),
    WrongSetting("journal", "directory = $LOCKSTEP_JOURNALS", says: "directory", "$LOCKSTEP_JOURNAL is the only"),
    WrongSetting("brand demo", "mode = watch", says: "mode", "`watch`", "observe"),
    WrongSetting("brand demo", "salesOrderPrefix = C 1", says: "salesOrderPrefix", "no blanks"),
    WrongSetting("brand demo", "salesOrderPrefix = \u{C5}-", says: "salesOrderPrefix", "ASCII"),
    // Secrets and tokens.
    WrongSetting("brand demo", "centraSecrets = hunter2!", says: "centraSecrets", "not the name of a variable"),
    WrongSetting("brand demo", "centraSecrets = A_1 B_2 C_3", says: "centraSecrets", "3 names", "one, or two"),
    WrongSetting("brand demo", "centraSecrets = LOCKSTEP_NEW LOCKSTEP_NEW", says: "same name twice"),
    WrongSetting("brand demo", "centraSecrets = LOCKSTEP_UNSET", says: "centraSecrets: LOCKSTEP_UNSET is not set"),
    WrongSetting(
        "brand demo", "centraSecrets = LOCKSTEP_EMPTY LOCKSTEP_NEW", says: "LOCKSTEP_EMPTY is not set or empty"),
    WrongSetting(
        "brand demo", "token Returns = hunter2", says: "token Returns", "64 hexadecimal digits", "lockstep token"),
    WrongSetting("brand demo", "token Returns = \(hash) \(hash)", says: "token Returns", "same hash twice"),
    WrongSetting("brand demo", "token Returns = \(hash) \(otherHash) \(hash)", says: "token Returns", "3 hashes"),
    WrongSetting("brand demo", "token Returns =", says: "token Returns", "no value"),
    WrongSetting("brand demo", "token GoodsRecieved = \(hash)", says: "did you mean token GoodsReceived?"),
    WrongSetting("brand demo", "token = \(hash)", says: "write token and one of AvailabilityChanges"),
    WrongSetting(
        "brand demo", "exceptionAfter rain = 1 s", says: "exceptionAfter names no known class", "stock-mismatch"),
    WrongSetting("brand demo", "exceptionAfter stock-mismatch = 8 days", says: "stock-mismatch", "7 days"),
    WrongSetting("brand demo", "exceptionAfter dead-letter-present = 1 s", says: "exceptionAfter names no known class"),
    // Keys.
    WrongSetting("server", "body_limit = 1 MiB", says: "`body_limit`", "did you mean bodyLimit?"),
    WrongSetting("server", "PublicListen = 127.0.0.1:1", says: "did you mean publicListen?"),
    WrongSetting("server", "replayWindow = 14 days", says: "replayWindow belongs under [journal]"),
    WrongSetting("journal", "centraTolerance = 1 s", says: "centraTolerance belongs under [brand NAME]"),
    WrongSetting("queues", "colour = red", says: "`colour` is no key", "backlogLimit, deadLetterLimit, attemptLimit"),
    WrongSetting("brand demo", "centraSecret = A_1", says: "did you mean centraSecrets?"),
    WrongSetting("brand demo", "tokens Returns = \(hash)", says: "did you mean token?"),
    WrongSetting("queues", "just some words", says: "`key = value`"),
    WrongSetting("queues", "= 5", says: "`key = value`"),
]

struct ConfigurationTests {
    @Test(arguments: wrongSettings)
    func aWrongSettingIsNamedWithItsLine(wrong: WrongSetting) throws {
        var text = "# a comment\n[\(wrong.section)]\n\(wrong.line)\n"
        if wrong.section == "brand demo" && wrong.key != "mode" { text += "mode = observe\n" }
        let found = mistakes(text)
        let mistake = try #require(found.first)
        #expect(found.count == 1, "\(found)")
        #expect(mistake.line == 3)
        #expect(mistake.description.hasPrefix("lockstep.conf:3: "))
        for word in wrong.says { #expect(mistake.text.contains(word), "\(mistake)") }
    }

    /// One wrong setting for each key, in one file: as many mistakes, each at its own line, in the order of the lines.
    @Test
    func allWrongSettingsAreNamedAtOnce() {
        var text = ""
        var lines: [Int] = []
        for section in ["queues", "brand demo", "server", "journal"] {
            text += "[\(section)]\n"
            var keys: Set<String> = []
            for wrong in wrongSettings where wrong.section == section && keys.insert(wrong.key).inserted {
                text += wrong.line + "\n"
                lines.append(text.count { $0 == "\n" })
            }
        }
        #expect(lines.count > 30)
        #expect(mistakes(text).map(\.line) == lines)
    }

    static let wrongFiles: [(text: String, line: Int?, says: [String])] = [
        // Sections.
        ("[sever]\nbodyLimit = 1 MiB", 1, ["[sever]", "did you mean [server]?"]),
        ("[brands demo]\nmode = live", 1, ["did you mean [brand NAME]?"]),
        ("[logging]", 1, ["[logging] is no section", "[server], [journal], [queues] and [brand NAME]"]),
        ("[server extra]", 1, ["did you mean [server]?"]),
        ("[server\nbodyLimit = wrong", 1, ["[name]"]),
        ("[server] x = 1", 1, ["[name]"]),
        ("[]", 1, ["[] is no section"]),
        ("bodyLimit = 1 MiB\n[server]", 1, ["before the first section"]),
        ("[server]\n[queues]\n[server]\n", 3, ["[server] stands on line 1 already"]),
        ("[server]\nbodyLimit=1 MiB\n\nbodyLimit=2 MiB", 4, ["bodyLimit stands on line 2 already"]),
        (brand + "[brand demo]\nmode = observe", 4, ["[brand demo] stands on line 1 already"]),
        (brand + "token Returns = \(hash)\ntoken  Returns = \(hash)", 5, ["token Returns stands on line 4 already"]),
        ("[brand]\nmode = observe", 1, ["no name of a brand", "a-z, 0-9 and -"]),
        ("[brand Demo]\nmode = observe", 1, ["`Demo`"]),
        ("[brand de mo]\nmode = observe", 1, ["`de mo`"]),
        ("[brand \(String(repeating: "a", count: 33))]\nmode = observe", 1, ["1 to 32"]),
        ("[brand demo]\ntoken Returns = \(hash)", 1, ["mode is missing; write mode = observe"]),
        // Limits against each other.
        (
            "[server]\npublicListen = [::1]:80\noperatorListen = [::1]:80", 3,
            ["operatorListen and publicListen", "[::1]:80"]
        ),
        ("[server]\noperatorListen = 127.0.0.1:8080", 2, ["both 127.0.0.1:8080"]),
        (
            "[journal]\nsizeLimit = 191 MiB", 2,
            ["sizeLimit (191 MiB)", "3 times segmentSize (64 MiB, as it is not set)"]
        ),
        ("[journal]\nsizeLimit = 1 GiB\n\nsegmentSize = 1 GiB", 4, ["sizeLimit (1 GiB) must be at least 3 times"]),
        ("[journal]\nreplayWindow = 47 h", 2, ["replayWindow (47 h)", "redeliveryWindow (2 days, as it is not set)"]),
        ("[queues]\nfirstBackoff = 11 min", 2, ["longestBackoff (10 min, as it is not set)", "firstBackoff (11 min)"]),
        (
            "[server]\nbodyLimit = 32 KiB\n" + brand + "callbackLimit = 33 KiB", 6,
            ["callbackLimit", "bodyLimit (32 KiB)"]
        ),
        ("[journal]\nredeliveryWindow = 9 min\n" + brand, 3, ["centraTolerance", "half", "redeliveryWindow (9 min)"]),
        (brand + "centraTolerance = 86400 s\n[journal]\nredeliveryWindow = 47 h", 4, ["redeliveryWindow (47 h)"]),
        // Text.
        ("[server]\nbodyLimit = 1\0 MiB", 2, ["NUL", "UTF-8"]),
        ("[server]\n\u{1B}[31mbodyLimit = 1 MiB", 2, ["control character 27"]),
        ("[server]\rbodyLimit = 1 MiB\r", 1, ["control character 13"]),
        (String(repeating: "#", count: 1 << 20) + "\n", nil, ["larger than 1 MiB"]),
    ]

    @Test(arguments: wrongFiles)
    func aWrongFileIsNamedWithItsLine(wrong: (text: String, line: Int?, says: [String])) {
        let found = mistakes(wrong.text)
        #expect(found.map(\.line) == [wrong.line], "\(found)")
        for word in wrong.says { #expect(found.first?.text.contains(word) ?? false, "\(found)") }
    }

    @Test
    func aLineThatIsNotUTF8IsAMistakeOfThatLineAlone() {
        let found = mistakes(Array("[server]\n# ".utf8) + [0xFF, 0x0A] + Array("bodyLimit = 1 MiB\nx = 1".utf8))
        #expect(found.map(\.line) == [2, 4])
        #expect(found[0].text.contains("UTF-8"))
    }

    /// A limit is not compared with one that is a mistake itself: that would only repeat it.
    @Test(arguments: [
        "[journal]\nsegmentSize = 1 GB\nsizeLimit = 48 MiB",
        "[journal]\nredeliveryWindow = 2 weeks\nreplayWindow = 1 h",
        "[server]\nbodyLimit = 1\n" + brand + "callbackLimit = 4 MiB",
        "[journal]\nredeliveryWindow = 1 y\n" + brand + "centraTolerance = 1 day",
        "[server]\npublicListen = x\noperatorListen = 127.0.0.1:8080",
    ])
    func oneMistakeIsSaidOnce(text: String) {
        #expect(mistakes(text).count == 1)
    }

    @Test
    func theDescriptionIsOneLineForEachMistake() {
        let text = "[server]\nbodyLimits = 1\n[journal]\nreplayWindow = 1 h\n"
        #expect(throws: ConfigurationMistakes.self) { try read(text) }
        do throws(ConfigurationMistakes) {
            _ = try read(text)
        } catch {
            #expect(
                error.description == """
                    lockstep.conf:2: `bodyLimits` is no key; did you mean bodyLimit?
                    lockstep.conf:4: replayWindow (1 h) must be at least redeliveryWindow (2 days, as it is not set): \
                    redeliveries are recognised from the journal after a restart
                    """)
        }
    }
}

/// What may stand in a configuration.
struct SoundConfigurationTests {
    @Test
    func theDefaultTextHasNoMistakeAndNoWarning() throws {
        let (configuration, warnings) = try read(Configuration.defaultText)
        #expect(warnings.isEmpty, "\(warnings)")
        #expect(configuration.brands.map(\.name) == ["demo"])
        #expect(configuration.brands[0].centraSecrets.count == 1)
        #expect(configuration.journal.directory == "/srv/journal")
    }

    /// The default text says what a file without that key gets.
    @Test
    func theDefaultTextStatesTheStandardValues() throws {
        let stated = try read(Configuration.defaultText).configuration
        var left = try read(brand).configuration
        #expect(left.journal.directory == "/var/lib/lockstep/journal")
        left.journal.directory = stated.journal.directory
        #expect(stated.server == left.server)
        #expect(stated.journal == left.journal)
        #expect(stated.queues == left.queues)
        #expect(stated.brands[0].centraToleranceInSeconds == left.brands[0].centraToleranceInSeconds)
        #expect(stated.brands[0].salesOrderPrefix == left.brands[0].salesOrderPrefix)
        #expect(stated.brands[0].callbackLimit == left.brands[0].callbackLimit)
        #expect(stated.brands[0].callbackAddresses == left.brands[0].callbackAddresses)
    }

    @Test
    func theDefaultTextMentionsEveryKey() {
        let text = Configuration.defaultText
        for keys in ConfigurationReader.knownKeys.map(\.value) {
            for key in keys { #expect(text.contains("\n\(key) ") || text.contains("\n# \(key) "), "\(key)") }
        }
    }

    @Test
    func theDefaultTextNamesWhatIsNotSet() {
        #expect(throws: ConfigurationMistakes.self) { try read(Configuration.defaultText, [:]) }
        do throws(ConfigurationMistakes) {
            _ = try read(Configuration.defaultText, [:])
        } catch {
            #expect(error.mistakes.count == 2)
            #expect(error.description.contains("LOCKSTEP_DEMO_CENTRA_SECRET"))
            #expect(error.description.contains("$LOCKSTEP_JOURNAL is not set"))
        }
    }

    @Test
    func everySettingIsReadInItsUnit() throws {
        let (configuration, _) = try read(
            """
            [server]
            publicListen = [::]:80
            operatorListen = unix:/run/lockstep/operator.sock
            trustedProxies = 10.0.0.0/8, fd00::/8	192.0.2.1
            bodyLimit = 2 MiB
            connectionLimit = 7
            headDeadline = 150ms
            bodyDeadline = 1 min
            answerDeadline = 2 s
            idleDeadline = 1 h
            drainDeadline = 3 s
            [journal]
            directory = ./a journal # with a blank
            segmentSize = 16384 KiB
            sizeLimit = 1 GiB
            replayWindow = 1 day
            redeliveryWindow = 20 min
            [queues]
            backlogLimit = 1
            deadLetterLimit = 3
            attemptLimit = 2
            firstBackoff = 30 ms
            longestBackoff = 30 ms
            [brand  a-1 ]
            mode=observe
            centraTolerance = 10 min
            salesOrderPrefix = #
            callbackLimit = 1 KiB
            callbackAddresses = 203.0.113.0/24
            token   Returns = \(hash),\(otherHash)
            token GoodsReceived = \(hash.uppercased())
            """)
        let (server, journal, queues) = (configuration.server, configuration.journal, configuration.queues)
        #expect(server.publicListen.description == "[::]:80")
        #expect(server.operatorListen == .unix(path: "/run/lockstep/operator.sock"))
        #expect(server.trustedProxies.map(\.description) == ["10.0.0.0/8", "fd00::/8", "192.0.2.1/32"])
        #expect((server.bodyLimit, server.connectionLimit) == (2_097_152, 7))
        #expect(
            (
                server.headDeadline, server.bodyDeadline, server.answerDeadline, server.idleDeadline,
                server.drainDeadline
            ) == (150, 60_000, 2_000, 3_600_000, 3_000))
        #expect(journal.directory == "./a journal")
        #expect((journal.segmentSize, journal.sizeLimit) == (16_777_216, 1_073_741_824))
        #expect((journal.replayWindow, journal.redeliveryWindow) == (86_400_000, 1_200_000))
        #expect((queues.backlogLimit, queues.deadLetterLimit, queues.attemptLimit) == (1, 3, 2))
        #expect((queues.firstBackoff, queues.longestBackoff) == (30, 30))
        let brand = try #require(configuration.brands.first)
        #expect(brand.name == "a-1")
        #expect(brand.mode == .observe)
        #expect(brand.centraSecrets.isEmpty)
        #expect(brand.centraToleranceInSeconds == 600)
        #expect(brand.salesOrderPrefix == "")
        #expect(brand.callbackLimit == 1_024)
        #expect(brand.callbackAddresses.map(\.description) == ["203.0.113.0/24"])
        #expect(brand.tokens["Returns"]?.map(\.text) == [hash, otherHash])
        #expect(brand.tokens["GoodsReceived"]?.map(\.text) == [hash])
    }

    @Test(arguments: [
        "\u{FEFF}[server]\nbodyLimit = 2 MiB\n", "[server]\r\nbodyLimit = 2 MiB\r\n", "[server]\nbodyLimit = 2 MiB",
        "  [ server ]  # the server\n\tbodyLimit\t=\t2 MiB\t# a comment = no setting\n",
        "#\n\n#[x\n[server]\nbodyLimit=2MiB",
    ])
    func marksBlanksAndCommentsAreTolerated(text: String) throws {
        #expect(try read(text).configuration.server.bodyLimit == 2 << 20)
    }

    @Test
    func aNumberSignInsideAWordIsNoComment() throws {
        let text = "[journal]\ndirectory = /srv/a#b\n[brand demo]\nmode = observe\nsalesOrderPrefix = C#\n"
        let (configuration, _) = try read(text)
        #expect(configuration.journal.directory == "/srv/a#b")
        #expect(configuration.brands[0].salesOrderPrefix == "C#")
    }

    @Test
    func whatIsLeftOutFollowsASmallerBodyLimit() throws {
        let (configuration, _) = try read("[server]\nbodyLimit = 32 KiB\n" + brand)
        #expect(configuration.brands[0].callbackLimit == 32 << 10)
    }

    @Test
    func onlyTheJournalsVariableIsReplacedAndOnlyInItsPath() throws {
        let text =
            "[journal]\ndirectory = $LOCKSTEP_JOURNAL/a\n[brand demo]\nmode = observe\nsalesOrderPrefix = $LOCKSTEP_JOURNAL\n"
        let (configuration, _) = try read(text)
        #expect(configuration.journal.directory == "/srv/journal/a")
        #expect(configuration.brands[0].salesOrderPrefix == "$LOCKSTEP_JOURNAL")
    }

    @Test
    func aServerKeepsOnlyAPortThatTheKernelChoosesForBothListeners() throws {
        _ = try read("[server]\npublicListen = 127.0.0.1:0\noperatorListen = 127.0.0.1:0\n")
    }

    static let warned: [(text: String, line: Int?, says: [String])] = [
        ("[server]\noperatorListen = 0.0.0.0:8081\n" + brand, 2, ["operatorListen", "other machines"]),
        ("[server]\noperatorListen = [::]:8081\n" + brand, 2, ["operatorListen"]),
        ("[server]\ntrustedProxies = 0.0.0.0/0\n" + brand, 2, ["trustedProxies", "every address"]),
        ("[journal]\ndirectory = journal\n" + brand, 2, ["directory", "relative"]),
        ("[server]", nil, ["no brand"]),
        ("[brand demo]\nmode = observe", 1, ["takes no delivery"]),
        ("[brand demo]\nmode = observe\ncentraSecrets = LOCKSTEP_SHORT", 3, ["LOCKSTEP_SHORT", "shorter than 16"]),
        ("[brand demo]\nmode = observe\ncentraSecrets = LOCKSTEP_BLANK", 3, ["white space"]),
        (brand.replacingOccurrences(of: "SECRET\n", with: "SECRET LOCKSTEP_SAME\n"), 3, ["two equal secrets"]),
        (brand + brand.replacingOccurrences(of: "[brand demo]", with: "[brand two]"), 6, ["secret of brand demo"]),
        (brand + "token Returns = \(hash)\ntoken GoodsReceived = \(hash)", 4, ["demo, GoodsReceived"]),
    ]

    @Test(arguments: warned)
    func whatIsRarelyMeantIsAWarning(warned: (text: String, line: Int?, says: [String])) throws {
        let (_, warnings) = try read(warned.text)
        let place = warned.line.map { "lockstep.conf:\($0): " } ?? "lockstep.conf: "
        #expect(warnings.count == 1, "\(warnings)")
        #expect(warnings.first?.hasPrefix(place) ?? false, "\(warnings)")
        for word in warned.says { #expect(warnings.first?.contains(word) ?? false, "\(warnings)") }
    }

    @Test(arguments: ["127.0.0.1:81", "127.9.9.9:81", "[::1]:81", "unix:/run/operator.sock"])
    func anOperatorAddressOfThisMachineIsNoWarning(address: String) throws {
        #expect(try read("[server]\noperatorListen = \(address)\n" + brand).warnings.isEmpty)
    }

    /// Whatever is cut off or changed, the answer is a configuration or mistakes.
    @Test
    func everyBrokenDefaultTextIsAnswered() {
        let text = Array(Configuration.defaultText.utf8)
        let lineCount = text.count { $0 == UInt8(ascii: "\n") } + 1
        for index in stride(from: 0, to: text.count, by: 13) {
            for mistake in mistakes(Array(text[..<index])) { #expect(!mistake.text.isEmpty) }
            var changed = text
            changed[index] = [0, 0x0A, 0x3D, 0x5B, 0xFF, 0x39][index % 6]
            for mistake in mistakes(changed) { #expect((mistake.line ?? 1) <= lineCount + 1) }
        }
    }
}

/// Secrets are found, used, and never said.
struct SecretTests {
    private static let body = Array("payload=%7B%22x%22%3A%22test%22%7D".utf8)
    private static let field = Array(
        "t=12345678,v1=0b9cd84f5d583e5e1aadfb9f160aa8080b51d5b85ff85808d6b75bdac356c549".utf8)

    /// Centra's published example verifies with the secret whose name the file has.
    @Test(arguments: [
        "LOCKSTEP_SHORT", "LOCKSTEP_NEW LOCKSTEP_SHORT", "LOCKSTEP_SHORT LOCKSTEP_UNSET",
        "LOCKSTEP_SHORT LOCKSTEP_EMPTY",
    ])
    func aSecretIsFoundByItsName(names: String) throws {
        let (configuration, _) = try read("[brand demo]\nmode = observe\ncentraSecrets = \(names)")
        let secrets = configuration.brands[0].centraSecrets
        #expect(secrets.count == (names.hasPrefix("LOCKSTEP_NEW") ? 2 : 1))
        let verifier = try SignatureVerifier(secrets: secrets, tolerance: 300)
        _ = try verifier.verify(field: Self.field[...], body: Self.body[...], now: 12_345_678)
    }

    /// A secret, wherever it was pasted, does not come back in a message.
    @Test(arguments: [
        "hunter2hunter2", "HUNTER2HUNTER2HUNTER2", "aHVudGVyMmh1bnRlcjI=", "aHVudGVyMmh1bnRlcjI==", "hunter2 hunter2",
        "hunter-two-hunter-two", "9f86d081884c7d659a2feaa0c55ad015",
    ])
    func aPastedSecretIsNotRepeated(secret: String) {
        let places = [
            "centraSecrets = \(secret)", "centraSecrets = LOCKSTEP_NEW \(secret)", "token Returns = \(secret)", secret,
            "centraSecret = \(secret)", "token \(secret) = 1", "\(secret) = LOCKSTEP_NEW",
        ]
        for place in places {
            // A second variable that is not set is no mistake, and neither is one that looks like a variable.
            for mistake in mistakes("[brand demo]\nmode = observe\n\(place)\n\(place)") {
                #expect(!mistake.text.lowercased().contains(secret.prefix(6).lowercased()), "\(place): \(mistake)")
            }
        }
    }

    @Test
    func aConfigurationPrintsNoSecret() throws {
        let (configuration, _) = try read(brand)
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains(secret) && !"\(configuration)".contains(secret))
    }

    static let files: [(text: String, values: [String: String])] = [
        ("A=1\nB_2=two words \n", ["A": "1", "B_2": "two words"]),
        ("\n# A=1\n; A=1\n  A = 1\r\n", ["A": "1"]),
        ("A=\nB=\"\"", ["A": "", "B": ""]),
        ("A=a=b==", ["A": "a=b=="]),
        ("A=a#b\"c'd", ["A": "a#b\"c'd"]),
        (#"A=" a # \" \\ \$ \` \n ""#, ["A": #" a # " \ $ ` \n "#]),
        (#"A="a b"  "#, ["A": "a b"]),
    ]

    @Test(arguments: files)
    func aSecretsFileIsReadAsItIsMeant(file: (text: String, values: [String: String])) {
        let secrets = SecretsFile(Array(file.text.utf8), fileName: "secrets.env", mode: 0o600)
        #expect(secrets.findings.mistakes == [])
        #expect(secrets.values == file.values)
    }

    static let wrongFiles: [(text: String, mode: UInt32, line: Int?, says: String)] = [
        ("A=1", 0o640, nil, "chmod 600"),
        ("A=1", 0o604, nil, "mode 0604"),
        ("# a\nhunter2", 0o600, 2, "KEY=VALUE"),
        ("export A=hunter2", 0o400, 1, "without export"),
        ("hunter2=1", 0o600, 1, "KEY=VALUE"),
        ("=hunter2", 0o600, 1, "KEY=VALUE"),
        ("A=hunter2\nB=1\nA=hunter2", 0o600, 3, "A stands on line 1 already"),
        ("A='hunter2'", 0o600, 1, "A: a value with"),
        (#"A=hunter\2"#, 0o600, 1, "double quotes"),
        ("A=hunter2 # old", 0o600, 1, "double quotes"),
        (#"A="hunter2"#, 0o600, 1, "A: the closing quotation mark is missing"),
        (#"A="hunter2\""#, 0o600, 1, "missing"),
        (#"A="hunter2" x"#, 0o600, 1, "follows the closing"),
        ("A=hunter2\0", 0o600, 1, "NUL"),
        (String(repeating: "#", count: 1 << 18) + "\n", 0o600, nil, "larger than 256 KiB"),
    ]

    @Test(arguments: wrongFiles)
    func aWrongSecretsFileIsNamedWithItsLine(file: (text: String, mode: UInt32, line: Int?, says: String)) {
        let secrets = SecretsFile(Array(file.text.utf8), fileName: "secrets.env", mode: file.mode)
        let found = secrets.findings.mistakes
        #expect(found.map(\.line) == [file.line], "\(found)")
        #expect(found.first?.text.contains(file.says) ?? false, "\(found)")
        #expect(!found.contains { $0.description.contains("hunter") })
    }

    @Test
    func filesAreLoadedAndTheirMistakesJoined() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstep-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, secrets) = (folder.path + "/lockstep.conf", folder.path + "/secrets.env")
        func write(_ text: String, to path: String, mode: Int) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try write(brand, to: file, mode: 0o644)
        try write("LOCKSTEP_DEMO_CENTRA_SECRET=\(secret)\n", to: secrets, mode: 0o600)
        #expect(
            try Configuration.load(path: file, secretsPath: secrets).configuration.brands[0].centraSecrets.count == 1)

        // PATH is longer than a short secret, so the warning tells which of the two was used.
        try write(brand.replacingOccurrences(of: "LOCKSTEP_DEMO_CENTRA_SECRET", with: "PATH"), to: file, mode: 0o644)
        try write("PATH=test123\n", to: secrets, mode: 0o400)
        #expect(try Configuration.load(path: file, secretsPath: secrets).warnings.count == 1)
        #expect(try Configuration.load(path: file, secretsPath: nil).warnings.isEmpty)
        try write("PATH=\n", to: secrets, mode: 0o600)
        #expect(try Configuration.load(path: file, secretsPath: secrets).warnings.isEmpty)

        try write(brand, to: file, mode: 0o644)
        #expect(loadingMistakes(file, nil).map(\.line) == [3])
        #expect(loadingMistakes(file + ".none", secrets).map(\.file) == [file + ".none"])
        #expect(loadingMistakes(folder.path, secrets).count == 1)
        try write("[server]\nx = 1\n", to: file, mode: 0o644)
        try write("wrong\n", to: secrets, mode: 0o640)
        #expect(
            loadingMistakes(file, secrets).map { "\($0.file):\($0.line ?? 0)" } == [
                secrets + ":0", secrets + ":1", file + ":2",
            ])
        #expect(loadingMistakes(nil, secrets + ".none").contains { $0.file == "embedded configuration" })
    }

    private func loadingMistakes(_ path: String?, _ secretsPath: String?) -> [ConfigurationMistake] {
        do throws(ConfigurationMistakes) {
            _ = try Configuration.load(path: path, secretsPath: secretsPath)
            return []
        } catch {
            return error.mistakes
        }
    }
}
