"""What the partners send: the recorded deliveries of Tests/Fixtures, and new ones that a test signs itself."""

import hashlib
import hmac
import json
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from . import wire

fixtures = Path(__file__).resolve().parents[2] / "Fixtures"

CENTRA_SECRET = "fixture-endpoint-secret-1"
CENTRA_SECRET_BEFORE = "fixture-endpoint-secret-0"
KNOWN_ANSWER_SECRET = "test123"
CALLBACK_TOKEN = "3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e"
HOST = "lockstep.test"


@dataclass(frozen=True)
class Recorded:
    """A delivery of the fixtures: its octets with only target and Host rewritten, and the answer it must get."""

    name: str
    request: bytes
    expect: str
    # Seconds since 1970: the time at which Centra's signature is to be judged; None where time does not matter.
    now: int | None

    @property
    def status(self) -> int:
        return int(self.expect.removeprefix("reject-")) if self.expect.startswith("reject-") else 200

    @property
    def is_dead_letter(self) -> bool:
        return self.expect == "accept-quarantine"

    def __str__(self) -> str:
        return self.name


def centra_webhooks() -> list[Recorded]:
    folder = fixtures / "centra/webhooks"
    index = json.loads((folder / "index.json").read_text())
    return [
        Recorded(
            name=row["file"],
            request=readdressed((folder / row["file"]).read_bytes(), "/centra/webhook", f"/v1/{brand(row)}/centra"),
            expect=row["expect"],
            now=row["now"],
        )
        for row in index["deliveries"]
    ]


def peoplevox_callbacks() -> list[Recorded]:
    folder = fixtures / "peoplevox/callbacks"
    index = json.loads((folder / "index.json").read_text())
    return [
        Recorded(
            name=row["file"],
            request=readdressed((folder / row["file"]).read_bytes(), "/pvx/e/", "/v1/ulvmark/peoplevox/"),
            expect=row["expect"],
            now=None,
        )
        for row in index["callbacks"]
    ]


def brand(row: dict) -> str:
    """Centra's published example is signed with a secret of its own, so it goes to a brand of its own."""
    return "vendor" if row["secret"] == KNOWN_ANSWER_SECRET else "ulvmark"


def readdressed(request: bytes, before: str, after: str) -> bytes:
    request_line, rest = request.split(b"\r\n", 1)
    assert before.encode() in request_line, request_line
    request_line = request_line.replace(before.encode(), after.encode(), 1)
    return request_line + b"\r\n" + rest.replace(b"Host: bridge.example.com", f"Host: {HOST}".encode(), 1)


def callback_events() -> list[str]:
    index = json.loads((fixtures / "peoplevox/callbacks/index.json").read_text())
    return sorted({row["event"] for row in index["callbacks"]})


def signature(body: bytes, secret: str, at: int | None = None) -> str:
    """The value of X-Centra-Signature. Source: Centra's webhook documentation, and the known answer of the fixtures."""
    at = int(time.time()) if at is None else at
    digest = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
    return f"t={at},v1={digest}"


def order_body(order: int, counter: int, padding: int = 0) -> bytes:
    """A Centra body about one order. `counter` stands in it twice: as the microseconds of the date, so that every body
    is distinct, and as a shipment's id, so that `journal-replay inspect` shows it. `padding` counts events that
    nobody uses, some 100 octets each."""
    date = f"2026-02-03 {counter // 3_600_000_000 % 24:02}:{counter // 60_000_000 % 60:02}:" + (
        f"{counter // 1_000_000 % 60:02}.{counter % 1_000_000:06}"
    )
    events = [event("order", date, order), event("shipment", date, counter)]
    return form('{"events":[' + ",".join(events + [event("customer", date, counter)] * padding) + "]}")


def event(kind: str, date: str, number: int) -> str:
    return f'{{"type":"{kind}","action":"update","date":"{date}","id":{number}}}'


def form(payload: str) -> bytes:
    return ("payload=" + urllib.parse.quote(payload, safe="")).encode()


def webhook(body: bytes, secret: str = CENTRA_SECRET, brand: str = "ulvmark", at: int | None = None) -> bytes:
    return wire.post(f"/v1/{brand}/centra", body, {"X-Centra-Signature": signature(body, secret, at)})


def callback(event: str, query: str, token: str = CALLBACK_TOKEN, brand: str = "ulvmark") -> bytes:
    return f"GET /v1/{brand}/peoplevox/{event}/{token}?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
