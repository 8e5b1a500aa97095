// Addresses and networks as people write them; what is not one is refused rather than guessed.
import POSIX
import Testing

struct AddressTests {
    /// What is written, and what is shown.
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("fe80::1", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
        ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ])
    func anAddressIsShownInItsShortestForm(written: String, shown: String) {
        #expect(IPAddress(written)?.description == shown)
        #expect(IPAddress(written) == IPAddress(shown))
    }

    @Test(arguments: [
        "", " ", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x7f.0.0.1",
        "127.1", "2130706433", ":::", "1::2::3", "12345::", "fe80::1%lo",
        "[::1]", "1:2:3:4:5:6:7", "1.2.3.4/8", "::ffff:256.0.0.1",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    /// C would stop reading there; not in a table, because a row is printed.
    @Test
    func nothingFollowsAnAddress() {
        for rest in ["\u{0}", "\u{0}5", "\n", "\r\n"] {
            #expect(IPAddress("1.2.3.4" + rest) == nil)
            #expect(IPNetwork("1.2.3.4" + rest) == nil)
            #expect(IPNetwork("1.2.3.4/8" + rest) == nil)
            #expect(ListenAddress("1.2.3.4:80" + rest) == nil)
        }
        #expect(ListenAddress("unix:/a\u{0}b") == nil)
    }

    @Test
    func theMappedFormIsIPv4() {
        #expect(IPAddress("::ffff:10.0.0.1")?.isIPv4 == true)
        #expect(IPAddress("10.0.0.1")?.isIPv4 == true)
        #expect(IPAddress("::10.0.0.1")?.isIPv4 == false)
        #expect(IPAddress("::1")?.isIPv4 == false)
    }
}

struct NetworkTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let network: String
        let inside: [String]
        let outside: [String]

        var testDescription: String { network }
    }

    static let rows = [
        Row(network: "10.0.0.0/8", inside: ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], outside: ["11.0.0.0"]),
        Row(network: "10.1.2.3/8", inside: ["10.9.9.9"], outside: ["9.255.255.255"]),
        Row(network: "192.0.2.128/25", inside: ["192.0.2.128", "192.0.2.255"], outside: ["192.0.2.127"]),
        Row(network: "192.0.2.1", inside: ["192.0.2.1"], outside: ["192.0.2.0", "192.0.2.2"]),
        Row(network: "192.0.2.1/32", inside: ["192.0.2.1"], outside: ["192.0.2.3"]),
        Row(network: "0.0.0.0/0", inside: ["0.0.0.0", "255.255.255.255"], outside: ["::", "::1", "2001:db8::"]),
        Row(network: "::/0", inside: ["::", "ffff::", "10.0.0.1"], outside: []),
        Row(network: "2001:db8::/32", inside: ["2001:db8:ffff::1"], outside: ["2001:db9::", "10.0.0.1"]),
        Row(network: "2001:db8::/64", inside: ["2001:db8::ffff:ffff:ffff:ffff"], outside: ["2001:db8:0:1::"]),
        Row(network: "2001:db8::/65", inside: ["2001:db8::7fff:0:0:0"], outside: ["2001:db8::8000:0:0:0"]),
        Row(network: "2001:db8::/63", inside: ["2001:db8:0:1::"], outside: ["2001:db8:0:2::"]),
        Row(network: "::1/128", inside: ["::1"], outside: ["::", "::2"]),
        Row(network: "::/127", inside: ["::", "::1"], outside: ["::2"]),
        Row(network: "::/1", inside: ["7fff::"], outside: ["8000::"]),
    ]

    @Test(arguments: rows)
    func aNetworkContainsItsAddresses(_ row: Row) throws {
        let network = try #require(IPNetwork(row.network))
        for text in row.inside { #expect(network.contains(try #require(IPAddress(text))), "\(text)") }
        for text in row.outside { #expect(!network.contains(try #require(IPAddress(text))), "\(text)") }
        #expect(IPNetwork(network.description) == network)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/",
        "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/ 8", "10.0.0.0/8/8",
        "::/129", "::/65536", "10.0.0/8", "10.0.0.0/255.0.0.0", "example.com/8",
    ])
    func whatIsNoNetworkIsRefused(text: String) {
        #expect(IPNetwork(text) == nil)
    }
}

struct ListenAddressTests {
    @Test(arguments: [
        "127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::]:80", "[::1]:8080", "[2001:db8::1]:443",
        "unix:/run/lockstep.sock", "unix:relative",
    ])
    func anAddressIsShownAsItIsWritten(text: String) {
        #expect(ListenAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", ":", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80",
        "127.0.0.1:080", "127.0.0.1: 80", "localhost:80", "*:80", "::1:8080", "[::1]", "[::1]8080", "[127.0.0.1]:80",
        "[::1:80", "::1]:80", "[]:80", "unix:", "tcp:127.0.0.1:80",
    ])
    func whatIsNoListenAddressIsRefused(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    /// `sockaddr_un` holds 108 octets, the last of them zero.
    @Test
    func aUnixPathHasItsLongest() {
        #expect(ListenAddress("unix:/" + String(repeating: "a", count: 106)) != nil)
        #expect(ListenAddress("unix:/" + String(repeating: "a", count: 107)) == nil)
        #expect(ListenAddress("unix:/" + String(repeating: "å", count: 54)) == nil)
    }
}

struct ErrnoTests {
    @Test
    func anErrorIsNamedForPeopleAndForSearch() {
        #expect(Errno.noSpace.description == "No space left on device (errno 28)")
        #expect(Errno.inputOutput.description == "Input/output error (errno 5)")
    }
}

struct BellTests {
    @Test
    func ringingTwiceIsOneWakeUpOfAPoller() throws {
        let bell = try Bell.polled()
        var poller = try Poller(eventLimit: 4)
        try poller.add(bell, token: 7)
        for _ in 0..<3 {
            #expect(try poller.wait(milliseconds: 0) == 0)
            bell.ring()
            bell.ring()
            #expect(try poller.wait(milliseconds: -1) == 1)
            #expect(poller.event(0).token == 7)
            bell.silence()
        }
    }

    /// Who rings while the poller's thread is awake must be heard in its next wait.
    @Test
    func aBellThatRingsAfterItsSilenceIsReportedAgain() throws {
        let bell = try Bell.polled()
        var poller = try Poller(eventLimit: 4)
        bell.ring()
        try poller.add(bell, token: 7)
        #expect(try poller.wait(milliseconds: -1) == 1)
        bell.silence()
        bell.ring()
        #expect(try poller.wait(milliseconds: -1) == 1)
        #expect(try poller.wait(milliseconds: 0) == 0)
    }

    @Test
    func aRingBeforeTheWaitEndsIt() {
        let bell = Bell()
        bell.ring()
        bell.ring()
        bell.wait(milliseconds: -1)
        bell.ring()
        bell.silence()
        bell.wait(milliseconds: 1)
        bell.ring()
        bell.wait(milliseconds: -1)
    }

    /// Each thread waits for the other one's ring; one that is lost would stop both for ever.
    @Test
    func noRingIsLost() throws {
        let (ping, pong) = (Bell(), Bell())
        let thread = try Thread(named: "pong") {
            for _ in 0..<20_000 {
                ping.wait(milliseconds: -1)
                pong.ring()
            }
        }
        for _ in 0..<20_000 {
            ping.ring()
            pong.wait(milliseconds: -1)
        }
        thread.join()
    }

    @Test
    func aThreadRunsAndIsJoined() throws {
        let bell = Bell()
        let thread = try Thread(named: "a name that is longer than fifteen") { bell.ring() }
        bell.wait(milliseconds: -1)
        thread.join()
    }
}
