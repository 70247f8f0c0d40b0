"""Liquid with a few filters, and data to fill templates with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from markupsafe import Markup

from mailweave.errors import MailweaveError
from mailweave.languages import Escaping, Language, Scope
from mailweave.source import Source
from mailweave_plugins.languages.liquid import Liquid

Fill = Callable[..., str]


def shout(scope: Scope, value: Any, mark: str = "!") -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} can't be shouted – give a text")
    return value.upper() + mark


def translated(scope: Scope, key: str, /, **values: Any) -> str:
    return scope.translate(key, values)


@pytest.fixture(scope="session")
def language() -> Language:
    return Liquid(
        {
            "shout": shout,
            "t": translated,
            "safe": lambda scope, value: Markup(value),
            "date": lambda scope, value, style="medium": f"{value:%Y}-{style}",
        }
    )


@pytest.fixture(scope="session")
def scope() -> Scope:
    def translate(key: str, values: Mapping[str, Any]) -> str:
        return f"{key} {' '.join(f'{name}={value}' for name, value in values.items())}".rstrip()

    return Scope(Locale("en", "US"), ZoneInfo("UTC"), datetime(2026, 11, 23, tzinfo=UTC), "USD", translate)


@pytest.fixture(scope="session")
def data() -> dict[str, Any]:
    customer = {
        "first_name": "Ann",
        "risky": "</p> & <b title='x'>",
        "tags": ["a", "b"],
        "none": [],
        "gone": None,
        "bare": "",
        "total": Decimal("12.50"),
        "score": 3.5,
        "member": True,
        "since": date(2026, 1, 2),
        "address": {"city": "Graz"},
        "page": "https://x.example/ä b?c=d&e=f",
        "script": "javascript:alert(1)",
        "orders": [{"id": 1, "items": [{"name": "Pot"}, {"name": "Pan"}]}, {"id": 2, "items": []}],
    }
    return {"customer": customer, "block": {"tone": "warm", "colour": "#fff", "bad": "red;}"}, "at": datetime(2026, 11, 23, tzinfo=UTC)}


@pytest.fixture(scope="session")
def fill(language: Language, scope: Scope, data: dict[str, Any]) -> Fill:
    def filled(text: str, escaping: Escaping = "markup", **more: Any) -> str:
        return language.parse(Source("b.mjml", text), escaping).render({**data, **more}, scope)

    return filled


@pytest.fixture(scope="session")
def complaints(fill: Fill) -> Callable[..., list[str]]:
    """What is wrong with a template, in parsing or in rendering, each as "line:column what – remedy"."""

    def complain(text: str, escaping: Escaping = "markup") -> list[str]:
        with pytest.raises(MailweaveError) as caught:
            fill(text, escaping)
        return [str(problem).removeprefix("b.mjml:").replace(": ", " ", 1) for problem in caught.value.problems]

    return complain
