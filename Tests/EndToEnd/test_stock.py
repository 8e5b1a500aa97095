"""Stock on the real programs: kill -9 at any point of a storm, and Centra shows in the end what the warehouse has, and at
no time something older than it showed before."""

import os
import random
import threading
import time

import pytest
from harness import deliveries
from harness.lockstep import wait_for
from harness.sandbox import CENTRA_TOKEN, PEOPLEVOX_PASSWORD, Sandbox

ROUNDS = int(os.environ.get("LOCKSTEP_KILL_ROUNDS", "100"))
SKUS = ["UM1001REDS", "UM1001REDM", "UM1001REDL", "UM1001NVYM", "UM2040BLKOS", "UM3105ECR38"]
SITE, WAREHOUSE = "PrimarySite", 3


@pytest.fixture
def sandbox():
    made = Sandbox()
    # The limits of both are somebody else's test: a server that starts a hundred times logs in a hundred times.
    made.tell("peoplevox/switches", requestsPerWindow=0)
    made.tell("centra/switches", quotas=[1_000_000] * 4 + [100_000_000] * 2)
    yield made
    made.stop()


@pytest.fixture
def live(lockstep, sandbox):
    server = lockstep()
    server.brands["ulvmark"] |= {
        "mode": "live", "stock": "on", "stockWindow": "20 ms", "stockSites": f"{SITE}:{WAREHOUSE}",
        "centraURL": sandbox.centra, "centraToken": "CENTRA_TOKEN", "centraWarehouse": str(WAREHOUSE),
        "centraShare": "100 %",
        "peoplevoxURL": sandbox.peoplevox, "peoplevoxClient": "ulvmark", "peoplevoxUser": "centra-bridge",
        "peoplevoxPassword": "PEOPLEVOX_PASSWORD", "passwordMode": "base64", "timeZone": "Europe/London",
        "dateFormat": "d/m/Y",
    }
    server.secrets |= {"CENTRA_TOKEN": CENTRA_TOKEN, "PEOPLEVOX_PASSWORD": PEOPLEVOX_PASSWORD}
    return server.start()


class Storm(threading.Thread):
    """The stock of each SKU only grows, so that an older quantity is a smaller one."""

    def __init__(self, server, sandbox):
        super().__init__()
        self.server, self.sandbox = server, sandbox
        self.chance = random.Random(5)
        self.counted = {sku: 200 for sku in SKUS}
        self.told = 0
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.is_set():
            self.change(self.chance.choice(SKUS))
            time.sleep(0.02)
        for sku in SKUS:
            self.change(sku)

    def change(self, sku):
        self.counted[sku] += self.chance.randint(1, 3)
        self.sandbox.tell("peoplevox/count", itemCode=sku, quantity=self.counted[sku], site=SITE)
        # Until somebody is there to take it: what was lost is what a sweep is for.
        while not self.is_taken(sku):
            time.sleep(0.01)
        self.told += 1

    def is_taken(self, sku):
        try:
            return self.server.post(deliveries.callback("AvailabilityChanges", f"item={sku}&available=1")).status == 200
        except OSError:
            return False


def shown(sandbox):
    rows = sandbox.look("/centra")["stock"]
    return {row["sku"]: row["physical"] for row in rows if row["warehouse"] == WAREHOUSE and row["sku"] in SKUS}


def available(sandbox):
    """What the warehouse can sell of what it has."""
    stock = {sku: sandbox.tell("peoplevox/stock", itemCode=sku, site=SITE) for sku in SKUS}
    return {sku: levels["available"] for sku, levels in stock.items()}


def stale(log):
    """Quantities that came after larger ones."""
    highest = {}
    found = []
    for note in log:
        if note["asked"] < highest.get(note["sku"], 0):
            found.append((note["number"], note["sku"], note["asked"], highest[note["sku"]]))
        highest[note["sku"]] = max(note["asked"], highest.get(note["sku"], 0))
    return found


def reports(sandbox):
    return sandbox.look()["peoplevox"]["counters"]["byOperation"].get("GetReportData", 0)


def live_a_while(server, sandbox, chance, strikes_work):
    """Up to any moment; or into the milliseconds in which stock is read, decided, written and journaled. For these a server
    that was just killed waits up to ten seconds, as the limits of its partners demand."""
    if not strikes_work:
        return time.sleep(chance.uniform(0, 0.4))
    before = reports(sandbox)
    end = time.monotonic() + 60
    while reports(sandbox) == before:
        assert time.monotonic() < end and server.is_running(), "it reads"
    time.sleep(chance.uniform(0, 0.03))


def test_kills_during_a_storm_leave_what_an_undisturbed_run_leaves(live, sandbox):
    storm = Storm(live, sandbox)
    storm.start()
    chance = random.Random(7)
    try:
        for number in range(ROUNDS):
            live_a_while(live, sandbox, chance, strikes_work=number % 8 == 7)
            live.kill()
            live.start(until_ready=False)
    finally:
        storm.is_over.set()
        live.wait_until_ready()
        storm.join()
    wait_for(lambda: shown(sandbox) == available(sandbox), "Centra shows what the warehouse has", 120)
    log = sandbox.tell("centra/stock-log")
    assert stale([note for note in log if note["sku"] in SKUS]) == []
    assert all(quantity > 200 - 10 for quantity in shown(sandbox).values())
    live.stop()
    print(f"{ROUNDS} kills, {storm.told} changes, {len(log)} quantities set; {live.verify().splitlines()[-1]}")
