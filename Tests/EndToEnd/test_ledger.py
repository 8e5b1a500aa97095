"""The ledger: what a live server has written is what a rebuild makes of the journal, whatever was done to the server and
to the file; and `lockstep explain` tells from it what happened."""

import json
import random
import subprocess
import time

import pytest
from harness import deliveries
from harness.lockstep import binaries, wait_for
from harness.sandbox import CENTRA_TOKEN, PEOPLEVOX_PASSWORD, Sandbox

# The pretend warehouse has all of these but the last.
SKUS = ["UM1001REDS", "UM1001REDM", "UM1001REDL", "UM1001NVYM", "UM9999NONE"]


@pytest.fixture
def live(lockstep):
    """A server whose brand is live, and partners that answer."""
    sandbox = Sandbox()
    server = lockstep()
    server.brands["ulvmark"] |= {
        "mode": "live", "stock": "on", "stockWindow": "100 ms", "stockSites": "PrimarySite:3",
        "centraURL": sandbox.centra, "centraToken": "CENTRA_TOKEN", "centraWarehouse": "3",
        "peoplevoxURL": sandbox.peoplevox, "peoplevoxClient": "ulvmark", "peoplevoxUser": "centra-bridge",
        "peoplevoxPassword": "PEOPLEVOX_PASSWORD", "passwordMode": "base64", "timeZone": "Europe/London",
        "dateFormat": "d/m/Y",
    }
    server.secrets |= {"CENTRA_TOKEN": CENTRA_TOKEN, "PEOPLEVOX_PASSWORD": PEOPLEVOX_PASSWORD}
    yield server.start()
    sandbox.stop()


def wake(server, sku: str) -> None:
    answer = server.post(deliveries.callback("AvailabilityChanges", f"item={sku}&available=3"))
    assert answer.status == 200, answer


def has_caught_up(server) -> bool:
    journal = server.ask("/v1/journal")
    return journal["ledger"]["lag"] == 0 and journal["ledger"]["sequence"] > 0


def dump(server, command: str) -> str:
    return server.replay(command, *server.journal_arguments, "--dump").stdout


def rows(server, table: str) -> list[list]:
    return [row for row in map(json.loads, dump(server, "ledger").splitlines()) if row[0] == table]


def explain(server, *arguments: str, status: int = 0) -> str:
    done = subprocess.run(
        [binaries / "lockstep", "explain", "sku", *arguments, "--config", server.directory / "lockstep.conf",
         "--brand", "ulvmark"], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_a_busy_and_killed_server_leaves_the_ledger_that_a_rebuild_makes(live):
    moments = random.Random(5)
    for _ in range(4):
        end = time.monotonic() + moments.uniform(0.2, 0.8)
        while time.monotonic() < end:
            wake(live, moments.choice(SKUS))
        live.kill()
        live.start()
    wake(live, SKUS[0])
    wait_for(lambda: rows(live, "targets"), "something was decided", 60)
    assert live.stop() == 0
    before = dump(live, "ledger")
    assert before == dump(live, "rebuild")
    assert before == dump(live, "ledger")
    assert rows(live, "wakeups") and rows(live, "jobs") and rows(live, "reads") and len(rows(live, "starts")) == 5


def test_a_ledger_is_rebuilt_beside_the_server_that_writes_it(live):
    for sku in SKUS:
        wake(live, sku)
    live.replay("rebuild", *live.journal_arguments)
    wake(live, SKUS[0])
    assert live.stop() == 0
    assert "the ledger stands still" not in live.said()
    assert dump(live, "ledger") == dump(live, "rebuild")


def test_a_broken_ledger_stops_nothing_and_is_made_anew(live):
    ledger = live.directory / "ledger" / "ledger.db"
    wake(live, SKUS[0])
    wait_for(lambda: has_caught_up(live), "the ledger has all")
    live.kill()
    for end in ["-wal", "-shm"]:
        (ledger.parent / (ledger.name + end)).unlink(missing_ok=True)
    ledger.write_bytes(b"no database" * 4_000)
    live.start()
    wake(live, SKUS[1])
    wait_for(lambda: has_caught_up(live), "the ledger has all again", 30)
    assert live.metrics()["lockstep_ledger_rebuilds_total"] == 1
    assert live.stop() == 0
    assert dump(live, "ledger") == dump(live, "rebuild")


def test_a_ledger_that_cannot_be_written_is_told_and_stops_nothing(live):
    wake(live, SKUS[0])
    assert live.stop() == 0
    for file in (live.directory / "ledger").iterdir():
        file.unlink()
    (live.directory / "ledger").rmdir()
    (live.directory / "ledger").write_text("in the way")
    live.start()
    wake(live, SKUS[1])
    wait_for(lambda: live.metrics().get("lockstep_ledger_stopped") == 1, "the metric says it")
    assert live.ask("/v1/journal")["ledger"]["problem"]
    assert "the ledger stands still" in live.said()
    # The journal itself still tells.
    assert SKUS[1] in explain(live, SKUS[1])
    (live.directory / "ledger").unlink()
    wait_for(lambda: has_caught_up(live), "the ledger goes on by itself", 30)


def test_explain_tells_from_the_ledger_and_from_the_journal_alone(live):
    sku = SKUS[0]
    wake(live, sku)
    wait_for(lambda: "Centra shows" in explain(live, sku), "it is written", 30)
    told = explain(live, sku)
    assert "Peoplevox said AvailabilityChanges" in told and "times are Europe/London" in told
    assert "because Peoplevox had" in told.splitlines()[-1]
    assert live.stop() == 0
    for file in (live.directory / "ledger").iterdir():
        file.unlink()
    assert explain(live, sku).splitlines()[2:] == told.splitlines()[2:]
    story = json.loads(explain(live, sku, "--json"))
    assert story["conclusions"] == [told.splitlines()[-1]] and story["notes"]
    guess = explain(live, sku[:-1], status=1).splitlines()[-1]
    assert guess.startswith("Perhaps you mean") and sku in guess
    assert "Nothing is known of" in explain(live, sku, "--at", "2026-01-01 00:00", status=1)
    for before in ["-15 min", "15 min ago", "-1day"]:
        assert "Nothing is known of" in explain(live, sku, "--at", before, status=1)
    assert explain(live, sku, "--at", "-0 s").splitlines()[2:] == told.splitlines()[2:]
    for wrong in ["yesterday", "-15", "14:05", "15 min", "2099-01-01 00:00"]:
        explain(live, sku, "--at", wrong, status=2)
    replay = ["inspect", *live.journal_arguments, "--json"]
    assert live.replay(*replay, "--to", "-15 min").stdout == "" != live.replay(*replay, "--from", "-15 min").stdout


def test_a_server_that_only_observes_keeps_no_ledger(lockstep):
    server = lockstep().start()
    assert "ledger" not in server.ask("/v1/journal")
    assert not (server.directory / "ledger").exists()
