"""HTTP as the real program speaks it: nothing ambiguous is read, nothing behind it is answered, deadlines and limits are
those that README.md states, and nginx in front never sees fewer requests than Lockstep."""

import gzip
import re
import socket
import time

import pytest

from harness import attacks, deliveries, wire
from harness.lockstep import root, wait_for

README = (root / "README.md").read_text()


class Raw(wire.Connection):
    """Everything that comes until the other side closes, as octets."""

    def rest(self) -> bytes:
        received = b""
        try:
            while octets := self.socket.recv(65536):
                received += octets
        except ConnectionResetError:
            pass
        return received

    def send_singly(self, request: bytes) -> None:
        for index in range(len(request)):
            self.send(request[index:index + 1])


def heads(octets: bytes) -> list[str]:
    """The heads of the answers that stand in `octets`; no body of ours has such a line."""
    return [part.decode() for part in re.findall(rb"HTTP/1\.1 \d{3} [^\0]*?\r\n\r\n", octets)]


def malformed(server) -> float:
    return sum(value for name, value in server.metrics().items() if name.startswith("lockstep_malformed_requests"))


def smuggled(number: int) -> bytes:
    return deliveries.webhook(deliveries.order_body(66_000_000 + number, number))


# Refusals


@pytest.mark.parametrize("way", ["whole", "octet by octet"])
def test_nothing_behind_a_refused_request_is_read(lockstep, way):
    server = lockstep().start()
    for number, attack in enumerate(attacks.ALL):
        with Raw(server.public) as connection:
            if way == "whole":
                connection.send(attack.octets + smuggled(number))
            else:
                connection.send_singly(attack.octets)
                connection.send(smuggled(number))
            answers = heads(connection.rest())
        assert len(answers) == 1, f"{attack}: {answers}"
        assert answers[0].startswith(f"HTTP/1.1 {attack.status} "), f"{attack}: {answers[0]}"
        assert "\r\nConnection: close\r\n" in answers[0] and "\r\nDate: " in answers[0], str(attack)
    wait_for(lambda: malformed(server) == len(attacks.ALL), "each is counted as one refusal")
    assert server.inspect("--kind", "delivery") == []


def test_nginx_passes_on_no_request_that_it_does_not_know_of(lockstep, nginx):
    """Whatever nginx makes of an attack: as many requests come out of it as it counts, and each gets one answer."""
    server = lockstep().start()
    nginx.start(upstream=server.public)
    log = nginx.directory / "lockstep.log"

    def received() -> float:
        return server.metrics()["lockstep_requests_total"] + malformed(server)

    # The poll for readiness and nothing else; what is counted is shown a moment later.
    wait_for(lambda: received() > 0, "the first request is counted")
    before = received()
    answered = 0
    for number, attack in enumerate(attacks.ALL):
        with Raw(nginx.address) as connection:
            connection.socket.settimeout(0.3)
            connection.send(attack.octets + smuggled(number))
            try:
                octets = connection.rest()
            except TimeoutError:
                continue  # nginx waits for more of a body; what it has passed on is counted below
            answered += len(heads(octets))
    # By leaving, it writes what it has to write.
    nginx.stop()
    passed_on = [entry for entry in log.read_text().splitlines() if entry.rsplit(" ", 2)[1] != "-"]
    assert received() - before == len(passed_on), passed_on
    assert len(server.inspect("--kind", "delivery")) <= len(passed_on)
    assert answered > 0


# What is read


def exchange(address: wire.Address, request: str, count: int = 1) -> list[str]:
    """The heads of the answers to requests of which the last one closes."""
    with Raw(address) as connection:
        connection.send(request.encode("latin-1"))
        answers = heads(connection.rest())
    assert len(answers) == count, answers
    assert all("\r\nDate: " in answer for answer in answers), answers
    return answers


CLOSE = "Host: localhost\r\nConnection: close\r\n\r\n"
CASES = [
    ("9112 3.2.2 absolute-form", f"GET http://other/healthz HTTP/1.1\r\n{CLOSE}", 200, ""),
    ("9112 9.3 HTTP/1.0 ends", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "Connection: close"),
    ("9110 9.3.2 HEAD", f"HEAD /healthz HTTP/1.1\r\n{CLOSE}", 200, "Content-Length: 3"),
    ("9110 9.3.8 OPTIONS", f"OPTIONS /healthz HTTP/1.1\r\n{CLOSE}", 405, "Allow: GET, HEAD"),
    ("9110 15.5.6 DELETE", f"DELETE /readyz HTTP/1.1\r\n{CLOSE}", 405, "Allow: GET, HEAD"),
    ("9110 15.5.6 GET of a webhook", f"GET /v1/ulvmark/centra HTTP/1.1\r\n{CLOSE}", 405, "Allow: POST"),
    ("9110 15.5.2 no signature", f"POST /v1/ulvmark/centra HTTP/1.1\r\n{CLOSE}", 401, "WWW-Authenticate: "),
    ("3986 2.4 an escape leads nowhere", f"GET /%68ealthz HTTP/1.1\r\n{CLOSE}", 404, ""),
    ("3986 5.2.4 nor do dot segments", f"GET /v1/../healthz HTTP/1.1\r\n{CLOSE}", 404, ""),
    ("3986 5.2.4 escaped ones neither", f"GET /v1/%2e%2e/healthz HTTP/1.1\r\n{CLOSE}", 404, ""),
    ("3986 3.3 nor an escaped slash", f"POST /v1%2Fulvmark/centra HTTP/1.1\r\n{CLOSE}", 404, ""),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    from harness.lockstep import Lockstep
    server = Lockstep(tmp_path_factory.mktemp("http"), server={"bodyLimit": "64 KiB"}).start()
    yield server
    server.kill()


@pytest.mark.parametrize(("name", "request_text", "status", "field"), CASES, ids=[case[0] for case in CASES])
def test_a_request_gets_its_answer(running, name, request_text, status, field):
    answer = exchange(running.public, request_text)[0]
    assert answer.startswith(f"HTTP/1.1 {status} ") and field in answer, answer


def test_pipelined_requests_are_answered_in_order(running):
    """Deliveries wait for the disk, health checks do not; the answers come in the order of the requests all the same."""
    statuses = [404, 200, 405, 401, 200] * 8
    delivery = deliveries.webhook(deliveries.order_body(10001, 7)).decode()
    kinds = {404: "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 405: "PUT /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
             401: "POST /v1/ulvmark/centra HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200: delivery}
    text = "".join(kinds[status] for status in statuses) + f"GET /readyz HTTP/1.1\r\n{CLOSE}"
    answers = exchange(running.public, text, len(statuses) + 1)
    assert [int(answer.split(" ")[1]) for answer in answers] == [*statuses, 200]


def test_a_half_closed_connection_gets_all_its_answers(running):
    with Raw(running.public) as connection:
        connection.send(deliveries.webhook(deliveries.order_body(10001, 8)) * 3)
        connection.socket.shutdown(socket.SHUT_WR)
        assert [answer.split(" ")[1] for answer in heads(connection.rest())] == ["200"] * 3


def test_a_body_is_asked_for_once_and_only_when_it_will_be_read(running):
    request = deliveries.webhook(deliveries.order_body(10001, 9))
    head, body = request.split(b"\r\n\r\n", 1)
    with Raw(running.public) as connection:
        connection.send(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.send(body)
        assert connection.receive().status == 200
    with Raw(running.public) as connection:
        too_large = head.replace(b"Content-Length: %d" % len(body), b"Content-Length: 999999")
        connection.send(too_large + b"\r\nExpect: 100-continue\r\n\r\n")
        assert [answer.split(" ")[1] for answer in heads(connection.rest())] == ["413"]


# Limits, as README.md states them


def stated(pattern: str) -> int:
    found = re.search(pattern, README)
    assert found, f"README.md no longer says {pattern}"
    return int(found[1]) * (1024 if "KiB" in found[0] else 1)


LIMITS = [
    ("target", 414, lambda size: f"GET /{'a' * (size - 1)} HTTP/1.1\r\n{CLOSE}", r"target may have (\d+) KiB"),
    ("head", 431, lambda size: padded("GET /nothing HTTP/1.1\r\nA: ", f"\r\n{CLOSE}", size), r"head (\d+) KiB"),
    ("fields", 431, lambda size: "GET /nothing HTTP/1.1\r\n" + "A: b\r\n" * (size - 2) + CLOSE, r"and (\d+) fields"),
    ("chunk extensions", 400, lambda size: coded(padded("0;", "\r\n\r\n", size + 5)), r"chunk extensions (\d+) KiB"),
    ("trailers", 431, lambda size: coded("0\r\n" + padded("A: ", "\r\n\r\n", size)), r"trailers (\d+) KiB"),
]


def padded(front: str, back: str, size: int) -> str:
    return front + "a" * (size - len(front) - len(back)) + back


def coded(body: str) -> str:
    return f"POST /nothing HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{CLOSE}" + body


@pytest.mark.parametrize(("name", "status", "request_of", "pattern"), LIMITS, ids=[limit[0] for limit in LIMITS])
def test_a_limit_is_what_the_readme_says(running, name, status, request_of, pattern):
    limit = stated(pattern)
    assert exchange(running.public, request_of(limit))[0].startswith("HTTP/1.1 404 ")
    assert exchange(running.public, request_of(limit + 1))[0].startswith(f"HTTP/1.1 {status} ")


def test_the_body_limit_is_the_configured_one(running):
    for size, status in [(64 << 10, 401), ((64 << 10) + 1, 413)]:
        request = f"POST /v1/ulvmark/centra HTTP/1.1\r\nContent-Length: {size}\r\n{CLOSE}" + "a" * size
        assert exchange(running.public, request)[0].startswith(f"HTTP/1.1 {status} ")


# Deadlines


SLOW = [
    ("head", b"", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: "),
    ("body", b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n", b""),
    ("chunked body", b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n", b""),
]


@pytest.mark.parametrize(("name", "front", "drip"), SLOW, ids=[slow[0] for slow in SLOW])
def test_a_deadline_is_for_the_whole_and_no_octet_moves_it(lockstep, name, front, drip):
    server = lockstep(server={"headDeadline": "2 s", "bodyDeadline": "2 s"}).start()
    with Raw(server.public) as connection:
        connection.socket.settimeout(0.2)
        connection.send(front)
        began = time.monotonic()
        received = b""
        for octet in drip.ljust(200, b"a"):
            connection.send(bytes([octet]))
            try:
                received += connection.socket.recv(1000)
                break
            except TimeoutError:
                assert time.monotonic() - began < 15, "it drips for ever"
        assert time.monotonic() - began > 1.5
        assert heads(received)[0].startswith("HTTP/1.1 408 "), received
        assert b"Connection: close" in received and b"Date: " in received


# Compressed bodies


def compressed(content: bytes, coding: str = "gzip") -> bytes:
    return coded_as(gzip.compress(content), content, coding)


def coded_as(body: bytes, signed: bytes, coding: str = "gzip") -> bytes:
    """Any octets for a body, under the signature of what they should be."""
    fields = {"X-Centra-Signature": deliveries.signature(signed, deliveries.CENTRA_SECRET), "Content-Encoding": coding}
    return wire.post("/v1/ulvmark/centra", body, fields)


@pytest.mark.parametrize("front", ["directly", "nginx"])
def test_a_compressed_delivery_is_the_delivery_that_it_holds(lockstep, request, front):
    server = lockstep().start()
    address = server.public
    if front == "nginx":
        address = request.getfixturevalue("nginx").start(upstream=server.public).address
    body = deliveries.order_body(10001, 21, padding=50)
    assert wire.exchange(address, compressed(body)).status == 200
    assert wire.exchange(address, compressed(body, coding="x-gzip")).status == 200
    assert wire.exchange(address, deliveries.webhook(body)).status == 200
    assert len(server.inspect("--kind", "delivery")) == 1
    assert server.metrics()['lockstep_redeliveries_total{brand="ulvmark"}'] == 2
    refused = wire.exchange(address, compressed(body, coding="br"))
    assert (refused.status, refused.fields["accept-encoding"]) == (415, "gzip")
    assert "holds" in server.verify()


def test_a_bomb_is_refused_for_what_it_would_become(lockstep):
    server = lockstep().start()
    bomb = gzip.compress(bytes(256 << 20), compresslevel=9)
    assert len(bomb) < 1 << 20
    empty = gzip.compress(b"") * 50_000
    for body, status in [(bomb, 413), (bomb[:-1], 413), (empty, 400), (gzip.compress(b"a")[:-1], 400), (b"a", 400)]:
        assert wire.exchange(server.public, coded_as(body, b"a")).status == status
    began = cpu_seconds(server)
    for _ in range(50):
        assert wire.exchange(server.public, coded_as(bomb, b"a")).status == 413
    assert cpu_seconds(server) - began < 5, "inflating stops at the limit"
    assert resident_kib(server) < 100 << 10
    wait_for(lambda: server.readiness() == 200, "it is ready")


def cpu_seconds(server) -> float:
    fields = open(f"/proc/{server.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident_kib(server) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{server.process.pid}/status").read())[1])
