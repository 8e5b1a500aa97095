"""What the tests have in common: servers that are gone afterwards and that never told a secret."""

import os
import subprocess

import pytest

from harness.lockstep import FakeClock, Lockstep
from harness.proxies import Caddy, Nginx

SMALL_DISK_IN_MIB = 64


@pytest.fixture
def lockstep(tmp_path):
    """Makes servers; each one is ended and searched for what it must not have told."""
    made: list[Lockstep] = []

    def make(**settings) -> Lockstep:
        directory = tmp_path / f"lockstep-{len(made)}"
        directory.mkdir()
        made.append(Lockstep(directory, **settings))
        return made[-1]

    yield make
    for server in made:
        told = [] if not server.is_running() else [metrics(server)]
        server.kill()
        assert_kept_to_itself(server, told)


def metrics(server: Lockstep) -> str:
    try:
        return repr(server.metrics())
    except OSError:
        return ""


def assert_kept_to_itself(server: Lockstep, told: list[str]) -> None:
    own = {server.directory / "secrets.env"}
    for path in server.files():
        if path in own:
            continue
        content = path.read_bytes()
        for text in server.confidential:
            assert text.encode() not in content, f"{path.name} holds {text}"
    for text in server.confidential:
        assert all(text not in words for words in told), f"the metrics tell {text}"


@pytest.fixture
def nginx(tmp_path):
    yield from proxy(Nginx, tmp_path / "nginx")


@pytest.fixture
def caddy(tmp_path):
    yield from proxy(Caddy, tmp_path / "caddy")


def proxy(kind, directory):
    directory.mkdir()
    made = kind(directory)
    yield made
    made.stop()


@pytest.fixture
def clock(tmp_path):
    made = FakeClock(tmp_path / "clock")
    made.set(1_770_130_000)
    return made


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small tmpfs")
    place = tmp_path / "small-disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_IN_MIB}m,mode=0700", "none", str(place)],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
