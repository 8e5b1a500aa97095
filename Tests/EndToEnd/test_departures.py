"""Peers that go away: in order, in the middle, or without a word. Whatever they leave behind is closed within its deadline,
and everybody else is served meanwhile."""

import socket
import time

import pytest

from harness import deliveries, siege, wire
from harness.lockstep import Lockstep, wait_for
from harness.watch import Usage

HEAD = b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\n"
DELIVERY = deliveries.webhook(deliveries.order_body(10001, 1))
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
# What was sent when the peer goes, and what half-closing there is answered with; None when with nothing.
STAGES = {
    "connected": (b"", None),
    "in the request line": (b"POST /v1/ulv", 400),
    "in the head": (HEAD, 400),
    "between head and body": (HEAD + b"Content-Length: 10\r\n\r\n", 400),
    "in the body": (HEAD + b"Content-Length: 10\r\n\r\n12345", 400),
    "in a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nA\r\n12345", 400),
    "waiting for 100": (HEAD + b"Expect: 100-continue\r\nContent-Length: 10\r\n\r\n", 400),
    "asked": (DELIVERY, 200),
    "asked often": (HEALTH * 500, 200),
    "asked, and begun again": (DELIVERY + b"POST /v1", 200),
}
CONNECTIONS_EACH = 40
DEADLINES = {"headDeadline": "2 s", "bodyDeadline": "2 s", "answerDeadline": "2 s", "idleDeadline": "2 s"}
# The deadline, what a closing connection lingers (LoopLimits.lingerDeadline), and slack.
GONE_WITHIN_SECONDS = 2 + 2 + 2


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Lockstep(tmp_path_factory.mktemp("departures"), server=DEADLINES).start()
    yield made
    made.kill()


@pytest.mark.parametrize("how", ["closing", "resetting", "vanishing"])
def test_nothing_is_left_of_peers_that_are_gone(server, how):
    usage = Usage(server)
    wait_for(lambda: open_connections(server) == 0, "those before are gone")
    before = usage.descriptors
    for octets, _ in STAGES.values():
        peers = [wire.Connection(server.public).socket for _ in range(CONNECTIONS_EACH)]
        for peer in peers:
            peer.sendall(octets)
            leave(peer, how)
        assert wire.get(server.public, "/healthz").status == 200
    began = time.monotonic()
    wait_for(lambda: open_connections(server) == 0, "all are closed", GONE_WITHIN_SECONDS)
    wait_for(lambda: usage.descriptors <= before, "all descriptors are given back", 5)
    print(f"{CONNECTIONS_EACH} {how} at each of {len(STAGES)} stages: gone after {time.monotonic() - began:.1f} s")
    assert wire.get(server.public, "/healthz").status == 200


def leave(peer: socket.socket, how: str) -> None:
    if how == "closing":
        peer.close()
    elif how == "resetting":
        siege.reset(peer)
    else:
        try:
            siege.vanish(peer)
        except PermissionError:
            siege.reset(peer)
            pytest.skip("only root may go away without a word")


def open_connections(server) -> int:
    return int(server.metrics()["lockstep_connections"])


@pytest.mark.parametrize("stage", STAGES)
def test_a_peer_that_will_send_no_more_still_gets_its_answer(server, stage):
    octets, status = STAGES[stage]
    with wire.Connection(server.public) as connection:
        connection.send(octets)
        connection.socket.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.socket.recv(1 << 16), b""))
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()) if status else answer == b"", answer[:200]


def test_writing_to_a_peer_that_is_gone_is_no_signal_and_no_error_of_others(server):
    """Answers that the kernel still has to send, or cannot: EPIPE and ECONNRESET belong to one connection."""
    for counter in range(50):
        peer = wire.Connection(server.public).socket
        peer.sendall(deliveries.webhook(deliveries.order_body(10002, counter)) * 3 + HEALTH * 50)
        siege.reset(peer)
    assert server.is_running()
    assert server.post(deliveries.webhook(deliveries.order_body(10002, 1_000))).status == 200


def test_connections_that_are_aborted_before_they_are_accepted_cost_nothing(server):
    for _ in range(500):
        siege.reset(wire.Connection(server.public).socket)
    assert wire.get(server.public, "/healthz").status == 200
    assert server.metrics()["lockstep_descriptor_shortages_total"] == 0
