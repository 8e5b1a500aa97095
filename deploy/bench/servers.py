"""The servers that are compared. Each starts in a directory of its own, says when it is up, and counts what it kept."""

import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

SECRET = "bench-secret-of-the-load-generator"
PATH = "/v1/bench/centra"
START_LIMIT_IN_SECONDS = 30
STOP_LIMIT_IN_SECONDS = 15


class Failed(Exception):
    """A server did not start, or did not do what it was measured for."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`key` names it in the JSON lines, `title` in the table."""

    key = title = ""
    durable = True
    redis = False

    def __init__(self, tools: Path, state: Path):
        self.tools, self.state = tools, state
        self.directory = state / self.key
        self.process: subprocess.Popen | None = None
        self.port = 0

    @classmethod
    def missing(cls) -> str | None:
        """Why it cannot run on this machine."""
        return None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self, wrapper: list[str], keep_state: bool = False) -> None:
        if not keep_state:
            shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        command = self.command()
        with open(self.directory / "log", "ab") as log, open(self.directory / "said", "wb") as said:
            self.process = subprocess.Popen([*wrapper, *command], stdin=subprocess.DEVNULL, stdout=said, stderr=log)

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_until_up(self) -> None:
        limit = time.monotonic() + START_LIMIT_IN_SECONDS
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.stop()
                raise Failed(f"{self.title} did not start:\n{self.log()}")
            time.sleep(0.005)

    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")[-2000:]

    def is_up(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def counts(self) -> dict:
        """While it runs: `deliveries` that it kept, `syncs` of its journal, `wrong` in words; what it knows of these."""
        return {}

    def last_words(self) -> dict:
        """The same after it ended."""
        return {}

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_LIMIT_IN_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def remove_state(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


class Reference(Server):
    key, title = "reference", "C reference, durable"
    journal_mebibytes = 64

    def command(self) -> list[str]:
        return [str(self.tools / "reference"), str(self.port), SECRET, str(self.directory / "journal"),
                str(self.journal_mebibytes)]

    def last_words(self) -> dict:
        return json.loads((self.directory / "said").read_text())


class Lockstep(Server):
    key, title = "lockstep", "Lockstep, durable"

    def journal_directory(self) -> Path:
        return self.directory / "journal"

    def command(self) -> list[str]:
        self.operator_port = free_port()
        (self.directory / "lockstep.conf").write_text(
            f"[server]\npublicListen = 127.0.0.1:{self.port}\noperatorListen = 127.0.0.1:{self.operator_port}\n"
            f"connectionLimit = 20000\n"
            f"[journal]\ndirectory = {self.journal_directory()}\n"
            "[brand bench]\nmode = observe\ncentraSecrets = BENCH_SECRET\n")
        secrets = self.directory / "secrets.env"
        secrets.write_text(f"BENCH_SECRET={SECRET}\n")
        secrets.chmod(0o600)
        return [str(self.tools / "lockstep"), "serve", "--config", str(self.directory / "lockstep.conf"),
                "--secrets", str(secrets)]

    def is_up(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=1).status == 200
        except OSError:
            return False

    def metrics(self) -> dict[str, float]:
        page = urllib.request.urlopen(f"http://127.0.0.1:{self.operator_port}/metrics", timeout=5).read().decode()
        lines = [line.rsplit(" ", 1) for line in page.splitlines() if line and not line.startswith("#")]
        sums: dict[str, float] = {}
        for name, value in lines:
            name = name.split("{")[0]
            sums[name] = sums.get(name, 0) + float(value)
        return sums

    def counts(self) -> dict:
        seen = self.settled_metrics()
        unwanted = ["redeliveries_total", "rejected_total", "not_understood_total", "ignored_total", "quarantined_total",
                    "malformed_requests_total", "dead_letters", "jobs"]
        wrong = [f"{seen[name]:.0f} {name}" for name in (f"lockstep_{each}" for each in unwanted) if seen.get(name)]
        if seen["lockstep_events_total"] != seen["lockstep_job_outcomes_total"]:
            wrong.append("not every event came through the queues")
        return {"deliveries": seen["lockstep_deliveries_total"], "syncs": seen["lockstep_journal_commits_total"],
                "wrong": ", ".join(wrong)}

    def settled_metrics(self) -> dict[str, float]:
        """The last jobs may still be in the queues when the last sender has its answer."""
        limit = time.monotonic() + 5
        while (seen := self.metrics())["lockstep_jobs"] and time.monotonic() < limit:
            time.sleep(0.05)
        return seen


class LockstepInMemory(Lockstep):
    """Lockstep has no switch that turns durability off. On a file system in memory `fdatasync` has nothing to do."""

    key, title, durable = "lockstep-tmpfs", "Lockstep, journal on tmpfs", False
    memory = Path("/dev/shm")

    @classmethod
    def missing(cls) -> str | None:
        try:
            room = shutil.disk_usage(cls.memory).free
        except OSError:
            return f"there is no {cls.memory}"
        return None if room > 1 << 30 else f"{cls.memory} has less than 1 GiB free"

    def journal_directory(self) -> Path:
        return self.memory / f"lockstep-bench-{os.getpid()}"

    def start(self, wrapper: list[str], keep_state: bool = False) -> None:
        if not keep_state:
            shutil.rmtree(self.journal_directory(), ignore_errors=True)
        super().start(wrapper, keep_state)

    def remove_state(self) -> None:
        super().remove_state()
        shutil.rmtree(self.journal_directory(), ignore_errors=True)


class Redis(Server):
    key, title, redis = "redis", "Redis XADD, appendfsync always", True

    @classmethod
    def missing(cls) -> str | None:
        return None if shutil.which("redis-server") else "redis-server is not installed"

    def command(self) -> list[str]:
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory), "--save", "",
                "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"]

    def counts(self) -> dict:
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(b"*2\r\n$4\r\nXLEN\r\n$10\r\ndeliveries\r\n")
            return {"deliveries": int(connection.recv(100)[1:])}


class Nginx(Server):
    key, title, durable = "nginx", "nginx return 204 (keeps nothing)", False

    @classmethod
    def missing(cls) -> str | None:
        return None if cls.program() else "nginx is not installed"

    @staticmethod
    def program() -> str | None:
        return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

    def command(self) -> list[str]:
        scratch = "".join(f"{kind}_temp_path {self.directory}/{kind}; " for kind in
                          ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        configuration = self.directory / "nginx.conf"
        configuration.write_text(
            f"daemon off; master_process off; worker_processes 1; pid {self.directory}/pid; error_log stderr crit;\n"
            "events { worker_connections 20000; }\n"
            f"http {{ access_log off; keepalive_requests 1000000000; {scratch}\n"
            f"server {{ listen 127.0.0.1:{self.port} backlog=4096; location / {{ return 204; }} }} }}\n")
        return [self.program(), "-c", str(configuration), "-p", str(self.directory), "-e", "stderr"]


ALL: list[type[Server]] = [Reference, Lockstep, LockstepInMemory, Redis, Nginx]


def signed_delivery(number: int) -> bytes:
    """One delivery of one event, for what is not a load: the first request, idle connections."""
    body = (b"payload=%%7B%%22events%%22%%3A%%5B%%7B%%22type%%22%%3A%%22order%%22%%2C%%22action%%22%%3A%%22update%%22%%2C"
            b"%%22date%%22%%3A%%222026-11-23%%2009%%3A00%%3A00.%06d%%22%%2C%%22id%%22%%3A%d%%7D%%5D%%7D"
            % (number % 1000000, 1000000 + number))
    moment = str(int(time.time())).encode()
    made = hmac.new(SECRET.encode(), moment + b"." + body, hashlib.sha256).hexdigest().encode()
    return (b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"X-Centra-Signature: t=%s,v1=%s\r\nContent-Length: %d\r\n\r\n" % (PATH.encode(), moment, made, len(body))) + body
