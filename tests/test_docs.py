"""What the documentation says must be so: files it shows, hooks, commands, options and file keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel

from mailweave import hookspecs
from mailweave.alone import Sample
from mailweave.blocks import BlockFile
from mailweave.campaign import CampaignFile, EntryFile, SlotFile
from mailweave.cli import command
from mailweave.config import COLORS, Brand, Config, Logo, Sender
from mailweave.declarations import Parameter, Variable
from mailweave.profiles import Address, KnownFields, Order

ROOT = Path(__file__).parents[1]
PLUGINS, CLI, FILES = (ROOT / "docs" / f"{name}.md" for name in ("plugins", "cli", "files"))
SHOWN = re.compile(r"<!-- file: (?P<path>\S+) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("found", list(SHOWN.finditer(PLUGINS.read_text())), ids=lambda found: found["path"])
def test_shown_files_are_the_real_ones(found):
    assert found["text"] == (ROOT / found["path"]).read_text()


def test_every_hook_is_described():
    hooks = [name for name in vars(hookspecs) if name.startswith("register_")]
    assert len(hooks) >= 10
    assert [hook for hook in hooks if f"| `{hook}` |" not in PLUGINS.read_text()] == []


def test_every_command_and_option_is_described(mailweave_engine):
    text = CLI.read_text()
    commands = command(mailweave_engine).commands
    assert [name for name in commands if not re.search(rf"`(mailweave )?{name}\b", text)] == []
    options = {option for one in commands.values() for parameter in one.params if isinstance(parameter, click.Option) for option in parameter.opts}
    assert [option for option in options if f"`{option}" not in text] == []


@pytest.mark.parametrize(
    "model", [Config, Brand, Logo, Sender, BlockFile, Parameter, Variable, CampaignFile, SlotFile, EntryFile, KnownFields, Order, Address, Sample], ids=str
)
def test_every_file_key_is_described(model):
    words = set(re.findall(r"[\w.*]+", FILES.read_text()))
    described = words | {word.rsplit(".", 1)[-1] for word in words}
    assert [key for key in model.model_fields if key not in described] == []


def test_every_default_colour_is_described():
    assert [name for name in COLORS if f"`{name}`" not in FILES.read_text()] == []


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    assert [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()] == []


def keys_of(model, seen=()):
    """Every key of a settings model and of the models inside it."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in models_in(field.annotation):
            if inner not in seen:
                yield from keys_of(inner, (*seen, inner))


def models_in(kind):
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for argument in get_args(kind):
        yield from models_in(argument)


@pytest.mark.parametrize("kind", ["rules", "providers", "connectors"])
def test_every_setting_of_every_component_is_described(mailweave_engine, kind):
    text = "".join((ROOT / "docs" / name).read_text() for name in ("rules.md", "recommendations.md"))
    for name, component in mailweave_engine.registry.classes[kind].items():
        assert f"`{name}`" in text or f"## {name}" in text, name
        missing = [key for model in (component.Settings, component.Config) for key in keys_of(model) if key != "root" and f"`{key}`" not in text and f"{key}:" not in text]
        assert missing == [], name


@pytest.mark.parametrize("kind", ["recommenders", "filters"])
def test_every_strategy_and_filter_is_described(mailweave_engine, kind):
    text = "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert [name for name in getattr(mailweave_engine.registry, kind) if f"`{name}`" not in text] == []
