"""Every recorded delivery, octet by octet through a real nginx, at the time at which it is to be judged."""

import json

import pytest

from harness import deliveries, wire

RECORDED = [*deliveries.centra_webhooks(), *deliveries.peoplevox_callbacks()]
PERSONAL = [b"example.com", b"asa.lindstrom"]


def test_every_recorded_delivery_gets_its_answer_and_none_is_lost(lockstep, nginx, clock):
    server = lockstep()
    server.environment = clock.environment
    server.start()
    nginx.start(upstream=server.public)

    answers = send_all(nginx.address, clock)
    wrong = {each.name: str(answers[each.name]) for each in RECORDED if answers[each.name].status != each.status}
    assert wrong == {}
    assert "holds" in server.verify()

    accepted = [each for each in RECORDED if each.status == 200]
    # 18 repeats 02, so it is acknowledged and not journaled as new work.
    assert len(server.inspect("--kind", "delivery")) == len(accepted) - 1
    assert server.metrics()['lockstep_redeliveries_total{brand="ulvmark"}'] == 1
    assert len(server.inspect("--dead")) == sum(each.is_dead_letter for each in accepted)
    assert_no_personal_data(server, nginx)
    assert server.stop() == 0
    assert all(json.loads(line)["message"] for line in server.said().splitlines())


def send_all(address: wire.Address, clock) -> dict[str, wire.Answer]:
    """On one persistent connection, as long as nginx keeps it open."""
    answers: dict[str, wire.Answer] = {}
    connection = wire.Connection(address)
    for each in RECORDED:
        if each.now is not None:
            clock.set(each.now)
        answers[each.name] = connection.exchange(each.request)
        if answers[each.name].fields.get("connection") == "close":
            connection.close()
            connection = wire.Connection(address)
    connection.close()
    return answers


def assert_no_personal_data(server, nginx) -> None:
    """Promise P9, and the same for what nginx writes."""
    for path in [*server.files(), *nginx.directory.rglob("*")]:
        content = path.read_bytes().lower() if path.is_file() and path.suffix != ".conf" else b""
        for text in PERSONAL:
            assert text not in content, f"{path.name} holds {text!r}"


def test_a_refusal_says_nothing_about_why(lockstep, clock):
    server = lockstep()
    server.environment = clock.environment
    server.start()
    refused = [each for each in deliveries.centra_webhooks() if each.status == 401]
    answers = set()
    for each in refused:
        clock.set(each.now)
        answer = server.post(each.request)
        assert "www-authenticate" in answer.fields
        answers.add((answer.status, answer.body, answer.fields["www-authenticate"]))
    assert len(answers) == 1, answers


def test_a_wrong_token_looks_like_an_unknown_path(lockstep):
    server = lockstep().start()
    unknown = wire.get(server.public, "/nobody/knows/this")
    assert unknown.status == 404
    for each in deliveries.peoplevox_callbacks():
        if each.status == 404:
            answer = server.post(each.request)
            assert (answer.status, answer.body) == (404, unknown.body), each.name
            # `get` asks for the connection to be closed, and is told so.
            assert answer.fields.keys() == unknown.fields.keys() - {"connection"}, each.name


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_the_shipped_proxies_let_only_webhooks_through(lockstep, proxy, request):
    server = lockstep().start()
    front = request.getfixturevalue(proxy).start(upstream=server.public)

    body = deliveries.order_body(10001, 1)
    assert wire.exchange(front.address, deliveries.webhook(body)).status == 200
    called = deliveries.callback("AvailabilityChanges", "item=UM1001REDS&available=11&email=asa.lindstrom@example.com")
    assert wire.exchange(front.address, called).status == 200
    for path in ["/healthz", "/readyz", "/metrics", "/v1/queues", "/v1/dead-letters", "/"]:
        assert wire.get(front.address, path).status == 404, path
    # Caddy 2.6 answers 502 when its own limit cuts a body off; later ones answer 413.
    assert wire.exchange(front.address, deliveries.webhook(b"x" * (2 << 20))).status in {413, 502}

    front.stop()
    for path in front.directory.rglob("*"):
        if path.suffix == ".conf" or path.name == "Caddyfile":
            continue  # our own words, with example.com as the host
        content = path.read_bytes().lower() if path.is_file() else b""
        for text in [deliveries.CALLBACK_TOKEN.encode(), *PERSONAL]:
            assert text not in content, f"{path.name} holds {text!r}"
