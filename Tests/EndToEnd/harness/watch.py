"""What a server costs and how it feels meanwhile: memory, processor time, descriptors, and a polite client's waiting."""

import contextlib
import os
import threading
import time
from pathlib import Path

from . import deliveries, wire
from .lockstep import Lockstep

MEBIBYTE = 1 << 20


class Usage:
    """The process itself, not a wrapper around it."""

    def __init__(self, server: Lockstep):
        self.place = Path(f"/proc/{server.process.pid}")

    @property
    def resident(self) -> int:
        return self.status("VmRSS")

    @property
    def peak(self) -> int:
        """The largest resident size since `forget_peak`."""
        return self.status("VmHWM")

    def forget_peak(self) -> None:
        (self.place / "clear_refs").write_text("5")

    def status(self, name: str) -> int:
        [line] = [each for each in (self.place / "status").read_text().splitlines() if each.startswith(name + ":")]
        return int(line.split()[1]) * 1024

    @property
    def processor_seconds(self) -> float:
        fields = (self.place / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def descriptors(self) -> int:
        return len(list((self.place / "fd").iterdir()))


@contextlib.contextmanager
def undisturbed():
    """What is started meanwhile comes before other work of the machine, where that is allowed: a test that measures how
    long somebody waits is not about the others."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    yield
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, usual)


class PoliteClient(threading.Thread):
    """Sends one delivery after the other and notes how long each took until its 200. Every tenth uses a new
    connection, as a client does that has just come."""

    PAUSE_IN_SECONDS = 0.003

    def __init__(self, server: Lockstep, first: int = 0):
        super().__init__(daemon=True)
        self.server = server
        self.counter = first
        self.milliseconds: list[float] = []
        self.surprises: list[str] = []
        self.is_stopping = threading.Event()

    def __enter__(self) -> "PoliteClient":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        self.is_stopping.set()
        self.join(60)
        assert not self.is_alive(), "the polite client never got its answer"

    def run(self) -> None:
        connection = None
        while not self.is_stopping.is_set():
            self.counter += 1
            request = deliveries.webhook(deliveries.order_body(10001, self.counter))
            began = time.monotonic()
            try:
                if connection is None or self.counter % 10 == 0:
                    connection = wire.Connection(self.server.public, timeout_in_seconds=10)
                answer = connection.exchange(request)
                if answer.status != 200:
                    self.surprises.append(str(answer))
                if answer.fields.get("connection") == "close":
                    connection = None
            except OSError as problem:
                self.surprises.append(repr(problem))
                connection = None
            self.milliseconds.append((time.monotonic() - began) * 1_000)
            time.sleep(self.PAUSE_IN_SECONDS)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def figures(self) -> str:
        return (f"{len(self.milliseconds)} deliveries, p50 {self.percentile(0.5):.1f} ms, "
                f"p99 {self.percentile(0.99):.1f} ms, longest {max(self.milliseconds):.1f} ms")
