// A brand's partners count all our processes' calls together, and each process counts its own. So there are two parts of
// what is ours of a limit, and whoever calls holds one of them, by the lock of a directory that the kernel takes back when
// the process ends. The server needs the large one and waits for a tool to end; a tool takes the large one when no server runs,
// and the small one beside it. Nobody else calls.
//
//     partners/BRAND    locked: the large part is taken
//     partners          locked: the small part is taken, of all brands
package import Outbound
package import POSIX

/// A part of a brand's limits, as long as it lives.
package struct PartnerLock: ~Copyable, Sendable {
    package enum Part: Sendable, Equatable {
        case large
        case small

        /// Of what is ours.
        package var share: Double {
            switch self {
            case .large: 0.8
            case .small: 0.2
            }
        }
    }

    package let part: Part
    private let directory: FileDescriptor

    /// - Parameter partners: the directory that has one for each brand; both are made when they are missing.
    /// - Returns: nil when another process has that part.
    package static func take(
        _ part: Part, of brand: String, in partners: String
    ) throws(Errno) -> PartnerLock? {
        let path = "\(partners)/\(brand)"
        try Files.createDirectories(path)
        let directory = try Files.openDirectory(part == .large ? path : partners)
        guard try directory.tryLock() else { return nil }
        return PartnerLock(part: part, directory: directory)
    }

    /// The server's way: a tool that was there first ends within minutes.
    ///
    /// - Returns: nil when it was cancelled before.
    package static func waitForLarge(
        of brand: String, in partners: String, clock: any Clock, _ cancellation: Cancellation
    ) throws(Errno) -> PartnerLock? {
        while !cancellation.isCancelled {
            if let lock = try take(.large, of: brand, in: partners) { return lock }
            _ = clock.wait(until: clock.monotonicMicroseconds() + 1_000_000, cancellation)
        }
        return nil
    }

    /// A tool's way.
    static func takeAny(of brand: String, in partners: String) throws(Errno) -> PartnerLock? {
        if let large = try take(.large, of: brand, in: partners) { return large }
        return try take(.small, of: brand, in: partners)
    }

    private init(part: Part, directory: consuming FileDescriptor) {
        self.part = part
        self.directory = directory
    }

    /// Whoever holds it says until when.
    package consuming func release() {}
}

extension GovernorSettings {
    /// The same for somebody who has that part of the limits.
    package func having(_ part: PartnerLock.Part) -> GovernorSettings {
        var settings = self
        settings.share *= part.share
        return settings
    }
}
