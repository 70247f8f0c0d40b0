"""Twice the text is twice the work, for everything that reads a text: the lines of Python that run are counted, never the time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from mailweave import MailweaveError
from mailweave.includes import with_includes
from mailweave.markup import check_html, check_mjml
from mailweave.message_markup import markup_problems
from mailweave.pipeline import StageError
from mailweave.preheader import with_lang, with_preheader, with_title
from mailweave.source import Source
from mailweave.tags import quoted_attributes, tags
from mailweave.templates import parse_template
from mailweave.textpart import text_of
from mailweave.yamlfile import parse
from mailweave_plugins.connectors.json_file import read_json
from mailweave_plugins.stages.css import rules
from mailweave_plugins.stages.selectors import is_exact, normalised, widened
from mailweave_plugins.stages.static_selectors import static

TIMES = 40
# What grows with the square grows by 4.
GROWTH = 2.6
LITTLE = 500

# What a text may be made of, and what may stand before and after it.
PARTS = """{{- | {{ | }} | {% | %} | {% raw %} | {% liquid | {% if a %} | {% comment %} | {{ a | b | {{#if a}} | {{{{a}}}} | {{!-- | {{/a}} | \\{{ | < | <a_ | <a> | </a>
<b><i> | <!-- | --> | <![CDATA[ | <style> | <title> | <svg> | <!--[if_mso]> | a=" | <a_b=' | " | ' | { | } | ( | [ | /* | @media_x{ | a{b:c} | ; | : | , | & | #a | a_ | 1 | _
<mj-raw> | <mj-text> | <mj-section> | <mj-include_path='x'/> | <mw-slot_name='a'/> | -_ | a:_ | ?_ | &a_ | *a_ | "a":""".replace("\n", " | ").split(" | ")
AROUND = [("", ""), ("{{", "}}"), ("{% if ", "%}"), ("{% liquid\n", "%}"), ("<a ", ">"), ("<style>", "</style>"), ("<!--", ""), ("[", "")]


def counted(call: Callable[[], object]) -> int:
    """How many lines of Python run."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with suppress(MailweaveError, StageError, ValueError):
            call()
    finally:
        sys.settrace(before)
    return lines


def readers(registry: Any) -> dict[str, Callable[[str], object]]:
    def source(text: str) -> Source:
        return Source("x", text)

    return {
        "Liquid": lambda text: parse_template(source(text), "liquid", registry),
        "Handlebars": lambda text: parse_template(source(text), "handlebars", registry),
        "tags": lambda text: [tag.attributes for tag in tags(text)] + list(quoted_attributes(text)),
        "MJML": lambda text: check_mjml(source(text), text, "layout"),
        "HTML": lambda text: check_html(source(text), text),
        "includes": lambda text: with_includes(source(text), Path("/nowhere/x.mjml"), (Path("/nowhere"),), str),
        "text part": lambda text: text_of(f"<body>{text}</body>"),
        "head": lambda text: with_preheader(with_lang(with_title(text, "x"), "en"), "x"),
        "messages": lambda text: markup_problems(source(text)),
        "YAML": lambda text: parse(source(text)),
        "JSON": lambda text: read_json(source(text)),
        "CSS": lambda text: list(rules(text)),
        "selectors": lambda text: (is_exact(normalised(text)), widened(text), static(text)),
    }


def grown(read: Callable[[str], object], around: list[tuple[str, str]], parts: list[str] = PARTS) -> dict[str, tuple[int, int]]:
    """The texts on which the work grows too fast, with how much it is for one and for twice the text."""
    found = {}
    for part in (part.replace("_", " ") for part in parts):
        for before, after in around:
            small, large = (before + part * times + after for times in (TIMES, 2 * TIMES))
            if counted(lambda large=large: read(large)) < LITTLE:
                continue
            # What is done once (patterns, caches) is done by now.
            once, twice = (counted(lambda text=text: read(text)) for text in (small, large))
            if twice > GROWTH * once + LITTLE:
                found[before + part + after] = (once, twice)
    return found


@pytest.mark.parametrize("name", list(readers(None)))
def test_twice_the_text_is_twice_the_work(mailweave_engine, name):
    assert grown(readers(mailweave_engine.registry)[name], AROUND[:1]) == {}


@pytest.mark.deep
@pytest.mark.parametrize("name", list(readers(None)))
def test_twice_the_text_is_twice_the_work_inside_of_tags(mailweave_engine, name):
    assert grown(readers(mailweave_engine.registry)[name], AROUND[1:]) == {}


def test_the_count_sees_what_grows_with_the_square():
    assert grown(lambda text: [text[:end] for end in range(len(text)) for _ in range(end)], AROUND[:1], PARTS[1:2])


NESTED = [("<div>", "</p>"), ("<div>", "</div>"), ("<svg>", "</math>"), ("<svg>", "</svg>"), ("<div><img>", ""), ("<mj-column><mj-image>", ""), ("<mj-raw>", "</mj-raw>")]


@pytest.mark.parametrize(("opening", "closing"), NESTED)
def test_what_stands_in_one_another(opening, closing):
    def work(times: int) -> int:
        text = opening * times + closing * times
        return counted(lambda: (check_html(Source("x", text), text), check_mjml(Source("x", text), text, "layout")))

    work(TIMES)
    assert work(8 * TIMES) < 1.3 * GROWTH / 2 * 8 * work(TIMES)
