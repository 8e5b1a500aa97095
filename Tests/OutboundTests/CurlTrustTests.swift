// Whom the transport believes: TLS against servers whose certificates openssl makes in the test.
import Testing

@testable import Outbound

private func send(_ port: UInt16, _ authorities: String?) -> Result<Int, TransportFailure> {
    let request = OutboundRequest(.get, "https://127.0.0.1:\(port)/", limits: OutboundRequest.Limits(timeout: 20_000))
    return Result { () throws(TransportFailure) in
        try CurlTransport(CurlTransport.Settings(authorities: authorities)).send(request, Cancellation()).status
    }
}

private func isUntrusted(_ result: Result<Int, TransportFailure>) -> Bool {
    guard case .failure(let failure) = result else { return false }
    return failure.reason == .untrusted && !failure.mayHaveArrived
}

@Test
func aPrivateAuthorityIsBelievedWhenASettingSaysSo() throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority, name: "IP:127.0.0.1")
    defer { server.stop() }
    #expect(send(server.port, authority.file) == .success(200))
    #expect(isUntrusted(send(server.port, nil)))
    #expect(isUntrusted(send(server.port, try TestAuthority().file)))
    #expect(isUntrusted(send(server.port, "/nowhere/authority.pem")))
}

@Test
func anotherNameIsNotBelieved() throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority, name: "DNS:partner.example")
    defer { server.stop() }
    #expect(isUntrusted(send(server.port, authority.file)))
}

@Test
func anExpiredCertificateIsNotBelieved() throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority, name: "IP:127.0.0.1", days: -1)
    defer { server.stop() }
    #expect(isUntrusted(send(server.port, authority.file)))
}

@Test
func whatSpeaksNoTLSIsNotReached() throws {
    let server = try NastyServer { connection, _ in
        connection.send("HTTP/1.1 400 Bad\r\n\r\n")
        connection.waitForEnd()
    }
    defer { server.stop() }
    guard case .failure(let failure) = send(server.port, nil) else { return #expect(Bool(false)) }
    #expect(!failure.mayHaveArrived)
}
