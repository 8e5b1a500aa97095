"""Sources/Peoplevox/Time/Zone.swift against Python's zoneinfo, on the same files of this machine."""

import datetime
import os
import pathlib
import random
import subprocess
import zoneinfo

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("LOCKSTEP_BIN", ROOT / ".build/release")) / "format-check"

# Summer time in both hemispheres, by half an hour, with its end in the same year or the next, negative in winter (Dublin),
# gone (Moscow, Sao_Paulo), suspended once a year (Casablanca), at midnight (Beirut), on Saturdays (Jerusalem), with
# offsets of quarters of an hour (Chatham), and zones without any.
ZONES = """Europe/London Europe/Stockholm Europe/Dublin Europe/Lisbon Europe/Moscow America/New_York America/Los_Angeles
America/Sao_Paulo America/St_Johns America/Havana Africa/Casablanca Africa/Cairo Asia/Beirut Asia/Jerusalem Asia/Kolkata
Asia/Tokyo Asia/Kathmandu Australia/Sydney Australia/Lord_Howe Pacific/Auckland Pacific/Chatham Pacific/Apia UTC""".split()
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


def seconds(time):
    return int((time - EPOCH).total_seconds())


def changes(zone, years):
    """The hours in which a zone's offset changes, found by looking at each of them."""
    hour = datetime.timedelta(hours=1)
    time, end = (datetime.datetime(year, 1, 1, tzinfo=UTC) for year in years)
    last = time.astimezone(zone).utcoffset()
    while time < end:
        time += hour
        offset = time.astimezone(zone).utcoffset()
        if offset != last:
            yield time
        last = offset


def instants(zone, chance):
    """Moments between 1990 and 2090, most of them near a change."""
    near = [*changes(zone, (2005, 2007)), *changes(zone, (2024, 2028)), *changes(zone, (2036, 2039)), *changes(zone, (2061, 2062))]
    for change in near:
        for _ in range(60):
            yield change + datetime.timedelta(seconds=chance.randint(-3 * 3600, 3 * 3600))
    for _ in range(2000):
        yield EPOCH + datetime.timedelta(seconds=chance.randint(seconds(EPOCH.replace(year=1990)), seconds(EPOCH.replace(year=2090))))


def expected(local, zone):
    """Python takes the first of two, and for none the clock that was not moved, when `fold` is 0, which it is."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    certainty = "certain" if first == second else "shownTwice" if first > second else "neverShown"
    return f"{seconds(local.replace(tzinfo=UTC) - first)} {certainty}"


@pytest.mark.parametrize("name", ZONES)
def test_a_local_time_is_the_same_moment_as_in_python(name):
    zone = zoneinfo.ZoneInfo(name)
    times = list(instants(zone, random.Random(name)))
    # Walls at random too, so that hours which no clock showed come up.
    walls = [(time.astimezone(zone) + datetime.timedelta(minutes=30 * (index % 5 - 2))).replace(tzinfo=None) for index, time in enumerate(times)]
    lines = [str(seconds(time)) for time in times] + [str(wall) for wall in walls]
    found = subprocess.run(
        [PROGRAM, "zone", name], input="\n".join(lines), text=True, stdout=subprocess.PIPE, check=True
    ).stdout.splitlines()
    assert len(found) == len(lines)
    for time, line in zip(times, found):
        assert line == str(time.astimezone(zone).replace(tzinfo=None)), time
    for wall, line in zip(walls, found[len(times) :]):
        assert line == expected(wall, zone), wall
    kinds = {line.split()[1] for line in found[len(times) :]}
    assert len(kinds) == 3 or not any(changes(zone, (2005, 2007))), kinds
