"""What templates give, beside what Shopify's own implementation and liquidjs make of them: recorded by tests/references/liquid/record.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Scope
from mailweave.source import Source

HERE = Path(__file__).parents[3] / "references" / "liquid"


def _yaml(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text())


DATA, PARTIALS, CASES, DOCUMENTED, EXCLUSIONS = map(_yaml, ("data", "partials", "cases", "documented", "exclusions"))
RECORDED, RANDOM = (json.loads((HERE / f"{name}.json").read_text()) for name in ("recorded", "random"))
SETTLED = {entry["template"]: entry for entry in DOCUMENTED}


class Shelf:
    """The partials of partials.yaml."""

    def load(self, name: str, suffix: str) -> Source | None:
        return Source(f"partials/{name}{suffix}", PARTIALS[name]) if name in PARTIALS else None

    def names(self, suffix: str) -> list[str]:
        return list(PARTIALS)


@pytest.fixture(scope="module")
def evaluate(mailweave_engine: Engine, scope: Scope) -> Callable[[str], str]:
    language = mailweave_engine.registry.languages["liquid"]
    return lambda text: language.parse(Source("t", text), "none", Shelf()).render(DATA, scope)


def expected(entry: dict[str, Any]) -> str | None:
    """What the documentation says, else what Shopify's gem gives, else (a tag or filter newer than the gem) liquidjs; None where we refuse."""
    settled = SETTLED.get(entry["template"])
    if settled:
        return None if settled.get("refused") else str(settled["text"])
    return str(entry["gem"].get("text") if "text" in entry["gem"] else entry["liquidjs"]["text"])


@pytest.mark.parametrize("entry", RECORDED, ids=lambda entry: entry["template"][:60])
def test_what_templates_mean(evaluate: Callable[[str], str], entry: dict[str, Any]) -> None:
    wanted = expected(entry)
    if wanted is None:
        with pytest.raises(MailweaveError):
            evaluate(entry["template"])
    else:
        assert evaluate(entry["template"]) == wanted


def test_everything_is_recorded() -> None:
    templates = [template for group in CASES.values() for template in group]
    assert len(templates) >= 330
    assert [entry["template"] for entry in RECORDED] == templates
    assert set(SETTLED) <= set(templates)


def test_every_filter_and_tag_of_shopify_has_cases(evaluate: Callable[[str], str]) -> None:
    text = "\n".join(entry["template"] for entry in RECORDED)
    filters = ["abs", "append", "at_least", "at_most", "capitalize", "ceil", "compact", "concat", "date", "default", "divided_by", "downcase", "escape", "escape_once", "find", "find_index", "first", "floor", "has", "join", "last", "lstrip", "map", "minus", "modulo", "newline_to_br", "plus", "prepend", "reject", "remove", "remove_first", "remove_last", "replace", "replace_first", "replace_last", "reverse", "round", "rstrip", "size", "slice", "sort", "sort_natural", "split", "strip", "strip_html", "strip_newlines", "sum", "times", "truncate", "truncatewords", "uniq", "upcase", "url_decode", "url_encode", "where", "base64_encode", "base64_decode"]
    assert [name for name in filters if f"| {name}" not in text] == []
    tags = ["assign", "capture", "case", "comment", "continue", "break", "cycle", "decrement", "doc", "echo", "elsif", "else", "for", "if", "ifchanged", "include", "increment", "liquid", "raw", "render", "tablerow", "unless", "when", "#"]
    assert [name for name in tags if f"% {name}" not in text and f"- {name}" not in text] == []


def test_random_templates_give_the_same() -> None:
    assert len(RANDOM) >= 300
    excluded = {index for indexes in EXCLUSIONS.values() for index in indexes}
    differing = [index for index, entry in enumerate(RANDOM) if entry["liquidjs"] != entry["gem"]]
    assert sorted(excluded) == differing


@pytest.mark.parametrize("start", range(0, len(RANDOM), 50))
def test_random_templates(evaluate: Callable[[str], str], start: int) -> None:
    for entry in RANDOM[start : start + 50]:
        assert evaluate(entry["template"]) == entry["gem"]["text"], entry["template"]
