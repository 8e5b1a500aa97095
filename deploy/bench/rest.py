"""What a server costs before and between requests: from its start to the first 2xx, idle, and for each idle connection."""

import socket
import time
from pathlib import Path

from servers import Failed, Lockstep, Reference, Server, signed_delivery


def measure(server: Server, connections: int, first: int) -> dict:
    """`first` is a delivery number from which on none was sent to this server's journal."""
    began = time.perf_counter()
    server.start([], keep_state=True)
    try:
        deliver_first(server, first)
        start = (time.perf_counter() - began) * 1e3
        time.sleep(0.3)
        idle = resident_kib(server.pid)
        fresh, used = idle_connections(server, connections, first + 1, idle)
    finally:
        server.stop()
    return {"start_ms": start, "idle_mib": idle / 1024, "fresh_kib": fresh, "used_kib": used}


def deliver_first(server: Server, number: int) -> None:
    request = signed_delivery(number)
    limit = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
                connection.sendall(request)
                if accepted(connection.recv(4096)):
                    return
        except OSError:
            pass
        if server.process.poll() is not None or time.monotonic() > limit:
            raise Failed(f"{server.title} answered no delivery:\n{server.log()}")
        time.sleep(0.0003)


def accepted(reply: bytes) -> bool:
    return reply.startswith(b"HTTP/1.1 2")


def idle_connections(server: Server, count: int, first: int, idle_kib: float) -> tuple[float, float]:
    """KiB of resident memory for each connection that has sent nothing yet, and for each that has had one answer."""
    sockets = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(count)]
    try:
        time.sleep(0.3)
        fresh = (resident_kib(server.pid) - idle_kib) / count
        for number, connection in enumerate(sockets, first):
            connection.sendall(signed_delivery(number))
            if not accepted(connection.recv(4096)):
                raise Failed(f"{server.title} refused a delivery on one of {count} connections")
        time.sleep(0.3)
        return fresh, (resident_kib(server.pid) - idle_kib) / count
    finally:
        for connection in sockets:
            connection.close()


def resident_kib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1])
    return 0


def small_journal(server: Server, send: int) -> None:
    """Leaves a journal of `send` deliveries behind, so that the start that is measured has something to read."""
    server.start([])
    try:
        server.wait_until_up()
        with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
            for number in range(send):
                connection.sendall(signed_delivery(number))
                if not accepted(connection.recv(4096)):
                    raise Failed(f"{server.title} refused a delivery")
    finally:
        server.stop()


class SmallReference(Reference):
    """It zeroes its whole file at each start, so here the file is small."""

    journal_mebibytes = 1


COMPARED: list[type[Server]] = [SmallReference, Lockstep]
