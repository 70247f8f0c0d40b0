"""What differs between two texts: lines, and words within lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, Literal

# Lines around a difference that are shown, too.
_AROUND: Final = 2
# More words than this on a line are compared as a whole.
_MOST_WORDS: Final = 400
# Lines that share less of their words than this have nothing to do with one another.
_LIKE: Final = 0.4
_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Row:
    """Two lines side by side, in pieces of (text, whether it differs); None where one side has no such line. `skipped`: so many equal
    lines are left out here."""

    kind: Literal["same", "changed", "skipped"]
    left: Pieces | None = None
    right: Pieces | None = None
    skipped: int = 0


def compared(left: str, right: str) -> list[Row]:
    """The lines of two texts side by side; equal ones far from every difference are left out. Empty when nothing differs."""
    if left == right:
        return []
    before, after = left.split("\n"), right.split("\n")
    rows: list[Row] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for index, (kind, start, end, other, other_end) in enumerate(steps):
        if kind == "equal":
            rows += _equal(before[start:end], first=index == 0, last=index == len(steps) - 1)
        else:
            rows += (_changed(one, two) for one, two in zip_longest(before[start:end], after[other:other_end]))
    return rows


def _equal(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Row]:
    head, tail = 0 if first else _AROUND, 0 if last else _AROUND
    if len(lines) <= head + tail + 1:
        yield from map(_same, lines)
        return
    yield from map(_same, lines[:head])
    yield Row("skipped", skipped=len(lines) - head - tail)
    yield from map(_same, lines[len(lines) - tail :])


def _same(line: str) -> Row:
    return Row("same", ((line, False),), ((line, False),))


def _changed(left: str | None, right: str | None) -> Row:
    if left is None or right is None:
        return Row("changed", _whole(left), _whole(right))
    return Row("changed", *words(left, right))


def _whole(line: str | None) -> Pieces | None:
    return None if line is None else ((line, True),)


def words(left: str, right: str) -> tuple[Pieces, Pieces]:
    """Two lines in pieces, those that differ marked.

    Example:
        >>> words("Hi Ann", "Hi Bo")
        ((('Hi ', False), ('Ann', True)), (('Hi ', False), ('Bo', True)))
    """
    before, after = _WORD.findall(left), _WORD.findall(right)
    if max(len(before), len(after)) > _MOST_WORDS or not _alike(before, after):
        same = left == right
        return ((left, not same),), ((right, not same),)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    old = tuple(("".join(before[start:end]), kind != "equal") for kind, start, end, _, _ in steps if end > start)
    new = tuple(("".join(after[start:end]), kind != "equal") for kind, _, _, start, end in steps if end > start)
    return old, new


def _alike(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether enough of the words, not counting the space between them, are the same."""
    left, right = ([word for word in some if not word.isspace()] for some in (before, after))
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= _LIKE
