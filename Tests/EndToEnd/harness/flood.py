"""Fills a journal quickly: one thread, many connections, many requests under way on each of them."""

import selectors
import time

from . import deliveries, wire
from .lockstep import Lockstep

CONNECTIONS = 128
UNDER_WAY = 32
# How every acknowledgement ends. Anything else the server may say makes the count stand still, and the test fails.
ACKNOWLEDGEMENT = b"\r\n\r\nok\n"
PATIENCE_IN_SECONDS = 30


class Pipe:
    def __init__(self, address: wire.Address):
        self.socket = wire.Connection(address).socket
        self.socket.setblocking(False)
        self.outgoing = b""
        self.incoming = b""
        self.under_way = 0

    def give(self, requests: list[bytes]) -> None:
        self.outgoing += b"".join(requests)
        self.under_way += len(requests)

    def write(self) -> None:
        try:
            self.outgoing = self.outgoing[self.socket.send(self.outgoing):]
        except BlockingIOError:
            pass

    def read(self) -> int:
        """Returns how many were acknowledged."""
        octets = self.socket.recv(1 << 18)
        assert octets, f"the server closed the connection; it said last: {self.incoming!r}"
        *answers, self.incoming = (self.incoming + octets).split(ACKNOWLEDGEMENT)
        self.under_way -= len(answers)
        return len(answers)


def flood(server: Lockstep, count: int) -> float:
    """Makes the server acknowledge `count` distinct deliveries; returns the seconds it took."""
    began = last = time.monotonic()
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        pipe = Pipe(server.public)
        selector.register(pipe.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, pipe)
    acknowledged = sent = 0
    while acknowledged < count:
        for key, events in selector.select(1):
            pipe = key.data
            if events & selectors.EVENT_READ:
                acknowledged += pipe.read()
                last = time.monotonic()
            if pipe.under_way == 0 and sent < count:
                batch = min(UNDER_WAY, count - sent)
                pipe.give([request(sent + each) for each in range(batch)])
                sent += batch
            if pipe.outgoing:
                pipe.write()
            writing = selectors.EVENT_WRITE if pipe.outgoing else 0
            if key.events != selectors.EVENT_READ | writing:
                selector.modify(pipe.socket, selectors.EVENT_READ | writing, pipe)
        stuck = [each.data.incoming for each in selector.get_map().values() if each.data.incoming]
        assert time.monotonic() - last < PATIENCE_IN_SECONDS, f"{acknowledged} of {count}; answers: {stuck[:3]}"
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return time.monotonic() - began


def request(counter: int) -> bytes:
    """Ten thousand orders take turns; a record of some 600 octets."""
    return deliveries.webhook(deliveries.order_body(100_000 + counter % 10_000, counter, padding=2))
