// A server with a certificate that openssl made a moment ago, which answers any GET with a page.
import Foundation

struct TLSServer {
    let port: UInt16
    private let process: pid_t

    /// Starts `openssl s_server` with a certificate from this authority.
    init(_ authority: TestAuthority, name: String, days: Int = 2) throws {
        try authority.makeCertificate(for: name, days: days)
        let folder = authority.folder
        process = try Shell.start(
            "cd \(folder.path) && exec openssl s_server -accept 127.0.0.1:0 -cert server.pem -key server.key -www "
                + "</dev/null >said 2>&1")
        var said: [String] = []
        for _ in 0..<2_000 where said.count < 2 {
            usleep(10_000)
            said = String(decoding: folder.read("said"), as: UTF8.self).components(separatedBy: "ACCEPT 127.0.0.1:")
            if said.last?.contains("\n") == false { said = [] }
        }
        guard let port = UInt16(said.last?.prefix { $0.isWholeNumber } ?? "") else {
            Shell.stop(process)
            throw POSIXError(.ECONNREFUSED)
        }
        self.port = port
    }

    func stop() { Shell.stop(process) }
}

/// A certificate authority of a test's own.
final class TestAuthority {
    let folder: TestFolder
    var file: String { folder.path + "/authority.pem" }

    init() throws {
        folder = try TestFolder()
        try openssl("req -x509 \(key) -days 2 -subj /CN=Test -keyout authority.key -out authority.pem")
    }

    private let key = "-nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"

    func makeCertificate(for name: String, days: Int) throws {
        try "subjectAltName=\(name)".write(toFile: folder.path + "/names", atomically: true, encoding: .utf8)
        try openssl("req \(key) -subj /CN=Server -keyout server.key -out server.csr")
        try openssl(
            "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days \(days) "
                + "-extfile names -out server.pem")
    }

    private func openssl(_ arguments: String) throws {
        try Shell.run("cd \(folder.path) && openssl \(arguments) </dev/null >/dev/null 2>&1")
    }
}
