// Follows the chain past damage: notes the place, looks for the next intact record and goes on there, so that nothing
// behind the damage is hidden.
//
// It never goes backwards. A segment of another journal, or one in the place of a later one, is named and passed over.

struct TolerantWalker {
    private var walker = ChainWalker()
    /// Whose journal it is; nil when no segment's header tells, and then no record can be checked.
    private let identity: JournalIdentity?
    /// What was lost at the end of a segment shows only where the next one begins.
    private var hasLostEnd = false

    init(identity: JournalIdentity?) {
        self.identity = identity
    }

    func findsDamage(_ name: SegmentName, _ bytes: [UInt8]) -> Bool {
        var copy = self
        return copy.walk(name, bytes, isLast: true) { _ in }.contains { $0.isDamage }
    }

    mutating func walk(
        _ name: SegmentName, _ bytes: [UInt8], isLast: Bool, visit: (RecordView) -> Void
    ) -> [JournalReader.Finding] {
        let header = bytes.withUnsafeBytes { SegmentHeader($0) }
        var findings: [JournalReader.Finding] = []
        if hasLostEnd, let header, isOurs(header) { findings += goOn(at: header) }
        hasLostEnd = false
        let damage = walker.enter(name, header, octets: bytes.count)
        if let damage {
            findings.append(.damage(damage))
            let known = header ?? headerByName(name, bytes)
            guard let known, isOurs(known) else {
                passOver(name)
                return findings
            }
            findings += goOn(at: known)
            walker.header = known
        }
        findings += bytes.withUnsafeBytes { walkRecords(name, $0, isLast: isLast, visit: visit) }
        // A file that was cut off ends cleanly, and too early.
        if damage != nil { hasLostEnd = true }
        return findings
    }

    /// Whether it begins with a record of this journal that was not passed yet.
    private func isOurs(_ header: SegmentHeader) -> Bool {
        header.identity == identity && (walker.header == nil || header.firstSequence >= walker.position.next)
    }

    /// What the header must have said, by the file's name and its first record.
    private func headerByName(_ name: SegmentName, _ bytes: [UInt8]) -> SegmentHeader? {
        identity.map { identity in
            let first = bytes.withUnsafeBytes { RecordHead($0, at: SegmentHeader.octets, seed: identity.seed) }
            return SegmentHeader(
                fileOctets: bytes.count, identity: identity, index: name.index, firstSequence: name.firstSequence,
                previous: first?.previous ?? walker.position.previous, created: 0)
        }
    }

    private mutating func goOn(at header: SegmentHeader) -> [JournalReader.Finding] {
        let missing = walker.header == nil ? nil : missing(before: header.firstSequence)
        walker.position.next = header.firstSequence
        walker.position.previous = header.previous
        return missing.map { [$0] } ?? []
    }

    private func missing(before number: SequenceNumber) -> JournalReader.Finding? {
        number > walker.position.next ? .missing(walker.position.next...number - 1) : nil
    }

    private mutating func passOver(_ name: SegmentName) {
        walker.header?.index = name.index
        hasLostEnd = true
    }

    private mutating func walkRecords(
        _ name: SegmentName, _ bytes: UnsafeRawBufferPointer, isLast: Bool, visit: (RecordView) -> Void
    ) -> [JournalReader.Finding] {
        let scan = walker.scan(bytes)
        var findings: [JournalReader.Finding] = []
        var offset = SegmentHeader.octets
        while case .invalid(let place, let reason) = scan.walk(from: offset, position: &walker.position, visit: visit) {
            let expected = walker.position.next
            if TailRule.decide(scan.evidence(at: place, expected: expected, isLastSegment: isLast)).verdict == .torn {
                let end = (bytes.lastNonZero(from: place) ?? place) + 1
                return findings + [.unfinishedTail(segment: name.text, offset: place, octets: end - place)]
            }
            findings.append(
                .damage(Damage(segment: name.text, offset: place, expected: expected, reason: reason)))
            guard let next = nextReadable(scan, from: place) else {
                hasLostEnd = true
                return findings
            }
            if let missing = missing(before: next.head.sequence) { findings.append(missing) }
            walker.position.next = next.head.sequence
            walker.position.previous = next.head.previous
            offset = next.offset
        }
        return findings
    }

    /// The next place to read on from: the intact record itself when only its link to the one before is wrong.
    private func nextReadable(_ scan: SegmentScan, from place: Int) -> (offset: Int, head: RecordHead)? {
        let expected = walker.position.next
        if let head = RecordHead(scan.bytes, at: place, seed: scan.seed), head.isIntact(scan.bytes, at: place),
            head.sequence >= expected
        {
            return (place, head)
        }
        return scan.nextIntact(after: place, atLeast: expected)
    }
}
