// A call that waits is told to stop, once, whenever the word comes.
import Synchronization
import Testing

@testable import Outbound

@Test
func whoeverWaitsIsWokenOnce() {
    let cancellation = Cancellation()
    let woken = Atomic(0)
    let seen = cancellation.whileWaiting({ woken.add(1, ordering: .relaxed) }) {
        cancellation.cancel()
        cancellation.cancel()
        return woken.load(ordering: .relaxed)
    }
    #expect(seen == 1)
    #expect(cancellation.isCancelled)
}

@Test
func whoeverComesLateIsWokenAtOnce() {
    let cancellation = Cancellation()
    cancellation.cancel()
    let woken = Atomic(0)
    #expect(cancellation.whileWaiting({ woken.add(1, ordering: .relaxed) }) { woken.load(ordering: .relaxed) } == 1)
}

@Test
func whoeverHasFinishedIsLeftAlone() {
    let cancellation = Cancellation()
    let woken = Atomic(0)
    cancellation.whileWaiting({ woken.add(1, ordering: .relaxed) }) {}
    cancellation.cancel()
    #expect(woken.load(ordering: .relaxed) == 0)
}
