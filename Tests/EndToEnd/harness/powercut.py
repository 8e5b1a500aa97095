"""What a disk may hold after the power went, at any place of a recording of the server's system calls.

A device writes a sector of 512 octets whole or not at all, and what was not synced in any order. A file that was synced
is still lost when the directory that names it was not. The rules are those of Tests/JournalTests/PowerCut.swift; here
they are held against the real binary and everything between it and the kernel.
"""

import os
import random
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

from .faults import preloaded

SECTOR = 512
VARIANTS = ["synced only", "any sectors", "stopped write", "any writes", "everything"]

# A journaled delivery of `deliveries.order_body`: its events, first the order's, then the shipment's. An event is its
# code, the count of its subjects, and for each its code, its length and its digits (Sources/Webhooks/DeliveryRecord.swift).
_journaled = re.compile(rb"\x02\x01\x00\x02\x06(\d{6})\x03\x01\x00\x03(.)(\d+)", re.DOTALL)
_requested = re.compile(rb"%22order%22.*?%22id%22%3A(\d{6})%7D.*?%22shipment%22.*?%22id%22%3A(\d+)%7D", re.DOTALL)

# Order number and counter of a delivery.
Delivery = tuple[int, int]


@dataclass
class Event:
    kind: str
    descriptor: int
    offset: int
    length: int
    octets: bytes

    def paths(self) -> list[str]:
        return [Path(each).name for each in os.fsdecode(self.octets).split("\0")]


class Recorder:
    """Compiles the library to be preloaded, and reads what it wrote down."""

    def __init__(self, directory: Path, journal: Path):
        self.file = directory / "recording"
        self.environment = {
            "LD_PRELOAD": str(preloaded("recorder", directory)), "RECORDING": str(self.file), "RECORDED_DIRECTORY": str(journal)}

    def events(self) -> list[Event]:
        head = struct.Struct("<c3xiQQ")
        octets = self.file.read_bytes()
        events, place = [], 0
        while place < len(octets):
            kind, descriptor, offset, length = head.unpack_from(octets, place)
            place += head.size
            kind = kind.decode()
            content = b"" if kind in "zsSc" else octets[place:place + length]
            place += len(content)
            events.append(Event(kind, descriptor, offset, length, content))
        return events


def holds_delivery(event: Event) -> bool:
    return _journaled.search(event.octets) is not None


@dataclass(eq=False)
class Write:
    offset: int
    octets: bytes
    is_synced: bool = False

    def sectors(self) -> list[tuple[int, int, int]]:
        """Number of the sector, and which of the write's octets belong to it."""
        return [(number, max(0, number * SECTOR - self.offset), min(len(self.octets), (number + 1) * SECTOR - self.offset))
                for number in range(self.offset // SECTOR, (self.offset + len(self.octets) - 1) // SECTOR + 1)]


@dataclass(eq=False)
class Inode:
    synced: bytearray = field(default_factory=bytearray)
    unsynced: list[Write] = field(default_factory=list)
    # Of `unsynced`, how many were there when a sync that still runs began.
    covered: int = 0

    def finish_sync(self) -> None:
        for write in self.unsynced[:self.covered]:
            overwrite(self.synced, write.offset, write.octets)
            write.is_synced = True
        self.unsynced = self.unsynced[self.covered:]
        self.covered = 0

    def image(self, variant: str, chance: random.Random) -> bytearray:
        image = bytearray(self.synced)
        if variant == "everything":
            for write in self.unsynced:
                overwrite(image, write.offset, write.octets)
        elif variant == "any writes":
            for write in self.unsynced:
                if chance.random() < 0.5:
                    overwrite(image, write.offset, write.octets)
        elif variant == "any sectors":
            # Of each sector, how many of its versions had been written out.
            left: dict[int, int] = {}
            for write in self.unsynced:
                for number, _, _ in write.sectors():
                    left[number] = left.get(number, 0) + 1
            left = {number: chance.randint(0, versions) for number, versions in left.items()}
            for write in self.unsynced:
                for number, start, end in write.sectors():
                    if left[number] > 0:
                        left[number] -= 1
                        overwrite(image, write.offset + start, write.octets[start:end])
        elif variant == "stopped write" and self.unsynced:
            stopped = chance.randrange(len(self.unsynced))
            for write in self.unsynced[:stopped]:
                overwrite(image, write.offset, write.octets)
            write = self.unsynced[stopped]
            for _, start, end in write.sectors()[:chance.randrange(len(write.sectors()) + 1)]:
                overwrite(image, write.offset + start, write.octets[start:end])
        return image


def overwrite(image: bytearray, offset: int, octets: bytes) -> None:
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset:offset + len(octets)] = octets


class Disk:
    """The journal's directory, event by event, with what is synced and what is only written kept apart.

    `lies` names a kind of sync that is passed over, for the proof that the checks can fail: "data" or "directory"."""

    def __init__(self, lies: str = ""):
        self.lies = lies
        self.entries: dict[str, Inode] = {}
        self.synced_entries: dict[str, Inode] = {}
        # Not synced, oldest first: a name, and what it means from then on (nothing when it was removed).
        self.changes: list[list[tuple[str, Inode | None]]] = []
        self.covered_changes = 0
        self.open: dict[int, Inode | None] = {}
        self.incoming: dict[int, bytes] = {}
        self.written: dict[Delivery, tuple[Inode, Write]] = {}
        self.acknowledged: dict[int, list[int]] = {}
        # Acknowledged, and not on the disk at that moment.
        self.broken: list[Delivery] = []

    def apply(self, event: Event) -> bool:
        """True when it was an acknowledgement."""
        match event.kind:
            case "o": self.opened(event)
            case "c": self.open.pop(event.descriptor, None), self.incoming.pop(event.descriptor, None)
            case "w" | "z": self.wrote(event)
            case "s": self.began_sync(event)
            case "S": self.finished_sync(event)
            case "m":
                old, new = event.paths()
                inode = self.entries.pop(old)
                self.entries[new] = inode
                self.changes.append([(old, None), (new, inode)])
            case "u":
                name, = event.paths()
                if self.entries.pop(name, None) is not None:
                    self.changes.append([(name, None)])
            case "r": self.incoming[event.descriptor] = self.incoming.get(event.descriptor, b"") + event.octets
            case "a": return self.answered(event)
        return False

    def opened(self, event: Event) -> None:
        name, = event.paths()
        if event.offset & os.O_DIRECTORY == os.O_DIRECTORY:
            self.open[event.descriptor] = None
            return
        if name not in self.entries:
            assert event.offset & os.O_CREAT, f"{name} was opened and is not known"
            self.entries[name] = Inode()
            self.changes.append([(name, self.entries[name])])
        self.open[event.descriptor] = self.entries[name]

    def wrote(self, event: Event) -> None:
        inode = self.open[event.descriptor]
        write = Write(event.offset, event.octets if event.kind == "w" else bytes(event.length))
        inode.unsynced.append(write)
        if event.kind == "w":
            for match in _journaled.finditer(event.octets):
                self.written[int(match[1]), int(match[3][:match[2][0]])] = (inode, write)

    def began_sync(self, event: Event) -> None:
        inode = self.open[event.descriptor]
        if inode is None:
            self.covered_changes = len(self.changes)
        else:
            inode.covered = len(inode.unsynced)

    def finished_sync(self, event: Event) -> None:
        inode = self.open[event.descriptor]
        if inode is not None:
            if self.lies != "data":
                inode.finish_sync()
        elif self.lies != "directory":
            for change in self.changes[:self.covered_changes]:
                rename(self.synced_entries, change)
            self.changes = self.changes[self.covered_changes:]

    def answered(self, event: Event) -> bool:
        request = self.incoming.pop(event.descriptor, b"")
        delivery = _requested.search(request)
        if not event.octets.startswith(b"HTTP/1.1 200") or not delivery:
            return False
        order, counter = int(delivery[1]), int(delivery[2])
        self.acknowledged.setdefault(order, []).append(counter)
        inode, write = self.written.get((order, counter), (None, None))
        names = [name for name, each in self.synced_entries.items() if each is inode]
        if write is None or not write.is_synced or not any(name.endswith(".segment") for name in names):
            self.broken.append((order, counter))
        return True

    def image(self, variant: str, chance: random.Random) -> dict[str, bytes]:
        """What a machine may find when it starts again: names and octets."""
        entries = dict(self.entries if variant == "everything" else self.synced_entries)
        if variant not in ("everything", "synced only"):
            for change in self.changes:
                if chance.random() < 0.5:
                    rename(entries, change)
        return {name: bytes(inode.image(variant, chance)) for name, inode in entries.items()}


def rename(entries: dict[str, Inode], change: list[tuple[str, Inode | None]]) -> None:
    for name, inode in change:
        if inode is None:
            entries.pop(name, None)
        else:
            entries[name] = inode


def lay_out(image: dict[str, bytes], directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True)
    for name, octets in image.items():
        with (directory / name).open("wb") as file:
            file.write(octets.rstrip(b"\0"))
            file.truncate(len(octets))
        (directory / name).chmod(0o600)
