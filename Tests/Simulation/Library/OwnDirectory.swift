// Where a simulation's program keeps what is not in the journal: what it knows of its partners. Empty at first, kept over
// the lives of one program, gone with the simulation; so no run finds what another one has left.
import Foundation

final class OwnDirectory {
    let path = NSTemporaryDirectory() + "lockstep-simulation-\(UUID().uuidString)"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
