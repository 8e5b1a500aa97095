// The process itself: environment, signals, threads, standard streams.
import CPOSIX
import Glibc

package enum Process {
    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// What all variables hold, from the kernel: as they were when the program began.
    package static var environmentValues: [String] {
        let block = (try? Files.contents(of: "/proc/self/environ", limit: 4 << 20)) ?? []
        return block.split(separator: 0).compactMap { variable in
            variable.firstIndex(of: UInt8(ascii: "=")).map { String(decoding: variable[($0 + 1)...], as: UTF8.self) }
        }
    }

    /// What stands behind the program's name on its command line, from the kernel: the standard library's list is
    /// empty when a library that wraps libc, such as libfaketime, is preloaded.
    package static var arguments: [String] {
        let line = (try? Files.contents(of: "/proc/self/cmdline", limit: 4 << 20)) ?? []
        return line.split(separator: 0, omittingEmptySubsequences: false).dropFirst().dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    package static var identifier: Int32 { getpid() }
    package static var user: UInt32 { geteuid() }

    /// Ends at once, without running anything else: what P10 asks for after a failed sync.
    package static func exitNow(_ status: CInt) -> Never {
        _exit(status)
    }

    package static func isTerminal(_ descriptor: CInt) -> Bool {
        isatty(descriptor) == 1
    }

    /// Writes all of a text to standard output (1) or error (2). Nobody can be told when that fails.
    package static func write(_ text: String, to descriptor: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Descriptors that this process may have open when it raises its soft limit.
    package static func largestDescriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_max)
    }

    /// Raises the soft limit of open descriptors to the hard one and returns it.
    package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Octets of this process in physical memory (`/proc/self/statm`); 0 when unknown.
    package static func residentOctets() -> Int {
        guard let bytes = try? Files.contents(of: "/proc/self/statm", limit: 4_096) else { return 0 }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return numbers.count > 1 ? (Int(numbers[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}

/// The signals that operators send. Blocked in every thread, and taken one by one by the main one.
package enum Signal: Sendable {
    case terminate
    case reload

    /// To be called before any thread starts, so that all of them inherit the mask.
    package static func blockAll() {
        var set = handled()
        precondition(pthread_sigmask(SIG_BLOCK, &set, nil) == 0)
        // Writing to a closed connection is an error value, not the end of the process.
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next one.
    package static func wait() -> Signal {
        var set = handled()
        var number: CInt = 0
        precondition(sigwait(&set, &number) == 0)
        return number == SIGHUP ? .reload : .terminate
    }

    private static func handled() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}

/// A thread of its own for a loop that blocks.
package struct Thread: ~Copyable {
    private let handle: pthread_t

    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Starts at once. The name shows in `top -H`, at most 15 octets.
    package init(named name: String, _ run: @escaping @Sendable () -> Void) throws(Errno) {
        let body = Unmanaged.passRetained(Body(run))
        var handle = pthread_t()
        let result = pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        if result != 0 {
            body.release()
            throw Errno(code: result)
        }
        lockstep_name_thread(handle, String(name.prefix(15)))
        self.handle = handle
    }

    package consuming func join() {
        pthread_join(handle, nil)
    }

    package static func sleep(milliseconds: Int) {
        usleep(UInt32(clamping: milliseconds * 1_000))
    }
}
