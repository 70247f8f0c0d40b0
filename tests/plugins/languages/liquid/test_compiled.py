"""Liquid's code gives what the interpreter gives, or gives up: every recorded template, as plain text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Language, Scope
from mailweave.source import Source

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
