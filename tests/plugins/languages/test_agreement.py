"""Liquid and Handlebars give the same for the same simple templates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.languages import Language, Scope
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars
from mailweave_plugins.languages.liquid import Liquid

SCOPE = Scope(Locale("en", "US"), ZoneInfo("UTC"), datetime(2026, 11, 23, tzinfo=UTC), "USD", lambda key, values: key)
LANGUAGES: list[Language] = [Liquid({}), Handlebars({})]
TEMPLATES = [
    "{{x}}",
    "<p>{{x}} and {{x}}</p>",
    '<p title="{{x}}">',
    '<a href="{{x}}">',
    '<a href="/x/{{x}}?y={{x}}#{{x}}">',
    '<p style="color: {{x}}">',
    '<mj-text color="{{x}}">',
    "<!-- {{x}} -->",
    '<!--[if mso]><p title="{{x}}">{{x}}</p><![endif]-->',
    "<title>{{x}}</title>",
    "{{nope}}",
    "<p {{x}}>",
    "<p title={{x}}>",
]


def outcome(language: Language, text: str, escaping: Literal["markup", "text", "url"], value: str) -> object:
    """The text, or what is wrong and where."""
    try:
        return language.parse(Source("t", text), escaping).render({"x": value}, SCOPE)
    except MailweaveError as error:
        return [(problem.what, problem.code, problem.place) for problem in error.problems]


@pytest.mark.parametrize("text", TEMPLATES)
@settings(max_examples=30)
@given(value=st.text(max_size=20) | st.text(alphabet="<>&\"'-:/?#;javscript \n", max_size=20))
def test_the_languages_agree(text: str, value: str) -> None:
    for escaping in ("markup", "text", "url"):
        first, second = (outcome(language, text, escaping, value) for language in LANGUAGES)
        assert first == second
