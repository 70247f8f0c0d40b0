from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from markupsafe import Markup

from mailweave.languages import Escaping, Filter, Scope
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars
from mailweave_plugins.languages.handlebars_values import text_of


def upper(scope: Scope, value: Any) -> str:
    return text_of(value).upper()


def join(scope: Scope, *values: Any, by: Any = "-") -> str:
    return text_of(by).join(text_of(value) for value in values)


def same(scope: Scope, one: Any, other: Any) -> bool:
    return bool(one == other)


def safe(scope: Scope, value: Any) -> Markup:
    return Markup(value)


def t(scope: Scope, key: str, **values: Any) -> str:
    return scope.translate(key, values)


def picky(scope: Scope, value: Any) -> str:
    raise ValueError(f"{value!r} won't do – write something else")


FILTERS: Mapping[str, Filter] = {"upper": upper, "join": join, "same": same, "safe": safe, "t": t, "picky": picky}


@dataclass(frozen=True)
class Written:
    """Partials that a test writes out."""

    texts: Mapping[str, str]

    def load(self, name: str, suffix: str) -> Source | None:
        return Source(f"partials/{name}{suffix}", self.texts[name]) if name in self.texts else None

    def names(self, suffix: str) -> list[str]:
        return sorted(self.texts)


def translate(key: str, values: Mapping[str, Any]) -> str:
    if key == "nowhere":
        raise LookupError("there is no text 'nowhere'")
    return f"[{key} {', '.join(f'{name}={value}' for name, value in values.items())}]"


@pytest.fixture(scope="session")
def handlebars() -> Handlebars:
    return Handlebars(FILTERS)


@pytest.fixture(scope="session")
def scope() -> Scope:
    return Scope(Locale("en"), ZoneInfo("UTC"), datetime(2026, 11, 24, tzinfo=UTC), "USD", translate)


@pytest.fixture(scope="session")
def render(handlebars: Handlebars, scope: Scope) -> Callable[..., str]:
    """Fill a template: `render("{{name}}", {"name": "Ann"})`."""

    def fill(text: str, data: Any = None, escaping: Escaping = "markup", partials: Mapping[str, str] | None = None) -> str:
        return handlebars.parse(Source("a.hbs", text), escaping, Written(partials or {})).render({} if data is None else data, scope)

    return fill


@pytest.fixture(scope="session")
def written() -> type[Written]:
    """Partials that a test writes out: `written({"card": "{{name}}"})`."""
    return Written
