"""A text file in memory that can say where an offset stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from mailweave.errors import Level, Place, Problem

_BREAK: Final = re.compile("\n")
# Of a line, so many characters are shown, and so many of them before the culprit.
_WIDEST: Final = 160
_BEFORE: Final = 60


@dataclass(frozen=True)
class Source:
    """A file's text with its path, as shown to a person.

    A text inside another file (a subject in a campaign) starts at `line` and `column` of that file; each further line is indented by
    `indent` characters there, and `around` is that file's text.
    """

    path: str
    text: str
    line: int = 1
    column: int = 1
    indent: int = 0
    around: str | None = field(default=None, repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        return _starts_of(self.text)

    def place(self, offset: int) -> Place:
        """The place of a character offset (0-based, clamped to the text)."""
        row, column = self._cell(offset)
        return Place(self.path, self.line + row, column + 1 + self._margin(row))

    def line_at(self, offset: int) -> str:
        """The whole line on which an offset stands."""
        row, _ = self._cell(offset)
        if self._around is not None:
            return self._around.line_at(self._around.offset(self.line + row))
        return self._part(row, 0, self._margin(row) + len(self.text))

    def shown_at(self, offset: int) -> tuple[str, int]:
        """What a message shows of the line on which an offset stands, and how many of its characters stand before that."""
        row, column = self._cell(offset)
        column += self._margin(row)
        if self._around is not None:
            return self._around.shown_at(self._around.offset(self.line + row, column + 1))
        length = self._margin(row) + self._end(row) - self._starts[row]
        first = max(0, min(column - _BEFORE, length - _WIDEST))
        shown = self._part(row, first, first + _WIDEST)
        shown = f"…{shown[1:]}" if first else shown
        return f"{shown[:-1]}…" if first + _WIDEST < length else shown, first

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a 1-based line and column of this text itself."""
        return min(self._starts[max(0, min(line, len(self._starts)) - 1)] + column - 1, len(self.text))

    def offset_of(self, place: Place) -> int:
        """The offset of a place that this source gave."""
        row = place.line - self.line
        return self.offset(row + 1, place.column - self._margin(row))

    def problem(self, offset: int, what: str, remedy: str = "", *, code: str = "error", level: Level = "error", length: int = 1) -> Problem:
        """A problem at an offset, with its line and caret."""
        line, cut = self.shown_at(offset)
        return Problem(what, remedy, self.place(offset), code, level, line, length, cut)

    @cached_property
    def _around(self) -> Source | None:
        return None if self.around is None else Source(self.path, self.around)

    def _part(self, row: int, first: int, last: int) -> str:
        """Some columns of a line. A line of a megabyte is never copied as a whole."""
        margin = self._margin(row)
        start = self._starts[row] - margin
        return " " * (min(last, margin) - first) + self.text[start + max(first, margin) : min(self._end(row), start + last)]

    def _end(self, row: int) -> int:
        return self._starts[row + 1] - 1 if row + 1 < len(self._starts) else len(self.text)

    def _margin(self, row: int) -> int:
        return self.indent if row else self.column - 1

    def _cell(self, offset: int) -> tuple[int, int]:
        offset = max(0, min(offset, len(self.text)))
        row = bisect_right(self._starts, offset) - 1
        return row, offset - self._starts[row]


@lru_cache(maxsize=8)
def _starts_of(text: str) -> list[int]:
    """Where each line starts. A file of many texts is a source many times over."""
    return [0, *(found.end() for found in _BREAK.finditer(text))]
