"""Counts the user instructions of a server under valgrind: the same figure again, whatever else the machine does."""

import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import servers

NAMED = re.compile(r"\((\d+)\)(?: (.*))?")


# Threads that take turns on one processor meet at the same places; Swift's hash tables would differ in each process.
ALIKE = ["taskset", "-c", str(min(os.sched_getaffinity(0))), "env", "SWIFT_DETERMINISTIC_HASHING=1"]


@dataclass
class Count:
    """`hmac`: what was spent in libcrypto and in what it called. `own`, `inclusive` and `calls` are by function."""

    total: float = 0
    hmac: float = 0
    own: Counter = field(default_factory=Counter)
    inclusive: Counter = field(default_factory=Counter)
    calls: Counter = field(default_factory=Counter)

    @property
    def beyond(self) -> float:
        return self.total - self.hmac

    def per_request(self, before: "Count", requests: int) -> "Count":
        def each(mine: Counter, theirs: Counter) -> Counter:
            return Counter({name: (mine[name] - theirs[name]) / requests for name in mine})
        return Count((self.total - before.total) / requests, (self.hmac - before.hmac) / requests,
                     each(self.own, before.own), each(self.inclusive, before.inclusive), each(self.calls, before.calls))


def read(path: Path) -> Count:
    """A callgrind file (valgrind manual, "Callgrind Format Specification"): `ob=` and `fn=` say where the costs that
    follow belong; `cob=`, `cfn=` and `calls=` say that the next cost is what calls of that function cost in all."""
    names: dict[tuple[str, str], str] = {}
    count = Count()
    place = called_place = function = called = ""
    times = 0

    def name(kind: str, text: str) -> str:
        number, full = NAMED.match(text).groups()
        # A function that calls itself has a second name for what is below the first call.
        return names.setdefault((kind, number), (full or "").split("'")[0])

    for line in path.read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "ob":
            place = called_place = name("ob", value)
        elif key == "cob":
            called_place = name("ob", value)
        elif key == "fn":
            function, called_place = name("fn", value), place
        elif key == "cfn":
            called = name("fn", value)
        elif key == "calls":
            times = int(value.split()[0])
        elif line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            cost = int(line.split()[1])
            if times == 0:
                count.total += cost
                count.own[function] += cost
                count.inclusive[function] += cost
                continue
            if "libcrypto" in called_place and "libcrypto" not in place:
                count.hmac += cost
            if called != function:
                count.inclusive[function] += cost
            count.calls[called] += times
            times, called_place = 0, place
    return count


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
            [str(tools / "loadgen"), "--port", str(server.port), "--secret", servers.SECRET,
             "--requests", str(requests), "--connections", str(connections), "--shape", shape],
            capture_output=True, text=True, timeout=120)
        if sent.returncode != 0:
            raise servers.Failed(f"{server.title} did not accept every delivery: {sent.stdout}{sent.stderr}")
    finally:
        server.stop()
    count = read(counted)
    counted.unlink()
    server.remove_state()
    return count


def profile(count: Count, lines: int) -> str:
    """The functions that cost the most, by what they do themselves and by what they and all that they call do."""
    demangle = ["swift", "demangle", "--simplified"]
    names = "\n".join(count.inclusive)
    readable = subprocess.run(demangle, input=names, text=True, capture_output=True, check=True).stdout.splitlines()
    titles = dict(zip(count.inclusive, readable))
    def top(costs: Counter) -> list[str]:
        return [f"{cost:10,.0f} {count.calls[name]:8.2f}  {titles[name][:130]}" for name, cost in costs.most_common(lines)]
    return "\n".join(["instructions, calls, function: by what it does itself", *top(count.own),
                      "with all that it calls", *top(count.inclusive)])
