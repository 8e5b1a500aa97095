"""System calls that fail, in a server that runs: strace is attached to it and answers in the kernel's place. And a whole
kernel that does as little as it may (`meagre.c`)."""

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from . import deliveries, journal
from .load import Client
from .lockstep import Lockstep, wait_for

# sysexits.h: an input/output error.
FAILED = 74


def preloaded(name: str, directory: Path) -> Path:
    """Compiles one of the libraries beside this file."""
    compiler = shutil.which("clang")
    assert compiler, "clang is part of the Swift toolchain"
    library = directory / f"{name}.so"
    source = Path(__file__).with_name(f"{name}.c")
    subprocess.run([compiler, "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


class Fault:
    """From now on the kernel refuses a call, as `strace --inject` words it; counted for each thread from here."""

    def __init__(self, server: Lockstep, call: str, injection: str, path: Path | None = None):
        strace = shutil.which("strace")
        assert strace, "Debian's package strace is missing"
        self.output = server.directory / "strace.log"
        only = ["-P", str(path)] if path else []
        self.process = subprocess.Popen(
            [strace, "-f", "-o", str(self.output), *only, "-e", f"trace={call}", "-e", f"inject={call}:{injection}",
             "-p", str(server.process.pid)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()
        wait_for(self.is_attached, "strace is attached", unless=self.refusal)

    def is_attached(self) -> bool:
        """It names the process, and with it how many threads it found."""
        return any(re.search(r"attached", line) for line in self.said)

    def refusal(self) -> str | None:
        if self.process.poll() is None:
            return None
        if "Operation not permitted" in "".join(self.said):
            pytest.skip("this user may not attach strace to a process")
        return "".join(self.said)

    @property
    def has_struck(self) -> bool:
        return "(INJECTED)" in self.output.read_text(errors="replace") if self.output.exists() else False

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class StubbornClient(Client):
    """Goes on whatever it is told, and repeats nothing: what it remembers is one status after the other."""

    def __init__(self, server: Lockstep, number: int, padding: int):
        super().__init__(server, number)
        self.padding = padding
        self.statuses: list[int] = []

    def run(self) -> None:
        counter = 0
        while not self.is_stopping.is_set():
            counter += 1
            order = self.orders[0]
            answer = self.attempt(deliveries.order_body(order, counter, self.padding))
            self.statuses.append(answer.status if answer else 0)
            if answer and answer.status == 200:
                self.acknowledged[order].append(counter)
            elif not answer:
                time.sleep(0.005)
        self.disconnect()


class Load:
    """Stubborn clients, and what may be said about their answers afterwards."""

    def __init__(self, server: Lockstep, count: int = 8, padding: int = 490):
        self.server = server
        self.clients = [StubbornClient(server, number, padding) for number in range(count)]

    def __enter__(self) -> "Load":
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_) -> None:
        for client in self.clients:
            client.is_stopping.set()
        for client in self.clients:
            client.join(60)

    @property
    def count(self) -> int:
        return sum(len(client.acknowledged[client.orders[0]]) for client in self.clients)

    def assert_nothing_after_a_refusal(self) -> None:
        for client in self.clients:
            refused = next((place for place, status in enumerate(client.statuses) if status != 200), None)
            assert refused is not None and 200 not in client.statuses[refused:], client.statuses

    def assert_nothing_is_missing(self) -> None:
        """In the journal stands what was acknowledged, in its order; what was not may stand there too."""
        found = journal.orders(self.server)
        for client in self.clients:
            order = client.orders[0]
            kept = found.get(order, [])
            assert set(client.acknowledged[order]) <= set(kept), f"order {order}: acknowledged and not there"
            assert kept == sorted(set(kept)), f"order {order}: {kept}"
