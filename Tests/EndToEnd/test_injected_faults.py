"""Promise P10 on the real binary: the kernel refuses a call while the server is under load. Whatever it refuses, what
was acknowledged is there after a restart; after a refused write or sync of the journal nothing is acknowledged again."""

import subprocess
import time

import pytest

from harness import deliveries, journal, wire
from harness.faults import FAILED, Fault, Load, preloaded
from harness.load import Clients
from harness.lockstep import wait_for
from test_faults import Sender, fill

# What is refused; of which file, when it matters; what the server's last words must be about. The second segment is
# prepared when the server starts, and becomes part of the journal when the first one is full.
PREPARED = "prepared-2.zero"
FATAL = {
    "the next sync": ("fdatasync", "error=EIO:when=1", None, "synced"),
    "a sync in the middle": ("fdatasync", "error=EIO:when=40", None, "synced"),
    "a sync, and all after it": ("fdatasync", "error=EIO:when=20+", None, "synced"),
    "a sync that was interrupted": ("fdatasync", "error=EINTR:when=10", None, "synced"),
    "a sync over the quota": ("fdatasync", "error=EDQUOT:when=10", None, "synced"),
    "a write without space": ("pwrite64", "error=ENOSPC:when=10", None, "written"),
    "a write": ("pwrite64", "error=EIO:when=10", None, "written"),
    "the next segment's header": ("pwrite64", "error=ENOSPC:when=1", PREPARED, "written"),
    "the next segment's sync": ("fdatasync", "error=EIO:when=1", PREPARED, "synced"),
    "the next segment's name": ("rename", "error=EIO:when=1", None, "synced"),
    "the directory's sync": ("fsync", "error=EIO:when=1", None, "synced"),
    "the note of the newest segment": ("pwrite64", "error=EIO:when=1", "newest", "written"),
    "the sync of the note": ("fdatasync", "error=EIO:when=1", "newest", "synced"),
}


@pytest.mark.parametrize("what", FATAL)
def test_after_a_refused_call_nothing_is_acknowledged_and_the_server_ends(lockstep, what):
    call, injection, name, word = FATAL[what]
    server = lockstep().start()
    wait_for(lambda: server.ask("/v1/journal")["nextSegmentPrepared"], "a segment is prepared")
    with Load(server) as load:
        wait_for(lambda: load.count > 0, "some are acknowledged")
        fault = Fault(server, call, injection, server.journal_directory / name if name else None)
        assert server.wait(60) == FAILED, server.said()
    fault.end()
    assert fault.has_struck
    load.assert_nothing_after_a_refusal()
    assert f"could not be {word}" in server.said()

    server.start()
    assert server.stop() == 0
    assert "holds" in server.verify()
    load.assert_nothing_is_missing()


def test_a_segment_that_cannot_be_prepared_is_no_failure(lockstep):
    """Its zeroes are nobody's delivery: the server refuses politely while it has no room, and tries again."""
    server = lockstep().start()
    wait_for(lambda: server.ask("/v1/journal")["nextSegmentPrepared"], "a segment is prepared")
    fault = Fault(server, "fdatasync", "error=EIO", server.journal_directory / "preparing-3.zero")
    with Load(server) as load:
        wait_for(lambda: any(503 in client.statuses for client in load.clients), "the journal is full", 60)
        assert wire.get(server.public, "/healthz").status == 200
        # A batch of many is refused while one delivery alone still fits, so the first refusal is not yet a full journal.
        wait_for(lambda: b"journalFull" in wire.get(server.public, "/readyz").body, "it says that it is not ready", 60)
        assert fault.has_struck
        fault.end()
        before = load.count
        wait_for(lambda: load.count > before, "it goes on by itself")
    assert server.stop() == 0
    assert "holds" in server.verify()
    load.assert_nothing_is_missing()


def test_a_meagre_kernel_is_not_noticed(lockstep, tmp_path):
    """Short reads and writes, and interruptions, everywhere: at the start, under load, while draining."""
    server = lockstep()
    server.environment = {"LD_PRELOAD": str(preloaded("meagre", tmp_path))}
    server.start()
    with Clients(server, 8, paddings=[0, 98, 490]) as clients:
        wait_for(lambda: clients.count >= 1_200, "two segments are filled", 90)
    assert clients.surprises == []
    assert server.stop() == 0
    assert len(list(server.journal_directory.glob("*.segment"))) >= 2
    server.start()
    assert server.ask("/v1/journal")["durableSequence"] > clients.count
    assert server.stop() == 0
    server.environment = {}
    assert "holds" in server.verify()
    found = {order: each for order, each in clients.acknowledged.items() if each}
    assert journal.orders(server) == found


@pytest.mark.parametrize("call", ["fdatasync", "pwrite64", "rename", "fsync"])
def test_a_journal_that_cannot_be_created_is_not_served(lockstep, call):
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when=1+"]
    server = lockstep(wrapper=strace).start(until_ready=False)
    assert server.wait() == FAILED
    assert str(server.journal_directory) in server.said() and "Input/output error" in server.said(), server.said()
    server.wrapper = []
    server.start()
    assert Sender(server).send().status == 200


def test_a_disk_that_is_full_from_the_start_is_named(lockstep, small_disk):
    server = lockstep(journal_directory=small_disk / "journal")
    ballast = small_disk / "ballast"
    fill(ballast)
    server.start(until_ready=False)
    assert server.wait() == FAILED
    assert str(server.journal_directory) in server.said() and "No space left" in server.said(), server.said()
    ballast.unlink()
    server.start()
    assert Sender(server).send().status == 200


def test_a_disk_that_may_only_be_read_is_named(lockstep, small_disk):
    server = lockstep(journal_directory=small_disk / "journal").start()
    assert Sender(server).send().status == 200
    assert server.stop() == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    server.start(until_ready=False)
    assert server.wait() == FAILED
    assert str(server.journal_directory) in server.said() and "Read-only" in server.said(), server.said()
    assert "holds" in server.verify(), "an operator can still look"
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    server.start()


@pytest.mark.parametrize("lost", ["the last", "all"])
def test_segments_that_are_gone_are_missed(lockstep, lost):
    """Behind the last segment nothing stands that could show that it is missing: the file `newest` does."""
    server = lockstep().start()
    with Load(server) as load:
        wait_for(lambda: len(segments(server)) >= 2, "two segments are there", 60)
    assert server.stop() == 0
    gone = segments(server)[-1:] if lost == "the last" else segments(server)
    kept = [(path, path.read_bytes()) for path in gone]
    for path in gone:
        path.unlink()
    server.start(until_ready=False)
    assert server.wait() == FAILED
    assert kept[-1][0].name in server.said() and "missing" in server.said(), server.said()
    done = server.replay("verify", *server.journal_arguments, succeeds=False)
    assert done.returncode != 0
    assert lost == "all" or kept[-1][0].name in done.stdout + done.stderr

    for path, octets in kept:
        path.touch(mode=0o600)
        path.write_bytes(octets)
    server.start()
    assert server.stop() == 0
    load.assert_nothing_is_missing()


def segments(server) -> list:
    return sorted(server.journal_directory.glob("*.segment"))


def test_a_clock_that_is_set_back_harms_nothing(lockstep, clock):
    """Deadlines go on by the monotonic clock; signatures are judged by the clock that is; the journal keeps its order."""
    now = 1_770_130_000
    server = lockstep(server={"headDeadline": "1 s"})
    server.environment = clock.environment
    server.start()
    body = deliveries.order_body(10_001, 1)
    assert server.post(deliveries.webhook(body, at=now)).status == 200
    with wire.Connection(server.public) as slow:
        slow.send(b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: a\r\n")
        clock.set(now - 86_400)
        began = time.monotonic()
        assert slow.receive().status == 408
        assert time.monotonic() - began < 10
    assert server.post(deliveries.webhook(deliveries.order_body(10_001, 2), at=now)).status == 401, "of the future"
    answer = server.post(deliveries.webhook(deliveries.order_body(10_001, 2), at=now - 86_400))
    assert answer.status == 200
    assert answer.fields["date"].startswith("Mon, 02 Feb 2026"), answer.fields
    assert server.post(deliveries.webhook(body, at=now - 86_400)).status == 200, "a redelivery, still recognised"
    assert server.stop() == 0
    server.start()
    assert server.stop() == 0
    assert "holds" in server.verify()
    shown = server.inspect("--kind", "delivery")
    assert [record["sequence"] for record in shown] == sorted(record["sequence"] for record in shown)
    assert len(shown) == 2, "the redelivery was not queued again"
