"""No pattern of ours takes work that grows faster than the text: each is tried, counted, on what it is made of, repeated."""

from __future__ import annotations

import ast
import importlib
import re
import re._constants as op
import re._parser as parser
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .regex_work import Work

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (("engine", "mailweave"), ("plugins", "mailweave_plugins"), ("preview_server", "mailweave_preview"))
SEARCHES = ("search", "finditer", "findall", "sub", "subn", "split")
# Repetitions of a text's part, and by how much the work may grow when there are twice as many.
TIMES = 8
GROWTH = 2.7
# Patterns that take more by themselves, and why no text of a user makes them do it.
_UNTIL = "looked for with `until`, not beyond the last `-->`"
BOUNDED = {
    "attribute_kinds:_MJML_WHOLE": "a longer name than of a hundred characters is refused before",
    "importing.naming:_COMMENT": _UNTIL,
    "importing.platforms.percent:_COMMENT": _UNTIL,
    "importing.rows:_COMMENT": _UNTIL,
    "importing.platforms.names:_STEP": "only matched, where a path ends; two paths share no white space",
    "importing.platforms.names:_STEP.1": "only matched, where a path ends",
    "languages.liquid_lexer:_IN_COMMENT": "not looked for beyond the last `%}`",
    "stages.selectors:_BRACKETS": "a selector has at most a thousand characters",
    r"stages.selectors:\s*([>+~])\s*": "a selector has at most a thousand characters",
    r"languages.liquid_braze:(?<=\d)(?=(\d{3})+\Z)": "a number has at most a thousand digits",
    'stages.mjml.mends:;?height:[^;"]*(?=[;"])': "stands in an attribute, which ends with a quote",
}


class Named(NamedTuple):
    """A pattern, where it is, and whether it is looked for in a text, not only matched at one place."""

    name: str
    pattern: re.Pattern[str]
    searched: bool


def patterns() -> Iterator[Named]:
    """Every pattern that a module keeps, and those that it writes where it needs them."""
    for root, package in SOURCES:
        for path in sorted((ROOT / root / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT / root).with_suffix("").parts)
            if "import re" not in (text := path.read_text(encoding="utf-8")) or name.endswith("__main__"):
                continue
            tree = ast.parse(text)
            yield from _written(tree, name.partition(".")[2])
            searched = _searched(tree)
            for variable, value in vars(importlib.import_module(name)).items():
                for index, pattern in enumerate(_inside(value)):
                    if isinstance(pattern.pattern, str) and _is_own(text, variable):
                        yield Named(f"{name.partition('.')[2]}:{variable}{f'.{index}' * bool(index)}", pattern, variable in searched)


def _written(tree: ast.AST, name: str) -> Iterator[Named]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)):
            continue
        if node.func.value.id == "re" and node.func.attr in (*SEARCHES, "match", "fullmatch") and isinstance(node.args[0], ast.Constant):
            flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else re.NOFLAG
            yield Named(f"{name}:{node.args[0].value}", re.compile(node.args[0].value, flags), node.func.attr in SEARCHES)


def _is_own(text: str, variable: str) -> bool:
    return re.search(rf"^{re.escape(variable)}\b.*=", text, re.MULTILINE) is not None


def _searched(tree: ast.AST) -> set[str]:
    """The names of what is looked for somewhere, or given to something that may look for it."""
    found = {node.value.id for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in SEARCHES}
    called = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called}


def _inside(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth < 3:
        for one in (*value, *value.values()):
            yield from _inside(one, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 3:
        for one in value:
            yield from _inside(one, depth + 1)


def atoms(pattern: re.Pattern[str]) -> list[str]:
    """What a pattern asks for: its words and characters, longest first."""
    found: set[str] = set()
    _collect(parser.parse(pattern.pattern, pattern.flags), found)
    return sorted(found | {" ", "a", "1", "\n"}, key=lambda one: (-len(one), one))[:10]


def _collect(tree: Any, found: set[str]) -> None:
    word = ""
    for kind, value in [*tree, (None, None)]:
        if kind is op.LITERAL:
            word += chr(value)
            found.add(chr(value))
            continue
        found |= {word} - {""}
        word = ""
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _collect(value[2], found)
        elif kind is op.SUBPATTERN:
            _collect(value[3], found)
        elif kind is op.ATOMIC_GROUP:
            _collect(value, found)
        elif kind is op.BRANCH:
            for branch in value[1]:
                _collect(branch, found)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            _collect(value[1], found)
        elif kind is op.IN:
            found |= {chr(one if part is op.LITERAL else one[0]) for part, one in value if part in (op.LITERAL, op.RANGE)}


def texts(pattern: re.Pattern[str], thorough: bool) -> Iterator[tuple[str, str, str]]:
    """What is tried: what stands before, what is repeated, and what stands after it."""
    parts = atoms(pattern)
    words = [part for part in parts if len(part) > 1][:4]
    for before in ("", *words[: 4 if thorough else 1]):
        for part in parts:
            yield before, part, "\x01"
    if thorough:
        for before in ("", *words):
            for part in parts:
                for other in parts:
                    yield before, part + other, "\x01"
                    yield before, part + other, words[-1] if words else ""


def work(named: Named, text: str) -> int:
    """The steps that it takes."""
    counted = Work(named.pattern, text)
    if named.searched:
        counted.finditer()
    else:
        counted.match()
    return counted.steps


def too_much(named: Named, thorough: bool = False) -> str:
    """A text on which the work grows too fast; the empty text when there is none."""
    for before, part, after in texts(named.pattern, thorough):
        twice = work(named, before + part * 2 * TIMES + after)
        # So little is never much; most patterns stop at once.
        once = twice if twice <= 80 else work(named, before + part * TIMES + after)
        if twice > GROWTH * once + 40:
            return f"{before!r} + {part!r} * n + {after!r}: {once} steps, then {twice}"
    return ""


def offenders(thorough: bool) -> dict[str, str]:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
    return {named.name: found for named in patterns() if named.name not in BOUNDED and (found := too_much(named, thorough))}


def test_the_work_of_every_pattern_grows_with_the_length_of_the_text() -> None:
    assert offenders(thorough=False) == {}


@pytest.mark.deep
def test_the_same_for_pairs_of_what_patterns_ask_for() -> None:
    assert offenders(thorough=True) == {}


def test_the_count_sees_what_never_ends() -> None:
    for pattern, searched in ((r"<!--.*?-->", True), (r"\s*\Z", True), (r"\s*\s*x", False), (r"(?:a|aa)*b", False)):
        assert too_much(Named("x", re.compile(pattern), searched))
    for pattern, searched in ((r"<!--.*?(?:-->|\Z)", True), (r"\s*\Z", False), (r"(?:a++|b)*+c", False)):
        assert not too_much(Named("x", re.compile(pattern), searched))
