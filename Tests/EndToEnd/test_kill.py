"""`kill -9` in a loop under load: what was acknowledged is in the journal once, and in order per key."""

import os
import random
import time

from harness import journal
from harness.load import Clients

ROUNDS = int(os.environ.get("LOCKSTEP_KILL_ROUNDS", "50"))
CLIENTS = 64


def test_nothing_acknowledged_is_lost_doubled_or_reordered(lockstep):
    seed = int(os.environ.get("LOCKSTEP_SEED", time.time()))
    moments = random.Random(seed)
    server = lockstep().start()
    with Clients(server, CLIENTS) as clients:
        for _ in range(ROUNDS):
            time.sleep(moments.uniform(0.05, 0.5))
            server.kill()
            server.start()
    print(f"seed {seed}: {ROUNDS} kills, {clients.count} deliveries acknowledged")
    assert clients.surprises == [] and clients.count > 0
    assert server.stop() == 0
    assert "holds" in server.verify()
    assert journal.orders(server) == {order: each for order, each in clients.acknowledged.items() if each}, seed


def test_a_journal_can_be_verified_while_it_is_written_to(lockstep):
    server = lockstep().start()
    with Clients(server, 16) as clients:
        for _ in range(5):
            time.sleep(0.2)
            assert "holds" in server.verify()
    assert clients.surprises == [] and clients.count > 0
