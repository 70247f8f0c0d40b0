"""A shop to import mails into."""

from __future__ import annotations

import re

import pytest
import yaml

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files
from mailweave_plugins.importing.making import make


@pytest.fixture
def shop(tmp_path, monkeypatch):
    write_files(tmp_path, {name: text for name, text in MINIMAL.items() if not name.startswith("campaigns/")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(shop, capfd):
    def call(*arguments, status=0, **files):
        for name, text in files.items():
            (shop / name.replace("_", ".")).write_text(text)
        assert run(["import", *arguments]) == status
        return capfd.readouterr()

    return call


@pytest.fixture
def made_of(shop, mailweave_engine):
    """What a mail becomes as a campaign `m`, and what is told; nothing is written."""

    def made_of(text, name="m.html"):
        (shop / name).write_text(text)
        return make(mailweave_engine.open(shop, base=shop), shop / name, "campaign", "m")

    return made_of


def blocks_of(made):
    """Slot → text of its block, and the layout, of what a mail becomes."""
    slots = yaml.safe_load(made.files[f"campaigns/{made.name}.yaml"])["slots"]
    texts = {path.split("/")[1]: text for path, text in made.files.items() if "/default." in path}
    (layout,) = (text for path, text in made.files.items() if path.startswith("layouts/"))
    return {slot: texts[info["block"]] for slot, info in slots.items()}, layout


def put_together(made):
    """A layout with its blocks in their places."""
    blocks, layout = blocks_of(made)
    return re.sub(r'<mw-slot name="(\w+)"(?: />|></mw-slot>)', lambda found: blocks[found[1]], layout)
