"""docs/security.md: its promises have tests, and its tables say what the engine does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailweave.contexts import Context, context_at
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.limits import Limits
from mailweave.positions import Position, advance
from mailweave.source import Source

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text()
TESTS = re.findall(r"\]\((\.\./tests/[^)#]+)(?:#(\w+))?\)", TEXT)
MEANT = {
    "URL": {Context.URL_START},
    "URL list": {Context.SRCSET_START},
    "URL or text": {Context.URL_START, Context.ATTRIBUTE},
    "CSS": {Context.STYLE},
    "text": {Context.ATTRIBUTE},
    "refused": set(),
}
ROWS = [(shown, row[1]) for row in re.findall(r"^\| (`<.*?) \| ([\w ]+?) \|", TEXT, re.M) for shown in re.findall(r"`<([^`]+)>`", row[0])]


def written(shown: str, value: str) -> str:
    """`link itemprop href` as a tag whose last attribute is a value."""
    return f'<{shown}="{value}">'


def test_there_are_enough() -> None:
    assert len(TESTS) > 25
    assert len(ROWS) > 100


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_every_promise_has_its_test(path: str, name: str) -> None:
    file = ROOT / "docs" / path
    assert file.is_file()
    assert not name or re.search(rf"^(?:async )?def {name}\(", file.read_text(), re.M)


@pytest.mark.parametrize(("shown", "meant"), ROWS)
def test_attributes(mailweave_engine: Engine, shown: str, meant: str) -> None:
    """In either language, with the tag as it is; where only what comes before is known, never more than that."""
    for language in ("liquid", "handlebars"):
        text = written(shown, "{{ v }}") + ("" if shown.split()[0] in ("img", "input", "meta", "link", "base") else f"</{shown.split()[0]}>")
        try:
            template = mailweave_engine.registry.languages[language].parse(Source("t", text))
            found = set(template.contexts.values())  # type: ignore[attr-defined]
        except MailweaveError as error:
            assert {problem.code for problem in error.problems} == {"bad-place"}
            found = set()
        assert len(found) == (meant != "refused")
        assert found <= MEANT[meant]
    before = context_at(advance(Position(), written(shown, "")[:-2]))
    assert not isinstance(before, Context) or before in MEANT[meant]


def test_limits() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ([\d]+) \|$", TEXT, re.M))
    assert rows == {name: f"{field.default:g}" if field.default < 1000 else str(field.default) for name, field in Limits.model_fields.items()}
    assert all(f"{name}: {default}" in TEXT for name, default in rows.items())
