"""Plugins: what is installed, what each brings, and how rules and other components are set."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mailweave.engine import Engine
from mailweave.hookspecs import NAME
from mailweave.previewer import Page
from mailweave_preview.answers import api
from mailweave_preview.call_times import call_times
from mailweave_preview.markup import render
from mailweave_preview.previewer import here
from mailweave_preview.settings_table import Setting, settings_of

blueprint = Blueprint("plugins", __name__)

_CLASSES: Final = {"rules": "when", "providers": "content", "connectors": "sources"}


@dataclass(frozen=True)
class Component:
    """What a plugin brings: its kind ("rule") and name, what it says of itself, and for what has settings those and its configuration's.

    `where` is the key of the files that its settings stand under.
    """

    kind: str
    name: str
    summary: str
    text: str
    where: str = ""
    settings: tuple[Setting, ...] = ()
    config: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Plugin:
    """An installed plugin; `distribution` is the package that brings it, with its version."""

    name: str
    distribution: str
    file: str
    components: tuple[Component, ...]


@blueprint.get("/")
def page() -> str:
    """Every plugin; those of other packages first."""
    previewer = here()
    found = sorted(_plugins(previewer.engine), key=lambda one: (one.distribution.startswith("mailweave "), one.name))
    detailed = [part for plugin in found for part in plugin.components if part.where]
    detailed.sort(key=lambda part: (list(_CLASSES.values()).index(part.where), part.name))
    return str(previewer.page("plugins.html", active="plugins", plugins=found, detailed=detailed))


@blueprint.get("/times")
@api
def times() -> ResponseReturnValue:
    """How long each rule took, as HTML."""
    previewer = here()
    workspace = previewer.workspace
    return {"html": render("plugins_times.html", times=call_times(workspace, previewer.moment))}


def _plugins(engine: Engine) -> Iterator[Plugin]:
    owners = {point.name: point.dist for point in entry_points(group=NAME)}
    for name, module in engine.plugins:
        owner = owners.get(name)
        parts = sorted(key for key, plugin in engine.registry.plugin_of.items() if plugin == name)
        yield Plugin(
            name,
            f"{owner.name} {owner.version}" if owner else "handed in",
            str(getattr(module, "__name__", type(module).__name__)),
            tuple(_component(engine, kind, part) for kind, part in parts),
        )


def _component(engine: Engine, kind: str, name: str) -> Component:
    registry = engine.registry
    if kind in registry.classes:
        made: Any = registry.classes[kind][name]
        settings, config = tuple(settings_of(made.Settings)), tuple(settings_of(made.Config))
        return Component(kind.removesuffix("s"), name, made.summary(), _rest(made), _CLASSES[kind], settings, config)
    item = getattr(registry, kind)[name]
    # A command has its help, a page its title, a filter is a function; everything else is an object of a class that says what it is.
    text = getattr(item, "help", None) or (item.title if isinstance(item, Page) else inspect.getdoc(item if inspect.isroutine(item) else type(item)))
    return Component(kind.removesuffix("s"), name, (text or "").split("\n", 1)[0], "")


def _rest(made: type) -> str:
    """A docstring without its first line."""
    return (inspect.getdoc(made) or "").partition("\n")[2].strip()
