"""Clients that are slow, silent, greedy or gone: the others are served all the same, and memory, descriptors and
processor time stay within bounds. Every test prints what it measured."""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from harness import deliveries, siege, wire
from harness.lockstep import wait_for
from harness.watch import MEBIBYTE, PoliteClient, Usage, undisturbed

POLITE_BOUND_IN_MILLISECONDS = 100
# Who sends as fast as memory goes keeps the loop busy: a turn over 2,000 of them takes 50 ms where the crowd and the server
# have a processor each. Nobody may wait for many turns.
POLITE_BOUND_AMONG_GREEDY_IN_MILLISECONDS = 1_000
RESIDENT_BOUND = 96 * MEBIBYTE
# A quarter of a second between looks at the deadlines, and what a busy machine adds.
SLACK_IN_SECONDS = 2


def tries(measure, is_within, count: int = 3):
    """The first measurement within its bound. On a busy machine one may be spoilt by others; a server that is too slow
    spoils all of them."""
    for _ in range(count):
        figure = measure()
        if is_within(figure):
            return figure
    raise AssertionError(f"out of bounds {count} times, the last time {figure}")


@pytest.fixture(autouse=True)
def priority():
    with undisturbed():
        yield


@pytest.fixture
def memory(tmp_path):
    """A place for a journal where a sync costs nothing: how long a client waits for a disk that others keep busy is not
    what is measured here."""
    if not os.access("/dev/shm", os.W_OK):
        yield None
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="lockstep-") as place:
        yield Path(place) / "journal"


# Slow

DEADLINE_IN_SECONDS = 3
SHORT_DEADLINES = {key: f"{DEADLINE_IN_SECONDS} s" for key in ["headDeadline", "bodyDeadline", "answerDeadline"]}
# The deadline of a head and a body begins with the connection here; that of an answer when the kernel takes no more.
SLOW = [siege.DrippingHead, siege.DrippingBody, siege.DrippingChunks, siege.SlowlyReading]
SLOW_CONNECTIONS = 2_000


def test_slow_connections_end_in_time_while_others_are_served(lockstep, memory):
    server = lockstep(server=SHORT_DEADLINES, journal_directory=memory).start()

    def measure() -> tuple[float, float]:
        """The polite client's 99th percentile in milliseconds, and by how many seconds a deadline was missed."""
        members = [kind(delay=index % 300 / 1_000) for kind in SLOW for index in range(SLOW_CONNECTIONS // len(SLOW))]
        with siege.Crowd(server.public, members) as crowd, PoliteClient(server) as polite:
            fates = crowd.everybody_left(limit_in_seconds=20)
        late = 0.0
        for kind in SLOW:
            own = [each for each in fates if each.kind == kind.kind]
            assert all(each.ended is not None for each in own), f"of {kind.kind} some are still there"
            seconds = [each.seconds for each in own]
            print(f"{len(own)} x {kind.kind}: closed after {min(seconds):.1f} to {max(seconds):.1f} s, "
                  f"the deadline is {DEADLINE_IN_SECONDS} s")
            if kind is not siege.SlowlyReading:
                assert {each.status for each in own} <= {408, 0}, kind.kind
                late = max(late, max(seconds) - DEADLINE_IN_SECONDS)
        print(f"polite meanwhile: {polite.figures}")
        assert not polite.surprises
        return polite.percentile(0.99), late

    tries(measure, lambda figures: figures[0] < POLITE_BOUND_IN_MILLISECONDS and figures[1] < SLACK_IN_SECONDS)


# Idle

IDLE_CONNECTIONS = 10_000
IDLE_BOUND_IN_OCTETS = 8 * 1_024


@pytest.mark.parametrize("kind", [siege.Member, siege.Asking], ids=["silent", "after a request"])
def test_idle_connections_cost_little(lockstep, kind):
    if siege.raise_descriptor_limit() < IDLE_CONNECTIONS + 1_000:
        pytest.skip("this machine does not let a process have that many descriptors")
    server = lockstep(server={"connectionLimit": 10_100}).start()
    usage = Usage(server)
    warm_up(server)
    before = usage.resident
    with siege.Crowd(server.public, [kind() for _ in range(IDLE_CONNECTIONS)]) as crowd:
        wait_for(lambda: server.metrics()["lockstep_connections"] >= IDLE_CONNECTIONS, "all are connected")
        if kind is siege.Asking:
            wait_for(lambda: server.metrics()["lockstep_requests_total"] >= IDLE_CONNECTIONS, "all have asked")
            time.sleep(0.5)
            assert all(each.status == 200 for each in crowd.fates())
        each = (usage.resident - before) / IDLE_CONNECTIONS
        print(f"{IDLE_CONNECTIONS} connections: {each / 1024:.2f} KiB each, resident {usage.resident / MEBIBYTE:.1f} MiB")
        assert each < IDLE_BOUND_IN_OCTETS
        assert server.post(deliveries.webhook(deliveries.order_body(10001, 1_000))).status == 200


def warm_up(server) -> None:
    """What the first requests make is no cost of the connections."""
    for counter in range(200):
        assert server.post(deliveries.webhook(deliveries.order_body(10001, counter))).status == 200


# Greedy

GREEDY = [siege.FloodingBody, siege.FloodingChunks, siege.FloodingHead, siege.NeverReading, siege.SlowlyReading]
GREEDY_CONNECTIONS = 2_000
GREEDY_SECONDS = 4


@pytest.mark.parametrize("kind", GREEDY, ids=lambda kind: kind.kind)
def test_greedy_connections_take_no_more_than_their_share(lockstep, memory, kind):
    server = lockstep(journal_directory=memory).start()
    usage = Usage(server)
    warm_up(server)
    before = usage.resident
    usage.forget_peak()

    def measure() -> float:
        cost = usage.processor_seconds
        with siege.Crowd(server.public, [kind() for _ in range(GREEDY_CONNECTIONS)]) as crowd:
            with PoliteClient(server, first=1_000) as polite:
                time.sleep(GREEDY_SECONDS)
                assert wire.get(server.public, "/healthz").status == 200
            fates = crowd.fates()
        growth = usage.peak - before
        statuses = {status: sum(each.status == status for each in fates) for status in {each.status for each in fates}}
        print(f"{kind.kind}: resident grew by {growth / MEBIBYTE:.1f} MiB at most, to {usage.peak / MEBIBYTE:.1f}; "
              f"{sum(each.sent for each in fates) / MEBIBYTE:.0f} MiB sent; answers {statuses}; "
              f"{usage.processor_seconds - cost:.1f} s of processor time in {GREEDY_SECONDS} s")
        print(f"polite meanwhile: {polite.figures}")
        assert not polite.surprises
        assert growth < RESIDENT_BOUND
        assert all("retry-after" in each.answer.decode().lower() for each in fates if each.status == 503)
        return polite.percentile(0.99)

    tries(measure, lambda milliseconds: milliseconds < POLITE_BOUND_AMONG_GREEDY_IN_MILLISECONDS)


# Many

CONNECTION_LIMIT = 100
# LoopLimits.spareConnections
SPARE_CONNECTIONS = 64


def test_above_the_limit_of_connections_health_is_answered_and_the_rest_is_refused(lockstep):
    server = lockstep(server={"connectionLimit": CONNECTION_LIMIT}).start()
    own = [wire.Connection(server.public) for _ in range(CONNECTION_LIMIT)]
    wait_for(lambda: server.metrics()["lockstep_connections"] >= CONNECTION_LIMIT, "the limit is reached")
    delivery = deliveries.webhook(deliveries.order_body(10001, 1))
    for _ in range(3):
        refused = wire.exchange(server.public, delivery)
        assert refused.status == 503 and int(refused.fields["retry-after"]) > 0, refused
        assert refused.fields["connection"] == "close"
        assert wire.get(server.public, "/healthz").status == 200
        assert wire.get(server.public, "/readyz").status == 200
    # Those who came first are served as ever.
    assert own[0].exchange(delivery).status == 200
    with siege.Crowd(server.public, [siege.Member() for _ in range(500)]) as crowd:
        began = time.monotonic()
        for _ in range(20):
            assert wire.get(server.public, "/healthz").status == 200
        print(f"500 more that say nothing: /healthz answers after {(time.monotonic() - began) / 20 * 1_000:.1f} ms")
        wait_for(lambda: sum(each.ended is None for each in crowd.fates()) <= SPARE_CONNECTIONS, "the rest is refused")
        gone = [each for each in crowd.fates() if each.ended is not None]
        assert {each.status for each in gone} == {503}
        assert all(b"Retry-After" in each.answer for each in gone)
    for connection in own[:10]:
        connection.close()
    wait_for(lambda: wire.exchange(server.public, delivery).status == 200, "there is room again", 2)
    assert server.metrics()["lockstep_refused_connections_total"] > 0


# Descriptors

DESCRIPTORS = 300


def with_descriptors(count: int) -> list[str]:
    return ["bash", "-c", f'ulimit -n {count} && exec "$@"', "lockstep"]


def test_a_small_limit_of_descriptors_is_a_smaller_limit_of_connections(lockstep):
    """The connections never take what the journal needs: segments are made and records read back meanwhile."""
    server = lockstep(wrapper=with_descriptors(DESCRIPTORS)).start()
    assert "connectionLimit" in server.said(), "it says at the start that its limit cannot be reached"
    usage = Usage(server)
    with siege.Crowd(server.public, [siege.Member() for _ in range(1_000)]):
        wait_for(lambda: server.metrics()["lockstep_refused_connections_total"] > 100, "connections are refused")
        assert server.metrics()["lockstep_descriptor_shortages_total"] == 0
        assert usage.descriptors < DESCRIPTORS
        cost, began = usage.processor_seconds, time.monotonic()
        time.sleep(3)
        share = (usage.processor_seconds - cost) / (time.monotonic() - began)
        print(f"{usage.descriptors} of {DESCRIPTORS} descriptors in use, {share:.2f} cores")
        assert share < 0.8
        assert wire.get(server.public, "/healthz").status == 200
    wait_for(lambda: wire.exchange(server.public, delivery(1)).status == 200, "deliveries are taken again", 10)


def delivery(counter: int, padding: int = 0) -> bytes:
    return deliveries.webhook(deliveries.order_body(10001, counter, padding))


def test_a_shortage_of_descriptors_neither_crashes_nor_spins_and_is_survived(lockstep):
    """A limit that shrinks below what is open, which is also how a machine without any descriptor left looks."""
    assert shutil.which("prlimit")
    server = lockstep().start()
    usage = Usage(server)
    own = wire.Connection(server.public)
    assert own.exchange(delivery(1)).status == 200
    limit_descriptors(server, usage.descriptors + 100)
    with siege.Crowd(server.public, [siege.Member() for _ in range(400)]):
        wait_for(lambda: usage.descriptors >= 100, "they are used up")
        time.sleep(0.5)
        cost, began = usage.processor_seconds, time.monotonic()
        answers = [own.exchange(delivery(2 + each, padding=98)).status for each in range(1_500)]
        busy = time.monotonic() - began
        cost, began = usage.processor_seconds, time.monotonic()
        time.sleep(3)
        share = (usage.processor_seconds - cost) / (time.monotonic() - began)
        print(f"shortage: {share:.2f} cores; on an open connection {answers.count(200)} of {len(answers)} deliveries "
              f"were taken in {busy:.1f} s, {answers.count(503)} refused")
        assert share < 0.8
        assert set(answers) <= {200, 503} and answers[0] == 200
        assert own.exchange(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200
    began = time.monotonic()
    wait_for(lambda: is_taken(server, 5_000), "new connections are served again", 10)
    print(f"new connections are served {time.monotonic() - began:.1f} s after the others closed")
    limit_descriptors(server, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    wait_for(lambda: is_taken(server, 6_000), "deliveries are taken", 10)
    assert server.metrics()["lockstep_descriptor_shortages_total"] > 0
    assert server.stop() == 0
    assert "holds" in server.verify()


def is_taken(server, counter: int) -> bool:
    try:
        return server.post(delivery(counter)).status in (200, 503)
    except OSError:
        return False


def limit_descriptors(server, count: int) -> None:
    subprocess.run(["prlimit", "--pid", str(server.process.pid), f"--nofile={count}:"], check=True)
