"""The components of all plugins, by kind and name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.partials import FolderPartials
from mailweave.plugged import Plugged

if TYPE_CHECKING:
    import click

    from mailweave.checks import Check
    from mailweave.connectors import Connector
    from mailweave.content import Provider, Recommender
    from mailweave.deliverers import Deliverer
    from mailweave.languages import Filter, Language
    from mailweave.pipeline import Compiler, Inliner
    from mailweave.previewer import Page, Panel
    from mailweave.readers import Reader
    from mailweave.rules import Rule


@dataclass
class Registry:
    """What an engine knows. Components are instances; `plugin_of` says which plugin brought `(kind, name)`.

    Rules, providers and connectors depend on a workspace's configuration. An engine has only their `classes`; `configured` makes them.
    `partials` are the workspace's own; None outside of one.
    """

    rules: dict[str, Rule[Any]] = field(default_factory=dict)
    languages: dict[str, Language] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    providers: dict[str, Provider[Any]] = field(default_factory=dict)
    recommenders: dict[str, Recommender] = field(default_factory=dict)
    connectors: dict[str, Connector[Any]] = field(default_factory=dict)
    compilers: dict[str, Compiler] = field(default_factory=dict)
    inliners: dict[str, Inliner] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    deliverers: dict[str, Deliverer] = field(default_factory=dict)
    commands: dict[str, click.Command] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    plugin_of: dict[tuple[str, str], str] = field(default_factory=dict)
    partials: FolderPartials | None = None
    classes: dict[str, dict[str, type[Plugged]]] = field(default_factory=lambda: {"rules": {}, "providers": {}, "connectors": {}})

    def provider(self, name: str) -> Provider[Any]:
        """The provider of that name; `MailweaveError` when there is none."""
        return pick(self.providers, name, "provider")

    def configured(self, configs: Mapping[Any, BaseModel]) -> Registry:
        """The same registry with its rules, providers, connectors and languages made, each with its configuration (or the default one)."""
        languages = {name: known.configured(configs[type(known)]) if type(known) in configs else known for name, known in self.languages.items()}
        made = replace(self, rules={}, providers={}, connectors={}, languages=languages)
        for kind, classes in self.classes.items():
            for name, component in classes.items():
                config = configs.get(component) or component.Config()
                getattr(made, kind)[name] = component(config, made)
        return made


T = TypeVar("T")


def pick(components: Mapping[str, T], name: str, kind: str) -> T:
    """A component by name.

    Raises:
        MailweaveError: there is none; the remedy names the nearest.
    """
    if name not in components:
        raise MailweaveError(Problem(f"there is no {kind} '{name}'", did_you_mean(name, components), code=f"unknown-{kind}"))
    return components[name]
