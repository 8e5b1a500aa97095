"""`lockstep reconcile stock` on the real programs: what it shows, what it changes and what it leaves alone, and how it ends."""

import csv
import json
import subprocess

import pytest
from harness.lockstep import binaries, wait_for
from harness.sandbox import CENTRA_TOKEN, PEOPLEVOX_PASSWORD, Sandbox

SITE, WAREHOUSE = "PrimarySite", 3
# More than may be lowered without asking; Peoplevox has one of each, and Centra shows five.
SKUS = [f"K{number:02}" for number in range(12)]


@pytest.fixture
def sandbox():
    made = Sandbox()
    # The limits of both are somebody else's test.
    made.tell("peoplevox/switches", requestsPerWindow=0)
    made.tell("centra/switches", quotas=[1_000_000] * 4 + [100_000_000] * 2)
    for sku in SKUS:
        made.tell("peoplevox/add-item", itemCode=sku, barcode="4006381333931", name="", onHand=1)
        made.tell("centra/add-sku", sku=sku, warehouse=WAREHOUSE, physical=5)
    yield made
    made.stop()


@pytest.fixture
def live(lockstep, sandbox):
    server = lockstep()
    server.brands["ulvmark"] |= {
        "mode": "live", "stock": "on", "reconcile": "off", "stockWindow": "20 ms", "stockSites": f"{SITE}:{WAREHOUSE}",
        "centraURL": sandbox.centra, "centraToken": "CENTRA_TOKEN", "centraWarehouse": str(WAREHOUSE),
        "centraShare": "100 %", "peoplevoxURL": sandbox.peoplevox, "peoplevoxClient": "ulvmark",
        "peoplevoxUser": "centra-bridge", "peoplevoxPassword": "PEOPLEVOX_PASSWORD", "passwordMode": "base64",
        "timeZone": "Europe/London", "dateFormat": "d/m/Y",
    }
    server.secrets |= {"CENTRA_TOKEN": CENTRA_TOKEN, "PEOPLEVOX_PASSWORD": PEOPLEVOX_PASSWORD}
    return server.start()


def lockstep_says(*words, status: int) -> subprocess.CompletedProcess:
    done = subprocess.run([binaries / "lockstep", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, f"{words}: {done}"
    return done


def reconcile(server, *words, status: int) -> subprocess.CompletedProcess:
    return lockstep_says("reconcile", "stock", "--config", server.directory / "lockstep.conf", *words, status=status)


def shown(sandbox) -> dict[str, int]:
    rows = sandbox.look("/centra")["stock"]
    return {row["sku"]: row["physical"] for row in rows if row["warehouse"] == WAREHOUSE}


def explained(server, sku: str) -> str:
    done = lockstep_says("explain", "sku", sku, "--config", server.directory / "lockstep.conf", "--brand", "ulvmark", status=0)
    return done.stdout.splitlines()[-1]


def test_a_look_changes_nothing_and_a_run_asks_before_it_lowers_much(live, sandbox):
    before = shown(sandbox)
    assert all(before[sku] == 5 for sku in SKUS)
    table = reconcile(live, "--dry-run", status=1).stdout
    assert "looking only" in table and "times are UTC" in table and "notDecided: 16" in table, table
    assert [line.split()[1:4] for line in table.splitlines() if line.split()[0] in SKUS] == [["3", "1", "5"]] * 12
    kinds = {record["kind"] for record in live.inspect()}
    assert kinds <= {"started", "reconciliation", "exception"}, "a look wakes and doubts nothing"

    held = json.loads(reconcile(live, "--json", status=1).stdout)
    assert (held["verdict"], held["corrected"], held["dryRun"]) == ("differ", 0, False)
    assert "would show less" in held["asks"]
    assert shown(sandbox) == before and sandbox.tell("centra/stock-log") == []
    wrong = reconcile(live, "--confirm", str(held["run"] + 1), status=2)
    assert f"run {held['run'] + 1} holds nothing back" in wrong.stderr
    assert shown(sandbox) == before

    assert reconcile(live, "--confirm", str(held["run"]), status=0).stdout == (
        f"ulvmark: what run {held['run']} held back goes on\n")
    wait_for(lambda: all(shown(sandbox)[sku] == 1 for sku in SKUS), "Centra shows what Peoplevox has", 30)
    reconcile(live, "--confirm", str(held["run"]), status=2)

    sandbox.tell("centra/stock", warehouse=WAREHOUSE, sku=SKUS[0], physical=99)
    [*rows] = csv.DictReader(reconcile(live, "--dry-run", "--csv", status=1).stdout.splitlines())
    [edited] = [row for row in rows if row["sku"] in SKUS]
    assert [edited[name] for name in ["brand", "sku", "warehouse", "explanation", "should", "shows", "believed"]] == [
        "ulvmark", SKUS[0], "3", "changedInCentra", "1", "99", "1"]
    assert edited["showsAt"].endswith("Z") and shown(sandbox)[SKUS[0]] == 99
    told = explained(live, SKUS[0])
    assert told.startswith("Centra took 1 last, at ") and told.endswith(" saw 99 there."), told

    mended = reconcile(live, status=1).stdout
    assert "1 SKU is read and written anew" in mended, mended
    wait_for(lambda: shown(sandbox)[SKUS[0]] == 1, "it is put right", 30)
    wait_for(lambda: explained(live, SKUS[0]).startswith("Centra shows 1 because"), "and told", 30)
    assert "P3: holds" in live.verify()


def test_what_cannot_be_compared_is_said(live, sandbox):
    journal = ["reconcile", "stock", "--journal", live.journal_directory]
    assert "say --config FILE or --brand NAME" in lockstep_says(*journal, status=2).stderr
    lockstep_says(*journal, "--brand", "ulvmark", "--dry-run", status=1)
    for brand in ["vendor", "nobody"]:
        assert f"no brand `{brand}` with both partners" in reconcile(live, "--brand", brand, status=2).stderr
    for words in [["--json", "--csv"], ["--dry-run", "--confirm", "3"]]:
        reconcile(live, *words, status=64)

    sandbox.tell("centra/token", token=CENTRA_TOKEN, permissions=[])
    incomplete = reconcile(live, "--dry-run", status=2).stdout
    assert "Centra: 0 SKUs in" in incomplete and "not all of it" in incomplete, incomplete
    assert live.stop() == 0
    assert "no server runs on this journal" in reconcile(live, status=2).stderr
    sandbox.tell("centra/token", token=CENTRA_TOKEN)
    live.start()
    assert "notDecided: 16" in reconcile(live, "--dry-run", status=1).stdout
