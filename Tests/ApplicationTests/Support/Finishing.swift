// Something that runs on a thread of its own, and can be waited for.
import POSIX

final class Finishing {
    private var thread: Thread?

    init(_ body: @escaping @Sendable () -> Void) throws {
        thread = try Thread(named: "test", body)
    }

    deinit { wait() }

    func wait() { thread.take()?.join() }
}
