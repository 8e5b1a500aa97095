"""What `journal-replay inspect --json` says, reduced to what the tests ask about."""

import json
import re

from .lockstep import Lockstep


def orders(server: Lockstep, succeeds: bool = True) -> dict[int, list[int]]:
    """Order number to the counters of its deliveries, in journal order; redeliveries of the same body left out."""
    found: dict[int, list[int]] = {}
    arguments = ["inspect", *server.journal_arguments, "--kind", "delivery", "--json"]
    for line in server.replay(*arguments, succeeds=succeeds).stdout.splitlines():
        record = json.loads(line)
        order, counter = order_and_counter(record)
        found.setdefault(order, []).append(counter)
    return found


def order_and_counter(record: dict) -> tuple[int, int]:
    """Undoes `deliveries.order_body`."""
    event = json.loads(record["content"])["events"][0]
    hours, minutes, seconds, microseconds = map(int, re.split("[:.]", event["date"].split()[1]))
    return event["id"], ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + microseconds
