// Commands that tests run. Not Foundation's Process, whose waiting needs a run loop that tests do not have.
import Foundation

enum Shell {
    static func start(_ command: String) throws -> pid_t {
        var process = pid_t()
        let words: [UnsafeMutablePointer<CChar>?] = ["/bin/sh", "-c", command].map { (word: String) in strdup(word) }
        defer { for word in words { free(word) } }
        let result = posix_spawn(&process, "/bin/sh", nil, nil, words + [nil], environ)
        guard result == 0 else { throw POSIXError(.ENOEXEC) }
        return process
    }

    static func run(_ command: String) throws {
        var status: CInt = 0
        let process = try start(command)
        guard waitpid(process, &status, 0) == process, status == 0 else { throw POSIXError(.EINVAL) }
    }

    static func stop(_ process: pid_t) {
        // Not a signal that can be blocked, as all are in the threads that run tests: what they start inherits that.
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }
}

/// A folder that goes with whoever made it.
final class TestFolder {
    let path = NSTemporaryDirectory() + "/lockstep-outbound-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func read(_ name: String) -> Data { FileManager.default.contents(atPath: path + "/" + name) ?? Data() }
}
