"""Values that want to break out of their place don't, wherever they stand, in either language: tests/hostile_values.json."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Escaping, Scope
from mailweave.source import Source

_ENTRIES = json.loads((Path(__file__).parents[2] / "hostile_values.json").read_text())
VALUES: list[str] = [entry["value"] * entry.get("times", 1) for entry in _ENTRIES]
LANGUAGES = ("liquid", "handlebars")
# Place → (template, whether a value may be refused there).
PLACES: dict[str, tuple[str, bool]] = {
    "text": ('<p class="k">{{ v }}</p><b>end</b>', False),
    "title": ("<title>{{ v }}</title><b>end</b>", False),
    "comment": ("<!-- {{ v }} --><b>end</b>", False),
    "outlook": ("<!--[if mso]><p>{{ v }}</p><![endif]--><b>end</b>", False),
    "attribute": ('<p title="{{ v }}" id="k">a</p><b>end</b>', False),
    "single quotes": ("<p title='{{ v }}' id='k'>a</p><b>end</b>", False),
    "url": ('<a href="{{ v }}" id="k">a</a><b>end</b>', True),
    "url path": ('<a href="https://x.example/{{ v }}/b" id="k">a</a><b>end</b>', False),
    "url query": ('<a href="https://x.example/?q={{ v }}&amp;r=1" id="k">a</a><b>end</b>', False),
    "picture": ('<img src="{{ v }}" alt="{{ v }}"><b>end</b>', True),
    "style": ('<p style="color: {{ v }}; margin: 0" id="k">a</p><b>end</b>', True),
    "stylesheet": ("<style>p { color: {{ v }} }</style><b>end</b>", True),
    "mjml colour": ('<mj-text color="{{ v }}">a</mj-text><b>end</b>', True),
}
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Outline(HTMLParser):
    """The elements of some markup with the names of their attributes, its comments' number, its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.values: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, [name for name, _ in attrs]))
        self.values += [value or "" for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(tag)

    def handle_comment(self, data: str) -> None:
        self.seen.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.seen.append("declaration")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_there_are_enough() -> None:
    assert len(VALUES) >= 200
    assert max(map(len, VALUES)) > 900_000


@pytest.fixture(scope="module")
def filled(mailweave_engine: Engine) -> Any:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from babel import Locale

    scope = Scope(Locale("en"), ZoneInfo("UTC"), datetime(2026, 11, 24, tzinfo=UTC), "USD", lambda key, values: key)

    @cache
    def template(language: str, text: str, escaping: Escaping) -> Any:
        return mailweave_engine.registry.languages[language].parse(Source("t", text), escaping)

    def fill(language: str, text: str, value: str, escaping: Escaping = "markup") -> str | None:
        try:
            return str(template(language, text, escaping).render({"v": value}, scope))
        except MailweaveError as error:
            codes = {problem.code for problem in error.problems}
            # A megabyte of quotes is six of entities, which Liquid refuses to put out.
            assert codes == {"bad-value"} or (codes == {"limit"} and len(value) > 300_000)
            return None

    return fill


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_breaks_out(filled: Any, language: str, place: str) -> None:
    text, may_refuse = PLACES[place]
    tame = Outline(filled(language, text, "red"))
    for value in VALUES:
        markup = filled(language, text, value)
        assert markup is not None or may_refuse or len(value) > 300_000, value[:80]
        if markup is not None:
            found = Outline(markup)
            assert found.seen == tame.seen, value[:80]
            assert not _UNSEEN.search(markup), value[:80]
            assert markup.endswith("<b>end</b>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_is_what_was_given(filled: Any, language: str) -> None:
    for value in VALUES:
        kept = re.sub("\r\n?", "\n", _UNSEEN.sub("", value))
        text, attribute = (filled(language, PLACES[place][0], value) for place in ("text", "attribute"))
        if text is not None or len(value) < 300_000:
            assert Outline(text).text == kept + "end"
            assert Outline(attribute).values[0] == kept


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["Hello {{ v }}!", "{{ v }}"])
def test_a_subject_stays_one_line(filled: Any, language: str, text: str) -> None:
    for value in VALUES:
        line = filled(language, text, value, "text")
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ud800-\udfff]", line), value[:80]
        opened = sum(unicodedata.bidirectional(char) in ("LRE", "RLE", "LRI", "RLI", "FSI") for char in line)
        closed = sum(unicodedata.bidirectional(char) in ("PDF", "PDI") for char in line)
        assert opened == closed
        line.encode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_browser(filled: Any, browser: Any, language: str) -> None:
    """No script runs, nothing is asked of the network, links go only where mail may link to, and styles set only what they are for."""
    pieces = []
    for place in ("text", "comment", "attribute", "single quotes", "url", "url path", "url query", "style"):
        for value in VALUES:
            markup = filled(language, PLACES[place][0], value) if len(value) < 10_000 else None
            pieces += [f"<section>{markup}</section>"] if markup else []
    requests: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.set_content(f'<!doctype html><base href="https://base.example/"><body>{"".join(pieces)}</body>')
    found = page.evaluate(
        """() => ({
            hit: typeof window.hit,
            sections: document.querySelectorAll("body > section").length,
            ends: document.querySelectorAll("body > section > b").length,
            tags: [...new Set([...document.body.querySelectorAll("*")].map(element => element.tagName))].sort(),
            attributes: [...new Set([...document.body.querySelectorAll("*")].flatMap(element => element.getAttributeNames()))].sort(),
            protocols: [...new Set([...document.links].map(link => link.protocol))].sort(),
            styles: [...new Set([...document.querySelectorAll("[style]")].flatMap(element => [...element.style]))].sort(),
        })"""
    )
    page.close()
    assert found["hit"] == "undefined"
    assert requests == []
    assert found["sections"] == found["ends"] == len(pieces)
    assert found["tags"] == ["A", "B", "P", "SECTION"]
    assert found["attributes"] == ["class", "href", "id", "style", "title"]
    assert set(found["protocols"]) <= {"https:", "http:", "mailto:", "tel:", "sms:"}
    assert set(found["styles"]) <= {"color", "margin-top", "margin-right", "margin-bottom", "margin-left"}
