// How long a service that gathers may go on: until nothing more is there to be read, or it has been given its looks, or
// its time is over.

struct Gathering {
    /// Looks at the sockets since the service began to gather.
    private var looks = 0
    private var end: Int64 = 0

    /// Whether the service is to hand over after this look at the sockets. `now` in monotonic milliseconds.
    mutating func isOver(foundSomething: Bool, isGathering: Bool, now: Int64) -> Bool {
        if looks == 0 { end = now + LoopLimits.gathering }
        looks += 1
        let isOver = !foundSomething || !isGathering || looks > LoopLimits.looks || now >= end
        if isOver { looks = 0 }
        return isOver
    }
}
