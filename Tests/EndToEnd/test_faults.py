"""Disks that are full or fail, and two servers for one journal."""

import shutil
import time

import pytest

from harness import deliveries, journal, wire
from harness.faults import FAILED
from harness.lockstep import wait_for

class Sender:
    """Sends one delivery after the other on a connection that it renews, and remembers what was acknowledged."""

    def __init__(self, server):
        self.server = server
        self.counter = 0
        self.acknowledged: list[int] = []
        self.connection: wire.Connection | None = None

    def send(self) -> wire.Answer | None:
        self.counter += 1
        try:
            self.connection = self.connection or wire.Connection(self.server.public)
            answer = self.connection.exchange(self.padded(self.counter))
        except OSError:
            self.connection = None
            return None
        if answer.fields.get("connection") == "close":
            self.connection = None
        if answer.status == 200:
            self.acknowledged.append(self.counter)
        return answer

    def padded(self, counter: int) -> bytes:
        """Some twelve kilobytes, so that a segment is soon full."""
        return deliveries.webhook(deliveries.order_body(10001, counter, padding=98))

    def send_until(self, status: int, limit: int) -> wire.Answer:
        for _ in range(limit):
            answer = self.send()
            if answer is not None and answer.status == status:
                return answer
        raise AssertionError(f"no {status} after {limit} deliveries; the last answer was {answer}")


def assert_refuses_politely(server, answer: wire.Answer) -> None:
    assert int(answer.fields["retry-after"]) > 0
    assert wire.get(server.public, "/healthz").status == 200
    readiness = wire.get(server.public, "/readyz")
    assert readiness.status == 503 and b'"ready":false' in readiness.body.replace(b" ", b"")
    assert b'"reasons":[]' not in readiness.body.replace(b" ", b"")


def test_a_full_disk_refuses_and_recovers_without_a_restart(lockstep, small_disk):
    server = lockstep(journal_directory=small_disk / "journal").start()
    sender = Sender(server)
    assert sender.send().status == 200
    ballast = small_disk / "ballast"
    fill(ballast)
    assert_refuses_politely(server, sender.send_until(503, limit=20_000))
    before = len(sender.acknowledged)

    ballast.unlink()
    wait_for(lambda: sender.send().status == 200, "space is used again", 20)
    assert server.readiness() == 200
    assert len(sender.acknowledged) > before
    assert server.stop() == 0
    assert "holds" in server.verify()
    assert journal.orders(server) == {10001: sender.acknowledged}


def fill(file) -> None:
    with file.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"\0" * 65536)
        except OSError:
            pass


def test_a_full_journal_refuses_and_loses_nothing(lockstep):
    server = lockstep(journal={"sizeLimit": "48 MiB"}).start()
    sender = Sender(server)
    assert_refuses_politely(server, sender.send_until(503, limit=20_000))
    assert b"journalFull" in wire.get(server.public, "/readyz").body
    assert server.stop() == 0
    assert "holds" in server.verify()
    assert journal.orders(server) == {10001: sender.acknowledged}
    # A larger limit is all that it takes.
    server.journal["sizeLimit"] = "128 MiB"
    server.start()
    assert Sender(server).send().status == 200


@pytest.mark.parametrize("nth", [8, 23])
def test_after_a_failed_sync_nothing_is_acknowledged_and_the_server_ends(lockstep, nth):
    """Promise P10, on the real binary: the n-th `fdatasync` of the process fails with EIO."""
    strace = shutil.which("strace")
    assert strace, "Debian's package strace is missing"
    trace = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={nth}+"]
    server = lockstep(wrapper=[strace, *trace]).start()
    sender = Sender(server)
    answers = []
    end = time.monotonic() + 30
    while server.is_running() and time.monotonic() < end:
        answers.append(sender.send())
        time.sleep(0.005)
    assert server.process.poll() not in (None, 0), "it must end, and say that it failed"
    statuses = [answer.status if answer else 0 for answer in answers]
    refused = next(index for index, status in enumerate(statuses) if status != 200)
    assert refused > 0, "some were acknowledged before"
    assert 200 not in statuses[refused:], statuses[refused:]
    assert "fdatasync" in server.said() or "sync" in server.said()

    server.wrapper = []
    server.start()
    assert server.stop() == 0
    assert "holds" in server.verify()
    kept = journal.orders(server).get(10001, [])
    assert kept[: len(sender.acknowledged)] == sender.acknowledged
    assert kept == sorted(set(kept))


def test_a_second_server_on_the_same_journal_is_refused(lockstep):
    first = lockstep().start()
    second = lockstep(journal_directory=first.journal_directory).start(until_ready=False)
    assert second.wait() == FAILED
    assert "another process has this journal open" in second.said() and str(first.journal_directory) in second.said(), second.said()
    assert first.is_running() and first.readiness() == 200


def test_damage_is_refused_with_its_place_and_nothing_behind_it_is_hidden(lockstep):
    server = lockstep().start()
    sender = Sender(server)
    for _ in range(20):
        assert sender.send().status == 200
    assert server.stop() == 0
    segment = sorted(server.journal_directory.glob("*.segment"))[0]
    content = bytearray(segment.read_bytes())
    content[4096] ^= 0x01
    segment.write_bytes(content)

    done = server.replay("verify", *server.journal_arguments, succeeds=False)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and segment.name in said, said
    shown = journal.orders(server, succeeds=False)[10001]
    assert shown[-1] == sender.acknowledged[-1] and len(shown) >= len(sender.acknowledged) - 3
    server.start(until_ready=False)
    assert server.wait() != 0
    assert segment.name in server.said()


def test_files_belong_to_the_owner_alone(lockstep):
    server = lockstep().start()
    assert sender_status(server) == 200
    assert server.journal_directory.stat().st_mode & 0o777 == 0o700
    for path in server.journal_directory.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def sender_status(server) -> int:
    return Sender(server).send().status
