"""Counts the user instructions of a server under valgrind: the same figure again, whatever else the machine does."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import servers

NAMED = re.compile(r"\((\d+)\)(?: (.*))?")


# Threads that take turns on one processor meet at the same places; Swift's hash tables otherwise differ in each process.
ALIKE = ["taskset", "-c", str(min(os.sched_getaffinity(0))), "env", "SWIFT_DETERMINISTIC_HASHING=1"]


@dataclass
class Count:
    """`hmac`: what was spent in libcrypto and in what it called."""

    total: float
    hmac: float

    @property
    def beyond(self) -> float:
        return self.total - self.hmac

    def per_request(self, before: "Count", requests: int) -> "Count":
        return Count((self.total - before.total) / requests, (self.hmac - before.hmac) / requests)


def read(path: Path) -> Count:
    """A callgrind file (valgrind manual, "Callgrind Format Specification"): `ob=` and `fn=` say where the following costs
    belong; a `calls=` line says that the next cost is what a call cost in all."""
    names: dict[str, str] = {}
    total = hmac = 0
    place = called = ""
    is_call = False

    def name(text: str) -> str:
        number, full = NAMED.match(text).groups()
        return names.setdefault(number, full)

    for line in path.read_text().splitlines():
        if line.startswith("ob="):
            place = called = name(line[3:])
        elif line.startswith("cob="):
            called = name(line[4:])
        elif line.startswith("fn="):
            called = place
        elif line.startswith("calls="):
            is_call = True
        elif line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            cost = int(line.split()[1])
            if not is_call:
                total += cost
            elif "libcrypto" in called and "libcrypto" not in place:
                hmac += cost
            if is_call:
                is_call, called = False, place
    return Count(total, hmac)


def measure(kind: type[servers.Server], tools: Path, state: Path, shape: str, connections: int = 1) -> Count:
    """Of one request among many: the difference of a long and a short run, so that the start is not counted."""
    few, many = 200, 1200
    short, long = (run(kind, tools, state, shape, requests, connections) for requests in (few, many))
    return long.per_request(short, many - few)


def without_debugging(kind: type[servers.Server], tools: Path) -> Path:
    """valgrind 3.19 cannot read the debugging information of Swift programs, and needs none."""
    counted = tools / "counted"
    counted.mkdir(exist_ok=True)
    subprocess.run(["strip", "-g", "-o", str(counted / kind.key), str(tools / kind.key)], check=True)
    return counted


def run(kind: type[servers.Server], tools: Path, state: Path, shape: str, requests: int, connections: int) -> Count:
    server = kind(without_debugging(kind, tools), state)
    counted = state / f"callgrind.{kind.key}"
    server.start([*ALIKE, "valgrind", "--tool=callgrind", f"--callgrind-out-file={counted}"])
    try:
        server.wait_until_up()
        sent = subprocess.run(
            [str(tools / "loadgen"), "--port", str(server.port), "--secret", servers.SECRET, "--requests", str(requests),
             "--connections", str(connections), "--shape", shape], capture_output=True, text=True, timeout=120)
        if sent.returncode != 0:
            raise servers.Failed(f"{server.title} did not accept every delivery: {sent.stdout}{sent.stderr}")
    finally:
        server.stop()
    count = read(counted)
    counted.unlink()
    server.remove_state()
    return count
