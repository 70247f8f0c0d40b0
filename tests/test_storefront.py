"""The example shop: everything in it works, the same way each time, without the network."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from mailweave.audit import audit
from mailweave.textpart import text_of

SHOP = Path(__file__).parents[1] / "examples" / "storefront"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
HASHES = """
import hashlib, json, socket, sys
from datetime import UTC, datetime

def refuse(*_):
    raise AssertionError("no network while rendering")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from mailweave.engine import Engine

engine = Engine()
shop = engine.open(sys.argv[1])
at = datetime(2026, 11, 23, 10, tzinfo=UTC)
found = {}
for campaign in shop.campaign_names():
    for profile in shop.profile_names():
        message = engine.render(shop, campaign, profile, at)
        data = json.dumps(message.json(), sort_keys=True).encode() + message.eml
        found[f"{campaign}/{profile}"] = hashlib.sha256(data).hexdigest()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def shop(mailweave_engine):
    return mailweave_engine.open(SHOP)


@pytest.fixture(scope="module")
def messages(mailweave_engine, shop):
    pairs = [(campaign, profile) for campaign in shop.campaign_names() for profile in shop.profile_names()]
    return {pair: mailweave_engine.render(shop, *pair, AT) for pair in pairs}


def test_has_no_errors(shop):
    assert [str(problem) for problem in audit(shop, AT) if problem.level == "error"] == []


def test_is_as_large_as_it_says(shop):
    assert len(shop.campaign_names()) == 3
    assert len(shop.profile_names()) == 16
    assert len(shop.sources["products"]) >= 40


def test_two_processes_give_the_same_bytes():
    """`PYTHONHASHSEED` differs, so an order taken from a set would show."""
    outputs = []
    for seed in ("1", "2"):
        done = subprocess.run([sys.executable, "-c", HASHES, str(SHOP)], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        outputs.append(json.loads(done.stdout))
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 48


def test_messages_differ_where_they_should(messages):
    for campaign in {campaign for campaign, _ in messages}:
        choices = {json.dumps(message.json()["slots"], default=str) for (name, _), message in messages.items() if name == campaign}
        assert len(choices) >= 8, campaign
    assert len({hashlib.sha256(message.html.encode()).hexdigest() for message in messages.values()}) == len(messages)


def test_every_message_is_complete(messages):
    for pair, message in messages.items():
        parts = message_from_bytes(message.eml)
        assert message.subject.strip(), pair
        assert message.preheader.strip(), pair
        assert message.html.startswith("<!doctype html>"), pair
        assert message.size < 102_000, pair
        assert len(message.text.split()) > 30, pair
        assert parts["List-Unsubscribe"].startswith("<https://"), pair
        assert "{{" not in message.html + message.text + message.subject, pair


def test_the_text_part_says_what_the_html_says(messages):
    message = next(iter(messages.values()))
    assert message.text == text_of(message.html)


def test_every_picture_is_there(messages, shop):
    base = shop.config.assets
    for pair, message in messages.items():
        for piece in message.html.split(base)[1:]:
            path = shop.root / "assets" / piece.split('"')[0].split("'")[0].split("&quot;")[0].split(")")[0]
            assert path.is_file(), (pair, path)
