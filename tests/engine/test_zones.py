"""Time zones come from the package alone, whatever the machine has."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from mailweave.errors import MailweaveError
from mailweave.profiles import Profile
from mailweave.zones import names, zone

# What a machine with other data says: a zone file of Tokyo's under the name of New York, and one that only this machine has.
OTHER = ("America/New_York", "localtime")
TEMPLATE = (
    '{{ at | date: "full" }} {{ at | date: "HH:mm zzzz" }} {{ "2026-11-23T10:00:00" | date: "%H:%M %Z %z" }} '
    '{{ "2026-11-23T10:00:00Z" | timezone: "America/New_York" | date: "%H:%M" }}'
)
FILES = {
    "mailweave.yaml": """
        name: Test
        brand: {name: Test}
        sender: {name: Test, email: hello@test.example}
        plugins: {liquid: {sets: [customer_io]}}
        """,
    "campaigns/hello.yaml": f"""
        subject: '{TEMPLATE}'
        slots:
          note:
            choose:
              - when: {{schedule: {{hours: "05:00-06:00"}}}}
                block: note
              - otherwise: nothing
        """,
    "profiles/ann.yaml": "timezone: America/New_York",
}
ARGUMENTS = ("-m", "mailweave", "render", "hello", "--profile", "ann", "--at", "2026-11-23T10:00:00Z")


def rendered(root, *, machine=""):
    done = subprocess.run(
        [sys.executable, *ARGUMENTS], cwd=root, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONTZPATH": str(machine), "TZ": "UTC"}
    )
    return done.stdout


def test_a_message_is_the_same_on_a_machine_with_other_zones(make_workspace, tmp_path_factory):
    root = make_workspace(FILES).root
    machine = tmp_path_factory.mktemp("machine")
    tokyo = files("tzdata").joinpath("zoneinfo/Asia/Tokyo").read_bytes()
    for name in OTHER:
        path = machine / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(tokyo)
    check = "import zoneinfo, datetime as d; print(d.datetime(2026, 11, 23, tzinfo=zoneinfo.ZoneInfo('America/New_York')).utcoffset())"
    env = {**os.environ, "PYTHONTZPATH": str(machine)}
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, env=env).stdout == "9:00:00\n"
    here = rendered(root)
    assert "05:00" in here
    assert "Hello, " in here
    assert rendered(root, machine=machine) == here


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("localtime", "write an IANA name like Europe/Berlin"),
        ("posixrules", "write an IANA name like Europe/Berlin"),
        ("Factory", "write an IANA name like Europe/Berlin"),
        ("../../../etc/localtime", "write an IANA name like Europe/Berlin"),
        ("", "write an IANA name like Europe/Berlin"),
        ("America", "write an IANA name like Europe/Berlin"),
        ("America/Foo", "write an IANA name like Europe/Berlin"),
        ("PDT", "write an IANA name like Europe/Berlin"),
        ("GMT 1", "write an IANA name like Europe/Berlin"),
        ("W. Europe Standard Time", "write an IANA name like Europe/Berlin"),
        ("europe/berlin", "did you mean 'Europe/Berlin'?"),
        ("Eurpe/Berlin", "did you mean 'Europe/Berlin'?"),
        ("Asia/Berlin", "did you mean 'Europe/Berlin'?"),
        ("America/New York", "did you mean 'America/New_York'?"),
        ("oslo", "did you mean 'Europe/Oslo'?"),
        ("utc", "did you mean 'UTC'?"),
        ("UTC+00:00", "write UTC"),
        ("+05:30", "write an IANA name like Europe/Berlin; an offset alone names no place"),
        ("Etc/GMT+20", "write an IANA name like Europe/Berlin; an offset alone names no place"),
        ("GMT+1", "write a place such as Europe/Berlin, or Etc/GMT-1, which is UTC+1 all year (the signs of Etc/GMT are inverted)"),
        ("UTC-08:00", "write a place such as America/New_York, or Etc/GMT+8, which is UTC-8 all year (the signs of Etc/GMT are inverted)"),
    ],
)
def test_what_is_no_zone_gets_a_short_remedy(name, remedy):
    with pytest.raises(ValueError, match="is no time zone") as caught:
        zone(name)
    assert str(caught.value) == f"'{name}' is no time zone – {remedy}"


@pytest.mark.parametrize("offset", [-12, -8, -1, 1, 5, 14])
def test_the_remedy_for_an_offset_is_a_zone_of_that_offset(offset):
    with pytest.raises(ValueError, match="is no time zone") as caught:
        zone(f"GMT{offset:+d}")
    wanted = str(caught.value).partition("or ")[2].partition(",")[0]
    assert datetime(2026, 7, 1, tzinfo=zone(wanted)).utcoffset().total_seconds() == offset * 3600


def test_a_long_name_is_cut():
    with pytest.raises(MailweaveError) as caught:
        Profile.from_data({"timezone": "x" * 9000})
    assert len(str(caught.value)) < 200


def test_zones_are_those_of_the_package_and_are_copied_by_name():
    berlin = zone("Europe/Berlin")
    assert copy.deepcopy(berlin) is berlin
    assert pickle.loads(pickle.dumps(berlin)) is berlin
    assert berlin.key == "Europe/Berlin"
    assert isinstance(berlin, zoneinfo.ZoneInfo)


def test_every_name_is_read():
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    assert all(moment.astimezone(zone(name)).utcoffset() is not None for name in names())
