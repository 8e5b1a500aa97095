// What a disk may hold after the power went: everything that was synced, and any part of what was not.
//
// A device writes a sector of 512 octets whole or not at all, and sectors in any order. Some images also stop a write
// at any octet, which is harsher than a device is; only where it stands on zeros, as a batch does.
@testable import Journal

enum PowerCut: CaseIterable {
    /// Nothing that was not synced.
    case syncedOnly
    /// Of every sector some older or newer state, chosen for each alone.
    case anySectors
    /// The writes in their order up to one that stopped at some octet.
    case stoppedWrite
    /// No power cut: the process was killed and the kernel still has everything, synced or not.
    case killed
}

extension SimulatedDisk {
    func after(_ cut: PowerCut, _ chance: inout SeededChance) -> SimulatedDisk {
        let contents = contents
        if cut == .killed { return SimulatedDisk(contents) }
        var left = Contents()
        left.nextInode = contents.nextInode
        left.entries = contents.syncedEntries
        for change in contents.unsyncedEntries where cut != .syncedOnly && chance.coin() { left.entries.apply(change) }
        left.syncedEntries = left.entries
        for inode in left.entries.values.sorted() {
            guard let file = contents.inodes[inode] else { continue }
            let octets = file.image(after: cut, &chance)
            left.inodes[inode] = Inode(synced: octets, cached: octets)
        }
        return SimulatedDisk(left)
    }
}

extension [String: Int] {
    /// A change moves an inode, so what another change did not leave there is not touched.
    fileprivate mutating func apply(_ change: SimulatedDisk.DirectoryChange) {
        switch change {
        case .add(let name, let inode): self[name] = inode
        case .remove(let name, let inode): if self[name] == inode { self[name] = nil }
        case .rename(let old, let new, let inode):
            self[new] = inode
            if self[old] == inode { self[old] = nil }
        }
    }
}

extension SimulatedDisk.Inode {
    fileprivate func image(after cut: PowerCut, _ chance: inout SeededChance) -> [UInt8] {
        switch cut {
        case .syncedOnly: synced
        case .killed: cached
        case .anySectors: imageOfAnySectors(&chance)
        case .stoppedWrite: imageOfStoppedWrite(&chance)
        }
    }

    private func imageOfAnySectors(_ chance: inout SeededChance) -> [UInt8] {
        var versions: [Int: Int] = [:]
        for write in unsynced { for sector in write.sectors { versions[sector.number, default: 0] += 1 } }
        // How many of a sector's versions were written out before the cut; sorted, so that a seed repeats.
        for sector in versions.keys.sorted() { versions[sector] = chance.below((versions[sector] ?? 0) + 1) }
        var image = synced
        for write in unsynced {
            for sector in write.sectors where (versions[sector.number] ?? 0) > 0 {
                versions[sector.number, default: 0] -= 1
                image.overwrite(write.bytes[sector.range], at: write.offset + sector.range.lowerBound)
            }
        }
        return image
    }

    private func imageOfStoppedWrite(_ chance: inout SeededChance) -> [UInt8] {
        guard !unsynced.isEmpty else { return synced }
        var image = synced
        let stopped = chance.below(unsynced.count)
        for write in unsynced[..<stopped] { image.overwrite(write.bytes[...], at: write.offset) }
        let write = unsynced[stopped]
        let end = min(image.count, write.offset + write.bytes.count)
        let standsOnZeros = end <= write.offset || image[write.offset..<end].allSatisfy { $0 == 0 }
        var count = chance.below(write.bytes.count + 1)
        if !standsOnZeros { count = write.sectors.map(\.range.lowerBound).last { $0 <= count } ?? 0 }
        image.overwrite(write.bytes[..<count], at: write.offset)
        return image
    }
}

extension SimulatedDisk.Write {
    /// The sectors of the file that it touches, and which of its octets belong to each.
    fileprivate var sectors: [(number: Int, range: Range<Int>)] {
        guard !bytes.isEmpty else { return [] }
        let size = SegmentScan.sectorOctets
        return (offset / size...(offset + bytes.count - 1) / size).map { number in
            (number, max(0, number * size - offset)..<min(bytes.count, (number + 1) * size - offset))
        }
    }
}
