"""What does not agree: raised, seen, acknowledged, noted, and cleared when its cause is gone and not before."""

import json
import subprocess

import pytest
from harness import deliveries, wire
from harness.lockstep import binaries, wait_for
from harness.sandbox import CENTRA_TOKEN, PEOPLEVOX_PASSWORD, Sandbox

STRANGER = "STRANGER-1"
NOT_UNDERSTOOD = deliveries.form('{"events":[{"type":"order","action":"update","date":"2026-02-03 14:05:11.028033"}]}')


def exceptions(server, *words, status=0):
    """`lockstep exceptions ...`, its lines of JSON; and it must end as it says."""
    command = [binaries / "lockstep", "exceptions", *words, "--json", "--journal", server.journal_directory]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == status, f"{words}: {done}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def open_classes(server):
    return [each["class"] for each in server.ask("/v1/exceptions")["exceptions"]]


@pytest.fixture
def sandbox():
    made = Sandbox()
    yield made
    made.stop()


@pytest.fixture
def live(lockstep, sandbox):
    """A server that keeps the sandbox's stock."""
    server = lockstep()
    server.brands["ulvmark"] |= {
        "mode": "live", "stock": "on", "reconcile": "off", "centraURL": sandbox.centra, "centraToken": "CENTRA_TOKEN",
        "centraWarehouse": "3", "peoplevoxURL": sandbox.peoplevox, "peoplevoxClient": "ulvmark",
        "peoplevoxUser": "centra-bridge", "peoplevoxPassword": "PEOPLEVOX_PASSWORD", "passwordMode": "base64",
        "timeZone": "Europe/London", "dateFormat": "d/m/Y", "exceptionAfter credentials-failing": "1 s",
    }
    server.secrets |= {"CENTRA_TOKEN": CENTRA_TOKEN, "PEOPLEVOX_PASSWORD": PEOPLEVOX_PASSWORD}
    return server.start()


def changed(server, sku, available):
    query = f"item={sku}&available={available}"
    assert server.post(deliveries.callback("AvailabilityChanges", query)).status == 200


def test_a_sku_that_the_shop_does_not_know_is_open_until_it_does(live, sandbox):
    sandbox.tell("peoplevox/add-item", itemCode=STRANGER, barcode="4006381333931", name="", onHand=5)
    changed(live, STRANGER, 5)
    wait_for(lambda: open_classes(live) == ["sku-unknown-in-centra"], "it is raised", 40)
    [one] = exceptions(live, "list", status=1)
    number = str(one["id"])
    assert (one["owner"], one["brand"], one["subject"]) == ("e-commerce", "ulvmark", f"sku:{STRANGER}")
    assert one["evidence"]["should show"] == 5 and "Could not find" in one["evidence"]["Centra says"]
    assert one["nextAction"] in live.said() and "exception raised" in live.said()
    labels = 'class="sku-unknown-in-centra",owner="e-commerce",brand="ulvmark",priority="3"'
    assert live.metrics()[f'lockstep_exceptions_open{{{labels},acknowledged="false"}}'] == 1

    exceptions(live, "acknowledge", number, "--for", "4h")
    exceptions(live, "note", number, "asked the buyers")
    assert [each["id"] for each in exceptions(live, "list")] == [one["id"]], "acknowledged is still open"
    for text in ["two\nlines", "someone@example.com", "x" * 501, ""]:
        exceptions(live, "note", number, text, status=2)

    live.kill()
    live.start()
    [same] = exceptions(live, "show", number)
    assert same["isAcknowledged"] and [note["text"] for note in same["notes"]] == ["asked the buyers"]
    assert same["raised"] == one["raised"] and same["cleared"] is None

    sandbox.tell("centra/add-sku", sku=STRANGER)
    sandbox.tell("peoplevox/count", itemCode=STRANGER, quantity=7)
    changed(live, STRANGER, 7)
    wait_for(lambda: open_classes(live) == [], "it is cleared", 40)
    assert exceptions(live, "list") == []
    [gone] = exceptions(live, "list", "--all")
    assert gone["id"] == one["id"] and gone["cleared"] and "exception cleared" in live.said()
    exceptions(live, "acknowledge", number, status=2)
    assert "P8: holds" in live.verify()


def test_a_dead_letter_is_an_exception_until_it_is_gone(lockstep):
    server = lockstep().start()
    assert server.post(deliveries.webhook(NOT_UNDERSTOOD)).status == 200
    wait_for(lambda: open_classes(server) == ["dead-letter-present"], "it is raised")
    [one] = exceptions(server, "list", "--brand", "ulvmark", "--class", "dead-letter-present", status=1)
    [job] = [letter["job"] for letter in server.ask("/v1/dead-letters")["deadLetters"]]
    assert one["evidence"]["jobs"] == job and one["evidence"]["dead letters"] == 1
    assert exceptions(server, "list", "--brand", "vendor", status=0) == []
    exceptions(server, "list", "--class", "rain", status=2)
    named = ["--config", str(server.directory / "lockstep.conf")]
    for words, complaint in [
        (["list", "--brand", "nobody"], "there is no brand nobody; there are: ulvmark"),
        (["show", "99999"], "there is no exception 99999"),
        (["note", "99999", "who knows"], "there is no exception 99999"),
        (["acknowledge", str(one["id"]), "--for", "0h"], "--for is more than nothing and at most 90 days"),
        (["acknowledge", str(one["id"]), "--for", "91 days"], "--for is more than nothing and at most 90 days"),
    ]:
        asked = subprocess.run([binaries / "lockstep", "exceptions", *words, *named], capture_output=True, text=True)
        assert asked.returncode == 2 and complaint in asked.stderr, asked.stderr

    path = f"/v1/exceptions/{one['id']}"
    for action in ["acknowledge", "note"]:
        assert wire.exchange(server.operator, wire.post(f"{path}/{action}", b"")).status == 403, action
    server.replay("dead-letters", "discard", job, *server.journal_arguments)
    wait_for(lambda: open_classes(server) == [], "it is cleared")
    assert server.post(deliveries.webhook(NOT_UNDERSTOOD.replace(b"14", b"15"))).status == 200
    wait_for(lambda: open_classes(server) == ["dead-letter-present"], "the next one is another")
    [again] = exceptions(server, "list", status=1)
    assert again["previous"] == one["id"] and again["times"] == 2
    assert [each["id"] for each in exceptions(server, "list", "--all", status=1)] == [again["id"], one["id"]]
    assert "P8: holds" in server.verify()


def test_a_password_that_is_refused_is_told_though_nobody_calls_any_more(live, sandbox):
    sandbox.tell("peoplevox/set-password", user="centra-bridge", password="another")
    changed(live, "UM1001REDS", 3)
    wait_for(lambda: open_classes(live) == ["credentials-failing"], "it is raised", 40)
    [one] = exceptions(live, "list", status=1)
    assert (one["priority"], one["subject"]) == (1, "peoplevox") and "login: the login was refused" in one["evidence"]["last"]
    assert sandbox.look("/peoplevox")["counters"]["refusedLogins"] == 1, "one try, so that the user is not locked out"


def test_without_a_server_it_says_so(tmp_path):
    command = [binaries / "lockstep", "exceptions", "--journal", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "no server runs" in done.stderr
