"""Read JSON, and NDJSON: one JSON value a line. Stricter than Python's reader: no `NaN`, and no name twice in one object."""

from __future__ import annotations

import json
import re
from typing import Any

from mailweave import MailweaveError, Problem
from mailweave.source import Source
from mailweave_plugins.connectors.entries import Entries, raise_some

_SPARE_COMMA = re.compile(r",\s*[\]},]")
_SPACE_OR_COMMA = re.compile(r"[\s,]*")
# Texts are passed over. More digits than 4,300 Python doesn't read.
_CONSTANT = re.compile(r'"(?:[^"\\]++|\\.)*+"|(?P<constant>NaN|-?Infinity)|(?P<digits>(?<![0-9])[0-9]{4300,}+)', re.DOTALL)


def read_json(source: Source) -> Entries:
    """The value of a JSON text.

    Raises:
        MailweaveError: it is no JSON.
    """
    return Entries(source, _decode(source, 0, source.text), lambda index: _start(source.text, index))


def read_ndjson(source: Source) -> Entries:
    """The values of all lines that aren't blank.

    Raises:
        MailweaveError: lines that are no JSON, all of them.
    """
    rows: list[Any] = []
    starts: list[int] = []
    problems: list[Problem] = []
    start = 0
    # Not splitlines(): text in JSON may hold U+2028 and its like as they are.
    for line in source.text.split("\n"):
        if line.strip():
            starts.append(start)
            try:
                rows.append(_decode(source, start, line))
            except MailweaveError as error:
                problems += error.problems
        start += len(line) + 1
    raise_some(problems)
    return Entries(source, rows, starts.__getitem__)


class _TwiceError(ValueError):
    """A name that one object has twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name)
        found[name] = value
    return found


def _constant(name: str) -> Any:
    raise ValueError(name)


def _decode(source: Source, start: int, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise MailweaveError(json_problem(source, start, text, error)) from error


def json_problem(source: Source, start: int, text: str, error: Exception) -> Problem:
    """What is wrong with a JSON text that begins at `start` of a source, as `json.loads` says it."""
    if isinstance(error, json.JSONDecodeError):
        spare = _SPARE_COMMA.match(text, max(0, len(text[: error.pos].rstrip()) - 1)) or _SPARE_COMMA.match(text, error.pos)
        if spare:  # Each version of Python has other words for it, and another place.
            return source.problem(start + spare.start(), "this is no JSON: a comma stands before the end", "remove the comma", code="json")
        what = f"this is no JSON: {error.msg[0].lower()}{error.msg[1:]}"
        return source.problem(start + error.pos, what, "check commas, quotes and brackets", code="json")
    if isinstance(error, RecursionError):
        return source.problem(start, "this JSON is nested too deeply", "make it flatter", code="json")
    if isinstance(error, _TwiceError):
        return source.problem(start, f"an object in this JSON has '{error}' twice", "remove one", code="twice")
    constant = next((found for found in _CONSTANT.finditer(text) if found["constant"] or found["digits"]), None)
    if constant is None or constant["digits"]:
        offset, length = constant.span() if constant else (0, 1)
        remedy = "shorten it, or put it in quotes"
        return source.problem(start + offset, "a number in this JSON has too many digits", remedy, code="json", length=length - offset)
    return source.problem(start + constant.start(), f"this is no JSON: {constant[0]}", "write null", code="json", length=len(constant[0]))


def _start(text: str, index: int) -> int:
    """Where the entry of that index starts in a JSON list that was read before."""
    decoder = json.JSONDecoder()
    place = text.index("[") + 1
    for _ in range(index):
        _, place = decoder.raw_decode(text, _after_space(text, place))
    return _after_space(text, place)


def _after_space(text: str, place: int) -> int:
    found = _SPACE_OR_COMMA.match(text, place)
    return found.end() if found else place
