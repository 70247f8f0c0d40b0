"""A kit for the tests of plugin authors.

`pytest_plugins = ["mailweave.testing"]` in a conftest.py gives the fixtures `make_workspace` and `mailweave_engine`; the functions are imported.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest

from mailweave.alternatives import paths_of
from mailweave.conditions import Outcome, RuleCondition
from mailweave.engine import Engine
from mailweave.errors import Place
from mailweave.facts import MISSING, Situation
from mailweave.profiles import without_blanks
from mailweave.registry import Registry
from mailweave.rules import Domain, Rule
from mailweave.source import Source
from mailweave.validation import validate
from mailweave.workspace import Workspace
from mailweave.yamlfile import Document

# A moment for tests that don't care which.
AT: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)

# How many profiles of a rule's domain `assert_sound` tries: as many while it has seen but one outcome, and fewer when it has seen both.
TRIES: Final = 2000
_ENOUGH: Final = 150

# A workspace as small as one can be; `make_workspace` starts from it.
MINIMAL: Final[Mapping[str, str]] = {
    "mailweave.yaml": """
        name: Test
        brand: {name: Test, url: "https://test.example", address: "1 Test Street"}
        sender: {name: Test, email: hello@test.example}
        links: {unsubscribe: "https://test.example/unsubscribe"}
        assets: https://assets.test.example/
        """,
    "layouts/base.mjml": """
        <mjml>
          <mj-body>
            <mw-slots />
          </mj-body>
        </mjml>
        """,
    "content_blocks/note/block.yaml": """
        description: A note.
        parameters: {text: {type: string, default: Hello}}
        variables: {customer.first_name: {type: string, fallback: there}}
        variants: {default: {}, other: {}}
        """,
    "content_blocks/note/default.mjml": """
        <mj-section>
          <mj-column>
            <mj-text>{{ block.text }}, {{ customer.first_name }}!</mj-text>
          </mj-column>
        </mj-section>
        """,
    "content_blocks/note/other.mjml": """
        <mj-section>
          <mj-column>
            <mj-text>Good day, {{ customer.first_name }}!</mj-text>
          </mj-column>
        </mj-section>
        """,
    "campaigns/hello.yaml": """
        subject: 'Hello {{ customer.first_name | default: "there" }}'
        slots:
          note: {block: note}
        """,
    "profiles/ann.yaml": """
        first_name: Ann
        email: ann@test.example
        """,
}


def decide(
    rule: type[Rule[Any]],
    settings: Any,
    profile: Mapping[str, Any] | None = None,
    *,
    at: datetime = AT,
    config: Any = None,
    sources: Mapping[str, Any] | None = None,
    plugins: Mapping[str, Any] | None = None,
) -> Outcome:
    """Ask a rule about a profile as a campaign would: `settings` is what stands under its name in YAML, `config` its part of `plugins:`.

    `plugins` (name → plugin) are asked for components that the rule needs, such as a provider. Blank and null values count as missing.

    Raises:
        MailweaveError: the settings or the configuration are wrong, or the rule raised.
    """
    engine = Engine(dict(plugins or {}).items())
    made, checked = _made(rule, settings, config, engine.registry)
    registry = engine.registry.configured({})
    situation = Situation(without_blanks(dict(profile or {})), at, registry, dict(sources or {}))
    return RuleCondition(made, checked, Place("test.yaml"), rule.name).test(situation)


def assert_sound(rule: type[Rule[Any]], settings: Any, *, at: datetime = AT, config: Any = None) -> None:
    """Assert what must hold for every rule, with settings of yours: it is pure, gives a reason in words, stands an empty profile, and its
    domain has values for which it matches and values for which it doesn't.

    Raises:
        AssertionError: saying what doesn't hold.
    """
    made, checked = _made(rule, settings, config, Registry())
    outcomes: set[bool] = set()
    for number, profile in enumerate([{}, *islice(profiles(made.domain(checked, at)), TRIES)]):
        if number > _ENOUGH and len(outcomes) == 2:
            break
        before = copy.deepcopy(profile)
        first, second = (decide(rule, settings, profile, at=at, config=config) for _ in range(2))
        assert first == second, f"{rule.name} isn't pure: two answers about {profile}"
        assert profile == before, f"{rule.name} changed the profile {before}"
        assert _is_clause(first.because), f"{rule.name}: {first.because!r} is no clause that reads after 'because'"
        outcomes.add(first.matched)
    assert outcomes == {True, False}, f"{rule.name}: its domain never gives {'a match' if True not in outcomes else 'no match'}"


def _is_clause(text: str) -> bool:
    return bool(text.strip()) and "\n" not in text and not text.endswith(".")


def profiles(domain: Domain) -> Iterator[dict[str, Any]]:
    """Every combination of a domain's values, as profiles."""
    for values in product(*domain.values()):
        profile: dict[str, Any] = {}
        for key, value in zip(domain, values, strict=True):
            for path, one in zip(paths_of(key), value if isinstance(key, tuple) else (value,), strict=True):
                if one is not MISSING:
                    _put(profile, path.split("."), one)
        yield profile


def _put(data: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        data = data.setdefault(key, {})
    data[keys[-1]] = value


def _made(rule: type[Rule[Any]], settings: Any, config: Any, registry: Registry) -> tuple[Rule[Any], Any]:
    configured = validate(rule.Config, _document(config))
    made = rule(configured, registry)
    return made, validate(rule.Settings, _document(settings), (), {"registry": registry, "config": configured})


def _document(data: Any) -> Document:
    return Document(Source("test.yaml", ""), {} if data is None else data, None)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write text files (path → text, indentation taken off) below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")


@pytest.fixture(scope="session")
def mailweave_engine() -> Engine:
    """An engine with every installed plugin."""
    return Engine()


@pytest.fixture
def make_workspace(tmp_path: Path, mailweave_engine: Engine) -> Callable[..., Workspace]:
    """Make a workspace: `make_workspace({"profiles/bob.yaml": "first_name: Bob"})` is `MINIMAL` with these files put in or replaced."""

    def make(files: Mapping[str, str] | None = None, engine: Engine | None = None) -> Workspace:
        write_files(tmp_path, {**MINIMAL, **(files or {})})
        return (engine or mailweave_engine).open(tmp_path)

    return make
