"""What mailweave.yaml sets up: components' configuration, sources and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from mailweave.config import Config
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.languages import Escaping, Language, Template
from mailweave.plugged import Plugged, Settings
from mailweave.plugins import blame
from mailweave.profiles import check_shape
from mailweave.registry import Registry
from mailweave.salvage import salvage
from mailweave.templates import DEFAULT_LANGUAGE, parse_template
from mailweave.validation import Loc, validate
from mailweave.yamlfile import Document

# What templates see besides the sources.
RESERVED: Final = ("customer", "brand", "campaign", "block", "segment", "links", "at", "locale")


# For the keys that mailweave.yaml must have, while its other mistakes are looked for.
_STAND_INS: Final = {"name": "?", "brand": {"name": "?"}, "sender": {"name": "?", "email": "nobody@example.com"}}


def set_up(document: Document, registry: Registry) -> tuple[Config, Registry]:
    """The settings in mailweave.yaml, and the registry configured by them.

    Raises:
        MailweaveError: every mistake in the file.
    """
    config, problems = salvage(Config, document, _STAND_INS)
    problems += check_config(document, config, registry) if config else []
    try:
        configured = configure(document, registry)
    except MailweaveError as error:
        problems += error.problems
    if problems or config is None:
        problems += _broken_texts(document, config, registry) if config else []
        raise MailweaveError(*sorted(problems, key=lambda problem: problem.place or document.place(())))
    return config, configured


def _broken_texts(document: Document, config: Config, registry: Registry) -> list[Problem]:
    problems: list[Problem] = []
    for parse in (parse_links, parse_headers):
        try:
            parse(document, config, registry)
        except MailweaveError as error:
            problems += error.problems
    return problems


def check_config(document: Document, config: Config, registry: Registry) -> list[Problem]:
    """Names in mailweave.yaml that nothing answers to, and source names that hide something else."""
    kinds = (("language", registry.languages), ("compiler", registry.compilers), ("inliner", registry.inliners))
    problems = [_unknown(document, (kind,), getattr(config, kind), kind, known) for kind, known in kinds]
    configurable = {name for classes in registry.classes.values() for name in classes} | set(registry.languages)
    problems += [_unknown(document, ("plugins", name), name, "plugin", configurable, key=True) for name in config.plugins]
    taken = {*RESERVED, *registry.classes["providers"]}
    problems += [_taken(document, name) for name in config.sources if name in taken]
    problems += [problem for name, kinds_ in config.sources.items() for problem in _connector_problems(document, name, kinds_, registry)]
    return [problem for problem in problems if problem]


def _unknown(document: Document, loc: Loc, name: str, kind: str, known: Any, *, key: bool = False) -> Problem | None:
    if name in known:
        return None
    return document.problem(loc, f"there is no {kind} '{name}'", did_you_mean(name, known), code=f"unknown-{kind}", key=key)


def _taken(document: Document, name: str) -> Problem:
    what, remedy = f"a source can't be called '{name}'", "templates see something else by it; rename it"
    return document.problem(("sources", name), what, remedy, code="taken", key=True)


def _connector_problems(document: Document, name: str, kinds: Mapping[str, Any], registry: Registry) -> list[Problem | None]:
    if len(kinds) != 1:
        what, remedy = f"source '{name}' needs exactly one connector", "like `{file: {path: data/products.yaml}}`"
        return [document.problem(("sources", name), what, remedy, code="bad-source")]
    connectors = registry.classes["connectors"]
    return [_unknown(document, ("sources", name, kind), kind, "connector", connectors, key=True) for kind in kinds]


def configure(document: Document, registry: Registry) -> Registry:
    """The registry with each rule, provider and connector made with its part of `plugins:`.

    Raises:
        MailweaveError: every mistake in those parts.
    """
    configs: dict[type[Plugged] | type[Language], BaseModel] = {}
    problems: list[Problem] = []
    components: list[type[Plugged] | type[Language]] = [component for classes in registry.classes.values() for component in classes.values()]
    components += [type(language) for language in registry.languages.values()]
    for component in components:
        if component.Config is Settings or component.name not in (document.value.get("plugins") or {}):
            continue
        try:
            configs[component] = validate(component.Config, document, ("plugins", component.name), {"registry": registry})
        except MailweaveError as error:
            problems += error.problems
    if problems:
        raise MailweaveError(*problems)
    return registry.configured(configs)


def load_sources(document: Document, config: Config, registry: Registry, root: Path) -> dict[str, Any]:
    """All connected content, by name.

    Raises:
        MailweaveError: every source whose settings are wrong or that can't be read.
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, ((kind, _),) in ((name, tuple(kinds.items())) for name, kinds in config.sources.items()):
        try:
            found[name] = _load(document, ("sources", name, kind), kind, registry, root)
        except MailweaveError as error:
            problems += [p if p.place else document.problem(("sources", name), p.what, p.remedy, code=p.code) for p in error.problems]
    if problems:
        raise MailweaveError(*problems)
    return found


def _load(document: Document, loc: Loc, kind: str, registry: Registry, root: Path) -> Any:
    connector = registry.connectors[kind]
    settings = validate(connector.Settings, document, loc, {"registry": registry, "config": connector.config})
    plugin = registry.plugin_of.get(("connectors", kind), kind)
    found = blame(plugin, f"source '{loc[1]}'", lambda: connector.load(settings, root))
    try:
        check_shape(found)
    except ValueError as error:
        what, _, remedy = str(error).partition(" – ")
        raise MailweaveError(Problem(f"source '{loc[1]}': {what}", remedy, code="bad-value")) from error
    return found


def parse_headers(document: Document, config: Config, registry: Registry) -> dict[str, Template]:
    """The templates of `headers`, each a line of text.

    Raises:
        MailweaveError: every mistake in them.
    """
    return _parsed(document, "headers", config.headers, registry, "text")


def parse_links(document: Document, config: Config, registry: Registry) -> dict[str, Template]:
    """The templates of `links`, each a URL.

    Raises:
        MailweaveError: every mistake in them.
    """
    return _parsed(document, "links", config.links, registry, "url")


def _parsed(document: Document, key: str, names: Iterable[str], registry: Registry, escaping: Escaping) -> dict[str, Template]:
    found: dict[str, Template] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            found[name] = parse_template(document.text_source((key, name)), DEFAULT_LANGUAGE, registry, escaping)
        except MailweaveError as error:
            problems += error.problems
    if problems:
        raise MailweaveError(*problems)
    return found
