"""A bad configuration is refused at the start with every mistake and its line."""

import json
import re
import subprocess

import pytest

from harness import deliveries, wire
from harness.lockstep import binaries, root


def check(configuration, secrets=None) -> subprocess.CompletedProcess:
    arguments = ["--config", str(configuration)] + (["--secrets", str(secrets)] if secrets else [])
    return lockstep_command("check", *arguments)


def lockstep_command(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(binaries / "lockstep"), *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)


BROKEN = """\
[server]
publicListen = nowhere
bodyLimit = 1 furlong
colour = red

[queues]
attemptLimit = none

[brand ulvmark]
mode = guess
centraSecrets = NO_SUCH_SECRET
token AvailabilityChanges = abc
"""
# Line number to what is wrong there.
MISTAKES = {2: "publicListen", 3: "bodyLimit", 4: "colour", 7: "attemptLimit", 10: "mode", 12: "AvailabilityChanges"}


def test_every_mistake_is_listed_with_its_line(tmp_path):
    configuration = tmp_path / "broken.conf"
    configuration.write_text(BROKEN)
    done = check(configuration)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    for line, key in MISTAKES.items():
        about = [each for each in said.splitlines() if f"{line}" in each and key in each]
        assert about, f"nothing about line {line} ({key}) in:\n{said}"
    assert "NO_SUCH_SECRET" in said


def test_a_server_does_not_start_with_a_broken_configuration(tmp_path):
    configuration = tmp_path / "broken.conf"
    configuration.write_text(BROKEN)
    assert lockstep_command("serve", "--config", str(configuration)).returncode != 0


def test_the_shipped_example_is_right_once_its_secret_is_set(tmp_path):
    secrets = tmp_path / "secrets.env"
    secrets.touch(mode=0o600)
    example = (root / "deploy/secrets.env.example").read_text()
    secrets.write_text(example)
    assert check(root / "deploy/lockstep.conf.example", secrets).returncode == 1, "an empty secret is not a secret"
    secrets.write_text(example.replace("CENTRA_SECRET=\n", "CENTRA_SECRET=a-secret-of-a-webhook\n", 1))
    done = check(root / "deploy/lockstep.conf.example", secrets)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_states_the_defaults(tmp_path):
    """What the example says is the default is the default."""
    embedded = settings(lockstep_command("default-configuration").stdout)
    example = settings((root / "deploy/lockstep.conf.example").read_text())
    for section in ["server", "journal", "queues"]:
        for key, value in example[section].items():
            if key == "directory":
                continue  # the embedded one takes it from the environment
            assert embedded.get(section, {}).get(key, value) == value, f"[{section}] {key}"


def settings(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = found.setdefault(line[1:-1], {})
        elif "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section[key.strip()] = value.split(" #")[0].strip()
    return found


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660])
def test_secrets_that_others_can_read_are_refused(lockstep, mode):
    server = lockstep()
    server.write_configuration()
    (server.directory / "secrets.env").chmod(mode)
    assert check(server.directory / "lockstep.conf", server.directory / "secrets.env").returncode == 1


def test_secrets_can_come_from_the_environment(lockstep, tmp_path):
    server = lockstep()
    server.environment = dict(server.secrets)
    server.secrets = {}
    server.start()
    assert server.post(deliveries.webhook(deliveries.order_body(10001, 1))).status == 200


def test_a_new_token_comes_with_its_digest():
    words = lockstep_command("token").stdout.replace(":", " ").replace("=", " ").split()
    assert any(deliveries.digest_of(word) in words for word in words), words


def test_forwarded_addresses_are_believed_from_configured_proxies_only(lockstep):
    allowed = {"callbackAddresses": "203.0.113.0/24"}
    request = deliveries.callback("AvailabilityChanges", "item=UM1001REDS")
    forwarded = request.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n")
    for proxies, expected in [("127.0.0.1", 200), ("192.0.2.1", 404)]:
        server = lockstep(server={"trustedProxies": proxies})
        server.brands["ulvmark"] |= allowed
        server.start()
        assert wire.exchange(server.public, request).status == 404, "127.0.0.1 itself is not on the list"
        assert wire.exchange(server.public, forwarded).status == expected, proxies


def test_the_health_check_of_the_image_asks_the_server(lockstep):
    """The command of deploy/Dockerfile, as a container would run it."""
    [command] = re.findall(r"HEALTHCHECK .*? CMD (\[.*?\])\n", (root / "deploy/Dockerfile").read_text(), re.DOTALL)
    server = lockstep().start()
    command = [each.replace("/8080", f"/{server.public.port}") for each in json.loads(command.replace("\\\n", ""))]

    def is_healthy() -> bool:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=10).returncode == 0

    assert is_healthy()
    assert server.stop() == 0
    assert not is_healthy()
