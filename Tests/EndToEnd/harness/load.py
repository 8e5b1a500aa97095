"""Clients that behave as Centra does: each sends its own orders one after the other and repeats what was not
acknowledged, with the same body and a new signature."""

import threading
import time

from . import deliveries, wire
from .lockstep import Lockstep

ORDERS_PER_CLIENT = 2
FIRST_ORDER = 100_000


class Client(threading.Thread):
    def __init__(self, server: Lockstep, number: int, repeats: bool = True,
                 paddings: tuple[int, ...] | list[int] = (0,)):
        super().__init__(daemon=True)
        self.server = server
        self.orders = [FIRST_ORDER + number * ORDERS_PER_CLIENT + each for each in range(ORDERS_PER_CLIENT)]
        self.repeats = repeats
        # What the bodies are padded with, in turn; see `deliveries.order_body`.
        self.paddings = paddings
        # Order number to the counters that were acknowledged, in the order in which they were.
        self.acknowledged: dict[int, list[int]] = {order: [] for order in self.orders}
        self.surprises: list[str] = []
        self.is_stopping = threading.Event()
        self.connection: wire.Connection | None = None

    def run(self) -> None:
        counter = 0
        while not self.is_stopping.is_set():
            counter += 1
            order = self.orders[counter % len(self.orders)]
            if self.deliver(deliveries.order_body(order, counter, self.paddings[counter % len(self.paddings)])):
                self.acknowledged[order].append(counter)
            elif not self.repeats:
                break
        self.disconnect()

    def deliver(self, body: bytes) -> bool:
        """Until it is acknowledged, however often the server goes away meanwhile."""
        while True:
            answer = self.attempt(body)
            if answer is not None and answer.status == 200:
                return True
            if answer is not None and answer.status != 503:
                self.surprises.append(str(answer))
                return False
            if not self.repeats:
                return False
            time.sleep(0.01)

    def attempt(self, body: bytes) -> wire.Answer | None:
        try:
            if self.connection is None:
                self.connection = wire.Connection(self.server.public)
            answer = self.connection.exchange(deliveries.webhook(body))
            if answer.fields.get("connection") == "close":
                self.disconnect()
            return answer
        except OSError:
            self.disconnect()
            return None

    def disconnect(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Clients:
    def __init__(self, server: Lockstep, count: int, repeats: bool = True,
                 paddings: tuple[int, ...] | list[int] = (0,)):
        self.all = [Client(server, number, repeats, paddings) for number in range(count)]

    def __enter__(self) -> "Clients":
        for client in self.all:
            client.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        for client in self.all:
            client.is_stopping.set()
        for client in self.all:
            client.join(60)
            assert not client.is_alive(), "a client never got its answer"

    @property
    def surprises(self) -> list[str]:
        return [surprise for client in self.all for surprise in client.surprises]

    @property
    def acknowledged(self) -> dict[int, list[int]]:
        return {order: counters for client in self.all for order, counters in client.acknowledged.items()}

    @property
    def count(self) -> int:
        return sum(len(counters) for counters in self.acknowledged.values())
