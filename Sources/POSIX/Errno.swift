// The one error that system calls throw, and the one loop that repeats an interrupted call.
import Glibc

/// Why the kernel refused. Named after the C constant, because that is what an operator searches for.
package struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: CInt

    package init(code: CInt) {
        self.code = code
    }

    package static let noSpace = Errno(code: ENOSPC)
    package static let quotaExceeded = Errno(code: EDQUOT)
    package static let wouldBlock = Errno(code: EAGAIN)
    package static let notFound = Errno(code: ENOENT)
    package static let exists = Errno(code: EEXIST)
    package static let inputOutput = Errno(code: EIO)
    package static let brokenPipe = Errno(code: EPIPE)
    package static let connectionReset = Errno(code: ECONNRESET)
    package static let connectionAborted = Errno(code: ECONNABORTED)
    package static let connectionRefused = Errno(code: ECONNREFUSED)
    package static let protocolError = Errno(code: EPROTO)
    package static let hostUnreachable = Errno(code: EHOSTUNREACH)
    package static let networkUnreachable = Errno(code: ENETUNREACH)
    package static let networkDown = Errno(code: ENETDOWN)
    package static let tooManyDescriptors = Errno(code: EMFILE)
    package static let tooManyDescriptorsInSystem = Errno(code: ENFILE)
    package static let addressInUse = Errno(code: EADDRINUSE)
    package static let invalid = Errno(code: EINVAL)

    package var description: String {
        String(cString: strerror(code)) + " (errno \(code))"
    }
}

/// Calls until the answer is not EINTR; the result is never negative.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        if errno != EINTR { throw Errno(code: errno) }
    }
}

/// The same for non-blocking calls: nil when there is nothing to do yet.
func retryingInterruptsUnlessBlocked<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result? {
    do throws(Errno) {
        return try retryingInterrupts(call)
    } catch {
        guard error == .wouldBlock else { throw error }
        return nil
    }
}
