"""The envelope's sender: by SMTP and in .eml files, with a token for each message where the setting has a place for one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailweave.config import Sender
from mailweave.verp import Bounced, read_bounce
from mailweave_plugins.bulk.before.orders import Bounds
from mailweave_plugins.bulk.before.seeds import number_of, send_seeds
from mailweave_plugins.bulk.orders import Order

from .conftest import AT, customers, write_profiles
from .mailing import PEOPLE, mailing, outcomes, send
from .rude_server import Rude

__all__ = ["mailing"]

VERP = "bounces+{token}@bücher.example"


@pytest.fixture
def sent_from(mailing, tmp_path):
    """`sent_from(server, envelope)` is a job with that envelope sender."""

    def call(server, envelope):
        job = mailing(tmp_path, server, run="0123456789abcdef" * 2)
        job.campaign = replace(job.campaign, sender=Sender(name="Shop", email="hello@shop.example", envelope=envelope))
        return job

    return call


def senders(server):
    return [found[1] for command in server.commands if (found := re.match(r"MAIL FROM:<([^>]*)>", command))]


def test_each_message_has_its_own_address_for_bounces(sent_from, tmp_path):
    with Rude().up() as server:
        send(sent_from(server, VERP))
    assert sorted(read_bounce(address, VERP) for address in senders(server)) == [Bounced("0123456789ab", row) for row in range(PEOPLE)]
    assert set(outcomes(tmp_path).values()) == {"sent"}


def test_a_seed_has_one_too(sent_from, tmp_path, monkeypatch):
    with Rude().up() as server:
        job = sent_from(server, VERP)
        monkeypatch.setattr("mailweave_plugins.bulk.before.seeds.open_job", lambda *_: job)
        send_seeds(Order(tmp_path, job.manifest.run, 0, patience=0, connections=1, before=Bounds(seeds=("ann@seed.example",))))
    assert [read_bounce(address, VERP) for address in senders(server)] == [Bounced("0123456789ab", number_of("ann@seed.example"))]


@pytest.mark.parametrize("envelope", [pytest.param("bounces@mail.example", marks=pytest.mark.deep), VERP])
def test_files_name_it_for_whoever_sends_them(shop, envelope):
    write_profiles(shop.root / "p.ndjson", customers(3))
    path = shop.root / "mailweave.yaml"
    path.write_text(re.sub(r"(sender: \{)", rf"\1envelope: '{envelope}', ", path.read_text()))
    assert envelope in path.read_text()
    shop.call("--profiles", "p.ndjson", "--to", "out", "--as", "eml", "--at", AT, "--jobs", 1)
    run = json.loads((shop.out / "manifest.json").read_text())["run"]
    for row in range(3):
        first = (shop.out / f"messages/part-00000/{row:08d}-p-{row}.eml").read_bytes().split(b"\r\n")[0].decode()
        address = first.removeprefix("Return-Path: ")
        assert address == "<bounces@mail.example>" or read_bounce(address, VERP) == Bounced(run[:12], row)


def test_the_documentation_shows_it_as_it_is():
    text = (Path(__file__).parents[3] / "docs/before-sending.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)# (Bounced.*?)\n```", text, re.DOTALL)
    namespace = {}
    *before, last = code[0].strip().splitlines()
    exec("\n".join(before), namespace)
    assert repr(eval(last, namespace)) == code[1]
