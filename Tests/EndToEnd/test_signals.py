"""SIGTERM drains; SIGHUP brings new secrets and brands; a broken configuration changes nothing."""

import signal
import time

from harness import deliveries, journal
from harness.load import Clients

NEW_SECRET = "the-secret-after-the-rotation"


def test_a_drain_under_load_loses_nothing_and_exits_cleanly(lockstep):
    server = lockstep().start()
    with Clients(server, 32, repeats=False) as clients:
        time.sleep(1)
        began = time.monotonic()
        assert server.stop() == 0
        took = time.monotonic() - began
    print(f"drained in {took:.2f} s, {clients.count} deliveries acknowledged")
    assert took < 15, "drainDeadline is 10 s"
    assert clients.surprises == []
    assert clients.count > 0
    # Whatever was journaled was also answered: nobody was cut off in between.
    assert journal.orders(server) == {order: each for order, each in clients.acknowledged.items() if each}


def test_an_idle_server_drains_at_once(lockstep):
    server = lockstep().start()
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 5


def test_a_secret_is_rotated_without_a_restart(lockstep):
    server = lockstep()
    server.confidential.add(NEW_SECRET)
    server.start()
    process = server.process.pid
    old, counter = deliveries.CENTRA_SECRET, iter(range(1, 100))

    def status(secret: str) -> int:
        return server.post(deliveries.webhook(deliveries.order_body(10001, next(counter)), secret)).status

    assert (status(old), status(NEW_SECRET)) == (200, 401)
    server.secrets |= {"CENTRA_SECRET": NEW_SECRET, "CENTRA_SECRET_BEFORE": old}
    server.reload()
    assert (status(old), status(NEW_SECRET)) == (200, 200)
    del server.secrets["CENTRA_SECRET_BEFORE"]
    server.reload()
    assert (status(old), status(NEW_SECRET)) == (401, 200)
    assert server.process.pid == process and server.is_running()


def test_a_token_is_rotated_without_a_restart(lockstep):
    server = lockstep().start()
    new = "0123456789abcdef0123456789abcdef"
    server.confidential.add(new)

    def status(token: str) -> int:
        return server.post(deliveries.callback("AvailabilityChanges", "item=UM1001REDS", token)).status

    both = f"{deliveries.digest_of(new)} {deliveries.digest_of(deliveries.CALLBACK_TOKEN)}"
    for digests, expected in [
        (None, (200, 404)), (both, (200, 200)), (deliveries.digest_of(new), (404, 200)),
    ]:
        if digests is not None:
            server.brands["ulvmark"]["token AvailabilityChanges"] = digests
            server.reload()
        assert (status(deliveries.CALLBACK_TOKEN), status(new)) == expected, digests


def test_a_brand_is_added_and_removed_without_a_restart(lockstep):
    server = lockstep().start()
    request = deliveries.webhook(deliveries.order_body(10001, 1), brand="nord")
    assert server.post(request).status == 404
    server.brands["nord"] = {"centraSecrets": "CENTRA_SECRET"}
    server.reload()
    assert server.post(request).status == 200
    del server.brands["nord"]
    server.reload()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 2), brand="nord")).status == 404


def test_a_broken_configuration_is_refused_whole_on_reload(lockstep):
    server = lockstep().start()
    good = server.configuration()
    server.brands["ulvmark"]["centraTolerance"] = "soon"
    server.brands["ulvmark"]["noSuchKey"] = "1"
    server.brands["nord"] = {"centraSecrets": "CENTRA_SECRET"}
    before = len(server.said())
    server.reload()
    complaint = server.said()[before:]
    assert "centraTolerance" in complaint and "noSuchKey" in complaint, complaint
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1))).status == 200
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1), brand="nord")).status == 404
    assert server.configuration() != good and server.is_running()


def test_readiness_ends_before_the_server_does(lockstep):
    """A drain may be over at once; what must not happen is an acknowledgement after the end."""
    server = lockstep().start()
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    assert server.readiness() == 0
