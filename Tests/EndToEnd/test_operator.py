"""What a person does: look, release what was quarantined, retry or discard what is dead."""

import json

import pytest

from harness import deliveries, journal, wire
from harness.lockstep import wait_for

# An order without its number: nothing in it is personal, so all of it is kept, and a later version may understand it.
NOT_UNDERSTOOD = deliveries.form('{"events":[{"type":"order","action":"update","date":"2026-02-03 14:05:11.028033"}]}')
# Not even JSON: only its shape is kept.
UNREADABLE = b"payload=%7B%22events%22%3A"


def test_a_wrong_secret_loses_nothing(lockstep):
    """401 for everything, until the secret is put right; then what is in quarantine is released."""
    server = lockstep()
    right = server.secrets["CENTRA_SECRET"]
    server.secrets |= {"CENTRA_SECRET": "mistyped", "CENTRA_SECRET_BEFORE": "mistyped-too"}
    server.confidential |= {"mistyped"}
    server.start()
    for counter in [1, 2, 3]:
        assert server.post(deliveries.webhook(deliveries.order_body(10001, counter), right)).status == 401
    wait_for(lambda: len(server.inspect("--kind", "quarantined")) == 3, "they are in quarantine")
    assert journal.orders(server) == {}

    sequences = [str(record["sequence"]) for record in server.inspect("--kind", "quarantined")]
    listed = server.replay("quarantine", "list", *server.journal_arguments).stdout
    assert all(sequence in listed for sequence in sequences), listed

    server.secrets["CENTRA_SECRET"] = right
    server.reload()
    server.replay("quarantine", "release", *sequences, *server.configuration_arguments)
    wait_for(lambda: journal.orders(server) == {10001: [1, 2, 3]}, "they are deliveries now")
    assert "holds" in server.verify()

    # Neither a second release nor a redelivery by Centra makes it work again.
    again = ["quarantine", "release", sequences[0], *server.configuration_arguments]
    assert server.replay(*again, succeeds=False).returncode != 0
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1), right)).status == 200
    assert journal.orders(server) == {10001: [1, 2, 3]}


def test_a_forged_delivery_cannot_be_released(lockstep):
    server = lockstep().start()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1), "a-guess")).status == 401
    wait_for(lambda: len(server.inspect("--kind", "quarantined")) == 1, "it is in quarantine")
    sequence = str(server.inspect("--kind", "quarantined")[0]["sequence"])
    release = ["quarantine", "release", sequence, *server.configuration_arguments]
    assert server.replay(*release, succeeds=False).returncode != 0
    assert journal.orders(server) == {}


def dead_letter(server, body: bytes = NOT_UNDERSTOOD) -> str:
    """Makes one and returns its job's name."""
    assert server.post(deliveries.webhook(body)).status == 200
    wait_for(lambda: dead(server), "it is dead")
    return dead(server)[0]


def dead(server) -> list[str]:
    return [letter["job"] for letter in server.ask("/v1/dead-letters")["deadLetters"]]


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "stopped"])
def test_dead_letters_are_shown_retried_and_discarded(lockstep, is_live):
    server = lockstep().start()
    job = dead_letter(server)
    if not is_live:
        assert server.stop() == 0
    letters = lambda *words: server.replay("dead-letters", *words, *server.configuration_arguments).stdout

    assert job in letters("list")
    assert job in letters("show", job)
    letters("retry", job)
    if not is_live:
        server.start()
    # It is not understood the second time either, so there is one again, of the record that queued it again.
    wait_for(lambda: len(dead(server)) == 1 and dead(server) != [job], "it is back")
    [job] = dead(server)
    if not is_live:
        assert server.stop() == 0
    letters("discard", job)
    if not is_live:
        server.start()
    wait_for(lambda: dead(server) == [], "it is gone")
    server.kill()
    server.start()
    assert dead(server) == [], "and stays gone"
    assert "holds" in server.verify()
    assert len(server.inspect("--kind", "operator")) == 2, "both are on record"


def test_a_dead_letter_of_which_only_the_shape_is_kept_can_only_be_discarded(lockstep):
    server = lockstep().start()
    job = dead_letter(server, UNREADABLE)
    done = server.replay("dead-letters", "retry", job, *server.journal_arguments, succeeds=False)
    assert done.returncode != 0 and "shape" in done.stderr, done
    assert dead(server) == [job]
    server.replay("dead-letters", "discard", job, *server.journal_arguments)
    assert dead(server) == []


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "stopped"])
def test_what_is_not_there_cannot_be_changed(lockstep, is_live):
    server = lockstep().start()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1))).status == 200
    if not is_live:
        assert server.stop() == 0
    before = server.inspect("--kind", "operator")
    for words in [["dead-letters", "retry", "999.0"], ["dead-letters", "discard", "999.0"],
                  ["quarantine", "release", "999"]]:
        done = server.replay(*words, *server.configuration_arguments, succeeds=False)
        assert done.returncode != 0 and done.stderr, words
    assert server.inspect("--kind", "operator") == before


def test_changes_are_refused_on_the_network(lockstep):
    """Only the socket in the journal's directory, where the kernel says who is asking, takes changes."""
    server = lockstep().start()
    job = dead_letter(server)
    for path in [f"/v1/dead-letters/{job}/retry", f"/v1/dead-letters/{job}/discard", "/v1/replay",
                 "/v1/quarantine/1/release"]:
        request = wire.post(path, b'{"sequences":[1]}', {"Content-Type": "application/json"})
        assert wire.exchange(server.operator, request).status == 403, path
        assert wire.exchange(server.public, request).status == 404, path
    socket = server.journal_directory / "operator.sock"
    assert socket.is_socket() and socket.stat().st_mode & 0o777 == 0o600


def test_a_replay_is_a_dry_run_until_it_is_confirmed(lockstep):
    server = lockstep().start()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1))).status == 200
    wait_for(lambda: server.inspect("--kind", "outcome"), "it is settled")
    outcomes = len(server.inspect("--kind", "outcome"))
    before = server.inspect()
    dry = server.replay("replay", *server.journal_arguments, "--order", "10001").stdout
    assert "10001" in dry
    assert server.inspect() == before
    server.replay("replay", *server.journal_arguments, "--order", "10001", "--yes")
    wait_for(lambda: len(server.inspect("--kind", "outcome")) > outcomes, "it was worked on again")
    assert "holds" in server.verify()


def test_the_queues_and_the_journal_can_be_watched(lockstep):
    server = lockstep().start()
    assert server.post(deliveries.callback("AvailabilityChanges", "item=UM1001REDS&available=11")).status == 200
    wait_for(lambda: server.inspect("--kind", "outcome"), "it is settled")
    assert server.ask("/v1/journal")["durableSequence"] >= 2
    assert server.ask("/v1/queues?limit=5")["queued"] == 0
    assert wire.get(server.operator, "/v1/queues/ulvmark/sku:UM1001REDS").status in (200, 404)
    assert wire.get(server.operator, "/v1/queues/ulvmark/sku:NOBODY").status == 404
    assert any(name.startswith("lockstep_") for name in server.metrics())
    assert [record["brand"] for record in server.inspect("--sku", "UM1001REDS", "--kind", "delivery")] == ["ulvmark"]
    assert server.inspect("--sku", "NOBODY") == []


def test_inspection_is_json_for_machines_and_a_table_for_people(lockstep):
    server = lockstep().start()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1))).status == 200
    assert all(isinstance(record["sequence"], int) for record in server.inspect())
    table = server.replay("inspect", *server.journal_arguments).stdout
    assert "order:10001" in table
    with pytest.raises(json.JSONDecodeError):
        json.loads(table.splitlines()[0])
