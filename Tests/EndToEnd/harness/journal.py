"""What `journal-replay inspect --json` says, reduced to what the tests ask about."""

import json

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
    order, shipment = (each["subjects"][0] for each in record["events"])
    assert order.startswith("order:") and shipment.startswith("shipment:"), record
    return int(order.removeprefix("order:")), int(shipment.removeprefix("shipment:"))
