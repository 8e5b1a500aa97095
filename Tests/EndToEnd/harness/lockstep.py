"""The server as a process: configuration, start, signals, what it says, and `journal-replay` beside it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from . import deliveries, wire

root = Path(__file__).resolve().parents[3]
binaries = Path(os.environ.get("LOCKSTEP_BIN", root / ".build/release"))

START_LIMIT_IN_SECONDS = 60

# Debian's libfaketime for programs with threads. The monotonic clock stays real: deadlines must go on working.
FAKE_CLOCK = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


class Lockstep:
    """One server with a state directory and ports of its own. Settings are plain text, as an operator writes them."""

    def __init__(self, directory: Path, server: dict | None = None, journal: dict | None = None,
                 queues: dict | None = None, journal_directory: Path | None = None, wrapper: list[str] | None = None):
        self.directory = directory
        self.public = wire.Address("127.0.0.1", wire.free_port())
        self.operator = wire.Address("127.0.0.1", wire.free_port())
        self.journal_directory = journal_directory or directory / "journal"
        self.log = directory / "lockstep.log"
        self.process: subprocess.Popen | None = None
        self.environment: dict[str, str] = {}
        self.wrapper = wrapper or []
        self.server = {"publicListen": self.public.text, "operatorListen": self.operator.text} | (server or {})
        self.journal = {"directory": str(self.journal_directory), "segmentSize": "16 MiB"} | (journal or {})
        self.queues = queues or {}
        self.brands = {
            "ulvmark": {
                "centraSecrets": "CENTRA_SECRET CENTRA_SECRET_BEFORE",
                **{f"token {event}": deliveries.digest_of(deliveries.CALLBACK_TOKEN)
                   for event in deliveries.callback_events()},
            },
            "vendor": {"centraSecrets": "VENDOR_SECRET"},
        }
        self.secrets = {
            "CENTRA_SECRET": deliveries.CENTRA_SECRET,
            "CENTRA_SECRET_BEFORE": deliveries.CENTRA_SECRET_BEFORE,
            "VENDOR_SECRET": deliveries.KNOWN_ANSWER_SECRET,
        }
        # Everything that must never be found on disk or in what the server says.
        self.confidential = {*self.secrets.values(), deliveries.CALLBACK_TOKEN}

    # Starting and stopping

    def start(self, until_ready: bool = True) -> "Lockstep":
        self.write_configuration()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, str(binaries / "lockstep"), "serve", *self.configuration_arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | self.environment)
        if until_ready:
            self.wait_until_ready()
        return self

    @property
    def configuration_arguments(self) -> list[str]:
        return ["--config", str(self.directory / "lockstep.conf"), "--secrets", str(self.directory / "secrets.env")]

    def wait_until_ready(self, limit_in_seconds: float = START_LIMIT_IN_SECONDS) -> None:
        wait_for(lambda: self.is_running() and self.readiness() == 200, "the server is ready", limit_in_seconds,
                 unless=lambda: None if self.is_running() else f"it ended: {self.said()[-2000:]}")

    def readiness(self) -> int:
        try:
            return wire.get(self.public, "/readyz").status
        except OSError:
            return 0

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self, limit_in_seconds: float = 20) -> int:
        """SIGTERM; returns the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(limit_in_seconds)

    def wait(self, limit_in_seconds: float = 20) -> int:
        return self.process.wait(limit_in_seconds)

    def kill(self) -> None:
        """What a power cut is to the process. The kernel keeps what was written; `fdatasync` itself is tested apart."""
        if self.is_running():
            self.process.kill()
            self.process.wait()

    # Configuration

    def write_configuration(self) -> None:
        (self.directory / "lockstep.conf").write_text(self.configuration())
        secrets = self.directory / "secrets.env"
        secrets.touch(mode=0o600)
        secrets.write_text("".join(f"{name}={value}\n" for name, value in self.secrets.items()))

    def configuration(self) -> str:
        sections = {"server": self.server, "journal": self.journal, "queues": self.queues}
        sections |= {f"brand {name}": {"mode": "observe"} | settings for name, settings in self.brands.items()}
        return "\n".join(
            "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in settings.items()), ""])
            for name, settings in sections.items() if settings)

    def reload(self) -> None:
        """SIGHUP, with what the configuration says now, and waits until the server has said what it made of it."""
        self.write_configuration()
        self.reload_as_it_stands()

    def reload_as_it_stands(self) -> None:
        before = len(self.said())
        self.signal(signal.SIGHUP)
        outcomes = ["configuration reloaded", "configuration refused"]
        wait_for(lambda: any(each in self.said()[before:] for each in outcomes), "it says what became of the reload")

    # Talking to it

    def post(self, request: bytes) -> wire.Answer:
        return wire.exchange(self.public, request)

    def ask(self, path: str):
        """A JSON answer of the operator listener."""
        answer = wire.get(self.operator, path)
        assert answer.status == 200, f"{path}: {answer}"
        return json.loads(answer.body)

    def metrics(self) -> dict[str, float]:
        answer = wire.get(self.operator, "/metrics")
        assert answer.status == 200, answer
        samples = (line.rpartition(" ") for line in answer.body.decode().splitlines() if line and line[0] != "#")
        return {name: float(value) for name, _, value in samples}

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    # The journal, as an operator sees it

    def replay(self, *arguments: str, succeeds: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [str(binaries / "journal-replay"), *arguments], capture_output=True, text=True, timeout=300,
            **({"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}))
        if succeeds:
            assert done.returncode == 0, f"journal-replay {arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done

    @property
    def journal_arguments(self) -> list[str]:
        return ["--journal", str(self.journal_directory)]

    def verify(self) -> str:
        return self.replay("verify", *self.journal_arguments).stdout

    def inspect(self, *filters: str) -> list[dict]:
        lines = self.replay("inspect", *self.journal_arguments, *filters, "--json").stdout.splitlines()
        return [json.loads(line) for line in lines]

    def files(self) -> list[Path]:
        places = {self.directory, self.journal_directory}
        return sorted({path for place in places for path in place.rglob("*") if path.is_file()})


def wait_for(condition, what: str, limit_in_seconds: float = 20, unless=lambda: None) -> None:
    """Polls until `condition` holds; fails when `unless` gives a reason or the limit is over."""
    end = time.monotonic() + limit_in_seconds
    while not condition():
        reason = unless()
        assert reason is None, f"waited until {what}; {reason}"
        assert time.monotonic() < end, f"not within {limit_in_seconds} s: {what}"
        time.sleep(0.02)


class FakeClock:
    """The wall clock as the server sees it, set by hand; it stands still in between."""

    def __init__(self, file: Path):
        assert FAKE_CLOCK is not None, "Debian's package libfaketime is missing"
        self.file = file

    def set(self, now: int) -> None:
        beside = self.file.with_suffix(".new")
        beside.write_text(time.strftime("%Y-%m-%d %H:%M:%S\n", time.gmtime(now)))
        beside.rename(self.file)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(FAKE_CLOCK), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
        }
