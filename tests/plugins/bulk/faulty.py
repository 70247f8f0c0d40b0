"""A real fault: filters that remember the customer before, which no filter may do. The compiled way keeps what a filter gave for a value; the
reference way asks again, and gets something else.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from mailweave_plugins.bulk.manifest import part_name

from .conftest import AT, install, lines, write_profiles

PLUGIN = """
from mailweave import hookimpl

before = [""]


def remember(scope, value):
    before[0] = value
    return value


def greet(scope, value):
    return f"{value} {before[0]} friend"


@hookimpl
def register_filters():
    return {"remember": remember, "greet": greet}
"""
CAMPAIGN = "subject: Hello\nslots: {note: {block: note}}\n"
BLOCK = """<mj-section><mj-column><mj-text>{{ customer.group | remember }}: {{ customer.title | greet }} {{ customer.first_name }}
{% if customer.more %}<b>More for you.</b>{% endif %}</mj-text></mj-column></mj-section>
"""


SIZE = 20
FILES = ["--to", "out", "--as", "ndjson", "--part-size", SIZE]


def people(number, group, more=lambda index: False):
    """Profiles p-0, p-1 …; those of another group than the first one come out differently."""
    rows = [{"id": f"p-{index}", "email": f"u{index}@test.example", "first_name": f"Ann {index}", "title": "Dear"} for index in range(number)]
    return [{**row, "group": group(index), "more": more(index)} for index, row in enumerate(rows)]


# Whichever group a worker meets first, the other one differs.
MIXED = people(400, lambda index: "old" if index % 2 else "new")


@pytest.fixture
def faulty(shop, monkeypatch):
    """`go(rows, …)` runs such a campaign in processes of its own; `differences` and `suspects` are what it left."""
    install(monkeypatch, shop.root / "site", "acme_moods", PLUGIN)
    (shop.root / "campaigns/hello.yaml").write_text(CAMPAIGN)
    (shop.root / "content_blocks/note/default.mjml").write_text(BLOCK)

    def go(rows, *words, status=0):
        write_profiles(shop.root / "p.ndjson", rows)
        process = shop.start("--profiles", "p.ndjson", "--at", AT, "--format", "json", *words)
        said, err = process.communicate(timeout=400)
        assert process.returncode == status, said + err
        return SimpleNamespace(**json.loads(said), err=" ".join(err.split()))

    def left(name):
        return lines(shop.out / name) if (shop.out / name).exists() else []

    found = {"differences": lambda: left("differences.ndjson"), "suspects": lambda: left("suspect.ndjson")}
    return SimpleNamespace(go=go, out=shop.out, ledger=shop.ledger, messages=shop.messages, **found)


def assert_stopped(faulty):
    """Nothing of a part with a difference is there, and every suspect is listed."""
    assert faulty.differences()
    for difference in faulty.differences():
        name = part_name(difference["row"] // SIZE)
        assert not [path for path in faulty.out.rglob(f"{name}*") if path.parent.name in ("parts", "messages", "ledger")]
    documents = {difference["document"] for difference in faulty.differences()}
    assert faulty.suspects() == [entry for entry in faulty.ledger() if entry["document"] in documents]
