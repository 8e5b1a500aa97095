"""deploy/run, as a stranger uses it: start, paste the printed lines, Ctrl-C."""

import json
import os
import re
import signal
import subprocess

import pytest

from harness import wire
from harness.lockstep import root, wait_for


class Run:
    def __init__(self, directory):
        self.state = directory / "state"
        self.printed = directory / "printed"
        self.ports = (wire.free_port(), wire.free_port(), wire.free_ports(3))
        self.process: subprocess.Popen | None = None

    def start(self) -> "Run":
        environment = os.environ | {
            "LOCKSTEP_STATE": str(self.state), "LOCKSTEP_PUBLIC_PORT": str(self.ports[0]),
            "LOCKSTEP_OPERATOR_PORT": str(self.ports[1]), "LOCKSTEP_SANDBOX_PORT": str(self.ports[2]),
        }
        with self.printed.open("wb") as printed:
            self.process = subprocess.Popen([str(root / "deploy/run")], stdin=subprocess.DEVNULL, stdout=printed,
                                            stderr=printed, env=environment)
        wait_for(lambda: "Ctrl-C" in self.words(), "it says what to try", 600,
                 unless=lambda: self.words() if self.process.poll() is not None else None)
        return self

    def words(self) -> str:
        return self.printed.read_text(errors="replace")

    def snippets(self) -> list[str]:
        """What is indented is to be pasted; a comment stands above each."""
        return [block for block in re.findall(r"(?m)^# \d\..*\n(?:#    .*\n)*((?:    .*\n)+)", self.words())]

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def run(tmp_path):
    made = Run(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end()


def paste(snippet: str) -> str:
    return subprocess.run(["bash", "-c", snippet], capture_output=True, text=True, timeout=400,
                          stdin=subprocess.DEVNULL).stdout


def is_shown(printed: str) -> bool:
    """Whether the first line's SKU was read, and is in Centra as far as the server knows."""
    try:
        warehouses = json.loads(printed.splitlines()[0])["warehouses"]
        return warehouses[0]["shows"] is not None and warehouses[0]["shows"] == warehouses[0]["shouldShow"]
    except (IndexError, KeyError, json.JSONDecodeError):
        return False


def test_the_printed_lines_work(run):
    webhook, forged, callback, order, delivery, stock, doctor, journal, figures = run.start().snippets()
    assert " 200 " in paste(webhook).splitlines()[0]
    assert " 401 " in paste(forged).splitlines()[0]
    assert " 200 " in paste(callback).splitlines()[0]
    number = json.loads(paste(order))["number"]
    assert "reference" in json.loads(paste(delivery))
    wait_for(lambda: is_shown(paste(stock)), "Centra shows what Peoplevox has", 60)
    examined = paste(doctor)
    failed = [line.split()[2] for line in examined.splitlines() if line.startswith("fail  ")]
    assert failed == ["callbacks.address"], examined
    wanted = ["order:10001", "sku:UM1001REDS", f"order:{number}", "sku:UM1001REDM", "holds"]
    wait_for(lambda: all(text in paste(journal) for text in wanted), "the pretend partners' webhooks arrive", 30)
    assert "lockstep_" in paste(figures)
    assert run.end() == 0


def test_a_second_start_keeps_what_was_there(run):
    webhook = run.start().snippets()[0]
    assert " 200 " in paste(webhook).splitlines()[0]
    assert run.end() == 0
    kept = {path.name: path.read_bytes() for path in run.state.iterdir() if path.is_file()}
    again = run.start().snippets()
    assert {path.name: path.read_bytes() for path in run.state.iterdir() if path.is_file()} == kept
    assert "order:10001" in paste(again[7])
    assert run.end() == 0
    assert run.state.stat().st_mode & 0o077 == 0
    assert (run.state / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_named(run):
    run.start()
    environment = os.environ | {"LOCKSTEP_STATE": str(run.state), "LOCKSTEP_PUBLIC_PORT": str(run.ports[0])}
    done = subprocess.run([str(root / "deploy/run")], capture_output=True, text=True, env=environment,
                          stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 1
    assert str(run.ports[0]) in done.stderr and "LOCKSTEP_PUBLIC_PORT" in done.stderr
