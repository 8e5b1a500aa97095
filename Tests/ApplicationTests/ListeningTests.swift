// What a listener asks of the kernel.
import Foundation
import POSIX
import Testing

struct ListeningTests {
    @Test(arguments: [true, false])
    func silentConnectionsWaitInTheKernelWhereThatIsAskedFor(_ awaitingOctets: Bool) throws {
        let listener = try Sockets.listen(on: .tcp(address("127.0.0.1"), port: 0), awaitingOctets: awaitingOctets)
        var seconds: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        #expect(getsockopt(listener.number, CInt(IPPROTO_TCP), TCP_DEFER_ACCEPT, &seconds, &size) == 0)
        #expect((seconds > 0) == awaitingOctets)
    }

    @Test
    func whatIsAcceptedCanBeReadAtOnce() throws {
        let listener = try Sockets.listen(on: .tcp(address("127.0.0.1"), port: 0), awaitingOctets: true)
        let client = try TestClient(port: try Sockets.port(of: listener))
        try client.send("G")
        for _ in 0..<2_000 {
            if let accepted = try Sockets.accept(from: listener) {
                var octets = [UInt8](repeating: 0, count: 8)
                #expect(try Sockets.receive(from: accepted.connection, into: &octets) == 1)
                #expect(octets[0] == UInt8(ascii: "G"))
                return
            }
            usleep(10_000)
        }
        Issue.record("the connection was never accepted")
    }
}
