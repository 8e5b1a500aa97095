"""HTTP octet by octet: requests go out exactly as given, so a test decides about every one of them."""

import http.client
import itertools
import os
import socket
import ssl
from dataclasses import dataclass
from typing import NamedTuple


class Address(NamedTuple):
    host: str
    port: int
    tls: bool = False

    @property
    def text(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    status: int
    fields: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.body[:200]!r}"


class Connection:
    """A persistent connection. `ConnectionError` means that no answer came: the sender was told nothing."""

    def __init__(self, address: Address, timeout_in_seconds: float = 20):
        self.socket = socket.create_connection((address.host, address.port), timeout=timeout_in_seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.tls:
            self.socket = trusting_anybody().wrap_socket(self.socket)

    def exchange(self, request: bytes) -> Answer:
        self.send(request)
        return self.receive(request.split(b" ", 1)[0].decode("latin-1"))

    def send(self, request: bytes) -> None:
        try:
            self.socket.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It may have answered early, and the answer is what counts.

    def receive(self, method: str = "POST") -> Answer:
        response = http.client.HTTPResponse(self.socket, method=method)
        try:
            response.begin()
            body = response.read()
        except (http.client.BadStatusLine, http.client.IncompleteRead) as problem:
            raise ConnectionResetError(f"closed without an answer: {problem!r}") from None
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def trusting_anybody() -> ssl.SSLContext:
    """The certificate was made by the test itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def exchange(address: Address, request: bytes) -> Answer:
    with Connection(address) as connection:
        return connection.exchange(request)


def get(address: Address, path: str) -> Answer:
    return exchange(address, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())


def post(path: str, body: bytes, fields: dict[str, str] | None = None) -> bytes:
    """The octets of a form request; whoever wants another content type names it in `fields`."""
    all_fields = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"} | (fields or {})
    all_fields["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in all_fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


# Below the ports that the kernel gives to clients, so that no connection takes one between its choice and its use.
_ports = itertools.cycle(range(12000, 32000))
for _ in range(os.getpid() * 37 % 20000):
    next(_ports)


def free_port() -> int:
    """A port that nobody listens on, and never the same one twice in a row."""
    for port in _ports:
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("there is always a next one")


def free_ports(count: int) -> int:
    """The first of that many in a row."""
    while True:
        ports = [free_port() for _ in range(count)]
        if ports == list(range(ports[0], ports[0] + count)):
            return ports[0]
