"""A server with a long journal is soon ready again. The figure is printed; it is a machine's, so it is not judged."""

import os
import time

from harness.flood import flood

RECORDS = int(os.environ.get("LOCKSTEP_RESTART_RECORDS", "1000000"))


def test_a_restart_over_a_long_journal_becomes_ready(lockstep):
    server = lockstep(queues={"backlogLimit": 2 * RECORDS}, journal={"segmentSize": "64 MiB"}).start()
    took = flood(server, RECORDS)
    assert server.stop(limit_in_seconds=120) == 0
    octets = sum(path.stat().st_size for path in server.journal_directory.glob("*.segment"))
    print(f"{RECORDS} deliveries acknowledged in {took:.1f} s, {RECORDS / took:.0f}/s; {octets >> 20} MiB of journal")

    began = time.monotonic()
    server.start(until_ready=False)
    server.wait_until_ready(limit_in_seconds=120)
    print(f"ready after {time.monotonic() - began:.2f} s")
    assert server.ask("/v1/journal")["durableSequence"] >= RECORDS
    assert server.stop(limit_in_seconds=120) == 0
    began = time.monotonic()
    assert "holds" in server.verify()
    print(f"verified in {time.monotonic() - began:.2f} s")
