"""Thousands of connections that behave badly, in a process of their own, so that they do not slow down the polite client
that is measured meanwhile. Each member of a crowd remembers what it was answered and when it was let go of."""

import collections
import multiprocessing
import os
import resource
import select
import socket
import struct
import time
from dataclasses import dataclass

from . import wire

CONNECTS_UNDER_WAY = 512
KEPT_OCTETS = 400
TICK_IN_SECONDS = 0.02


@dataclass
class Fate:
    """What became of one connection."""

    kind: str
    connected: float | None
    ended: float | None
    answer: bytes
    sent: int

    @property
    def status(self) -> int:
        """Of the first answer; 0 without one."""
        return int(self.answer[9:12]) if self.answer.startswith(b"HTTP/1.1 ") else 0

    @property
    def seconds(self) -> float | None:
        return None if self.ended is None or self.connected is None else self.ended - self.connected


class Member:
    """A connection that says `opening` and then nothing, and reads what it is answered."""

    kind = "silent"
    opening = b""
    reads = True
    receive_buffer: int | None = None
    returns = False

    def __init__(self):
        self.has_come = False
        self.forget()

    def forget(self) -> None:
        self.socket: socket.socket | None = None
        self.connected: float | None = None
        self.ended: float | None = None
        self.answer = b""
        self.sent = 0
        self.outgoing = memoryview(self.opening)

    # What kinds differ in.

    def tick(self, now: float) -> None:
        pass

    def next_octets(self) -> bytes:
        """What follows when `outgoing` is sent; asked for whenever the kernel has room."""
        return b""

    # What they have in common.

    def begin(self, address: wire.Address, poller: select.epoll) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if self.receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        self.socket.connect_ex((address.host, address.port))
        poller.register(self.socket, select.EPOLLOUT)

    def handle(self, event: int, poller: select.epoll, now: float) -> None:
        if self.connected is None and event & select.EPOLLOUT and not event & select.EPOLLERR:
            self.connected = now
            self.has_come = True
        if event & select.EPOLLIN and self.reads:
            self.receive(now)
        elif event & (select.EPOLLERR | select.EPOLLHUP):
            self.ended = now
            self.has_come = True
        if self.ended is None and event & select.EPOLLOUT:
            self.send(now)
        self.watch(poller)

    def watch(self, poller: select.epoll) -> None:
        if self.ended is not None:
            poller.unregister(self.socket)
            self.socket.close()
        else:
            reading = select.EPOLLIN if self.reads else 0
            poller.modify(self.socket, reading | (select.EPOLLOUT if self.outgoing else 0))

    def receive(self, now: float) -> None:
        try:
            octets = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        self.answer += octets[: KEPT_OCTETS - len(self.answer)]
        if not octets:
            self.ended = now

    def send(self, now: float) -> None:
        while True:
            if not self.outgoing:
                self.outgoing = memoryview(self.next_octets())
            if not self.outgoing:
                return
            try:
                count = self.socket.send(self.outgoing[: 1 << 16])
            except BlockingIOError:
                return
            except OSError:
                self.ended = now if not self.reads else self.ended
                self.outgoing = memoryview(b"")
                return
            self.sent += count
            self.outgoing = self.outgoing[count:] or memoryview(self.next_octets())
            if self.sent > 1 << 16:
                return  # the others want to send as well

    @property
    def fate(self) -> Fate:
        return Fate(self.kind, self.connected, self.ended, self.answer, self.sent)


class Dripping(Member):
    """Sends one octet in every `pause` seconds."""

    pause = 0.3
    drops = b"x"

    def __init__(self, delay: float = 0.0):
        super().__init__()
        self.due = time.monotonic() + delay

    def tick(self, now: float) -> None:
        if self.connected is None or self.ended is not None or now < self.due or self.outgoing:
            return
        self.due = now + self.pause
        self.outgoing = memoryview(self.drops)
        self.send(now)


class DrippingHead(Dripping):
    kind = "a head in drops"
    opening = b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\nX-Drops: "


class DrippingBody(Dripping):
    kind = "a body in drops"
    opening = b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"


class DrippingChunks(Dripping):
    kind = "a chunked body in drops"
    opening = (b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"3E8\r\n")


ASKING = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class NeverReading(Member):
    """Asks and asks, and never takes an answer."""

    kind = "never reading"
    opening = ASKING * 1000
    reads = False
    receive_buffer = 4096

    def next_octets(self) -> bytes:
        return self.opening


class SlowlyReading(NeverReading):
    """The same, but takes an octet of the answers now and then."""

    kind = "slowly reading"
    pause = 0.3

    def __init__(self, delay: float = 0.0):
        super().__init__()
        self.due = time.monotonic() + delay

    def tick(self, now: float) -> None:
        if self.connected is None or self.ended is not None or now < self.due:
            return
        self.due = now + self.pause
        try:
            if not self.socket.recv(1):
                self.ended = now
        except BlockingIOError:
            pass
        except OSError:
            self.ended = now


class FloodingBody(Member):
    """A large body as fast as it goes, all but its last octet. Comes back whenever it is sent away."""

    kind = "flooding"
    length = 1 << 20
    chunk = bytes(1 << 16)
    opening = (b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\nX-Centra-Signature: t=1,v1=00\r\n"
               b"Content-Length: %d\r\n\r\n" % length)
    returns = True

    def next_octets(self) -> memoryview:
        rest = self.length + len(self.opening) - 1 - self.sent
        return memoryview(self.chunk)[: max(0, rest)]


class FloodingChunks(FloodingBody):
    kind = "flooding in chunks"
    opening = (b"POST /v1/ulvmark/centra HTTP/1.1\r\nHost: localhost\r\nX-Centra-Signature: t=1,v1=00\r\n"
               b"Transfer-Encoding: chunked\r\n\r\n100000\r\n")


class FloodingHead(FloodingBody):
    """The largest head that is let in, without its end."""

    kind = "heads without an end"
    opening = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 16000
    length = 0


class Asking(Member):
    """Asks once and stays, as a client with keep-alive does between two requests."""

    kind = "asking once"
    opening = ASKING


class Crowd:
    """Connects all of its members, then lets them act until it is told to stop."""

    def __init__(self, address: wire.Address, members: list[Member]):
        self.members = members
        self.pipe, other = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=Siege(address, members, other).run, daemon=True)

    def __enter__(self) -> "Crowd":
        self.process.start()
        assert self.pipe.poll(30), "the crowd could not connect"
        self.pipe.recv()
        return self

    def __exit__(self, *_) -> None:
        if self.process.is_alive():
            self.process.terminate()
        self.process.join(10)

    def fates(self) -> list[Fate]:
        """What has become of its members until now, those that came back included."""
        self.pipe.send("fates")
        assert self.pipe.poll(20), "the crowd does not answer"
        return self.pipe.recv()

    def everybody_left(self, limit_in_seconds: float) -> list[Fate]:
        end = time.monotonic() + limit_in_seconds
        while True:
            fates = self.fates()
            staying = sum(each.ended is None for each in fates)
            if staying == 0 or time.monotonic() > end:
                return fates
            time.sleep(0.2)


class Siege:
    """The crowd's own process."""

    def __init__(self, address: wire.Address, members: list[Member], pipe):
        self.address = address
        self.members = members
        self.pipe = pipe
        self.waiting = collections.deque(members)
        self.by_number: dict[int, Member] = {}
        self.past: list[Fate] = []
        self.has_told = False

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, 0, 10)
        raise_descriptor_limit()
        self.poller = select.epoll()
        try:
            while True:
                self.turn()
        except (EOFError, BrokenPipeError):
            pass

    def turn(self) -> None:
        self.connect()
        now = time.monotonic()
        for number, event in self.poller.poll(TICK_IN_SECONDS):
            self.act(number, event, now)
        for member in self.members:
            member.tick(now)
            self.leave(member)
        if not self.has_told and all(each.has_come for each in self.members):
            self.has_told = True
            self.pipe.send("connected")
        while self.pipe.poll():
            self.pipe.recv()
            self.pipe.send(self.past + [each.fate for each in self.members])

    def act(self, number: int, event: int, now: float) -> None:
        member = self.by_number[number]
        member.handle(event, self.poller, now)
        if member.ended is not None:
            del self.by_number[number]
            if member.returns:
                self.past.append(member.fate)
                member.forget()
                self.waiting.append(member)

    def leave(self, member: Member) -> None:
        """A tick can find out as well that a connection has ended."""
        if member.ended is not None and member.socket is not None and member.socket.fileno() in self.by_number:
            del self.by_number[member.socket.fileno()]
            self.poller.unregister(member.socket)
            member.socket.close()

    def connect(self) -> None:
        under_way = sum(each.connected is None for each in self.by_number.values()) if self.waiting else 0
        for _ in range(min(len(self.waiting), CONNECTS_UNDER_WAY - under_way)):
            member = self.waiting.popleft()
            member.begin(self.address, self.poller)
            self.by_number[member.socket.fileno()] = member


def raise_descriptor_limit() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def reset(connection: socket.socket) -> None:
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


TCP_REPAIR = 19


def vanish(connection: socket.socket) -> None:
    """Goes away without a word, as a machine without power does. Asks the kernel for what only root may do."""
    connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    connection.close()
