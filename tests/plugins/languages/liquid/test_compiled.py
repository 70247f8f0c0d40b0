"""Liquid's code gives what the interpreter gives, or gives up: every recorded template, as plain text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Language, Scope
from mailweave.profiles import Profile
from mailweave.render import render
from mailweave.source import Source
from mailweave.testing import AT
from mailweave.workspace import Workspace

from .compiled import compiled
from .test_references import DATA, HERE, Shelf

TEMPLATES = [entry["template"] for entry in json.loads((HERE / "recorded.json").read_text())]


@pytest.fixture(scope="module")
def liquid(mailweave_engine: Engine) -> Language:
    return mailweave_engine.registry.languages["liquid"]


def both(liquid: Language, template: str, data: dict[str, Any], scope: Scope) -> tuple[str | None, str | None] | None:
    """The interpreter's text and that of the code, each None when there is none; None when the template can't be read."""
    try:
        parsed = liquid.parse(Source("t", template), "text", Shelf())
    except MailweaveError:
        return None
    try:
        text = parsed.render(data, scope)
    except MailweaveError:
        text = None
    return text, compiled(parsed, data, scope)


def test_code_gives_what_the_interpreter_gives(liquid: Language, scope: Scope) -> None:
    ran = 0
    for template in TEMPLATES:
        found = both(liquid, template, DATA, scope)
        if found and found[1] is not None:
            assert found[1] == found[0], template
            ran += 1
    assert ran >= 200


BLOCK = """<mj-section><mj-column><mj-text>{% if customer.points >= 100 %}gold{% elsif customer.tags contains customer.tag %}tagged{% endif %}
{{ customer.when | date: '%-d %B' }} {{ customer.tags | has: 'a' }} {% if customer.bare == blank %}B{% endif %}</mj-text></mj-column></mj-section>"""
# What a message says of each customer, or what its problem says.
PEOPLE: list[tuple[dict[str, Any], str]] = [
    ({"points": 150, "when": "05/06/2024", "tags": ["a"], "tag": True, "bare": False}, "gold 5 June true B"),
    ({"points": 1, "when": "25/06/2024", "tags": ["b", "true"], "tag": True, "bare": 0}, "25 June false"),
    ({"points": 1, "when": "2024-06-05", "tags": ["b"], "tag": "b", "bare": " "}, "tagged 5 June false B"),
    ({"points": "150", "when": "05/06/2024", "tags": ["a"]}, "the text '150' is neither less nor more than the number 100"),
    ({"points": 150, "when": "21:07 CET", "tags": ["a"]}, "`date`: 'CET' in '21:07 CET' is no zone that dates may have"),
    ({"points": True, "when": "05/06/2024", "tags": ["a"]}, "true is neither less nor more than the number 100"),
    ({"points": 1, "when": "05/06/2024", "tags": [1.5, True], "tag": 1}, "`has`: an item of the list is 1.5, not an object, so it has no `a`"),
]


def test_a_whole_campaign_says_the_same(make_workspace: Callable[..., Workspace], mailweave_engine: Engine) -> None:
    program = mailweave_engine.compile(make_workspace({"content_blocks/note/default.mjml": BLOCK}), "hello")
    for data, said in [*PEOPLE, *reversed(PEOPLE)]:
        profile = Profile.from_data(data)
        try:
            told = " ".join(program.render(profile, AT).text.split())
        except MailweaveError as error:
            told = error.problems[0].what
            with pytest.raises(MailweaveError) as caught:
                render(program.workspace, program.campaign, profile, AT)
            assert caught.value.problems == error.problems
        else:
            assert program.render(profile, AT) == render(program.workspace, program.campaign, profile, AT)
        assert said in told
