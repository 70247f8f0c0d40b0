"""A text file in memory that can say where an offset stands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from mailweave.errors import Level, Place, Problem


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
        return [0, *(index + 1 for index, char in enumerate(self.text) if char == "\n")]

    def place(self, offset: int) -> Place:
        """The place of a character offset (0-based, clamped to the text)."""
        row, column = self._cell(offset)
        return Place(self.path, self.line + row, column + 1 + self._margin(row))

    def line_at(self, offset: int) -> str:
        """The whole line on which an offset stands."""
        row, _ = self._cell(offset)
        if self.around is not None:
            return self.around.split("\n")[self.line + row - 1]
        return " " * self._margin(row) + self.text[self._starts[row] :].split("\n", 1)[0]

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a 1-based line and column of this text itself."""
        return min(self._starts[max(0, min(line, len(self._starts)) - 1)] + column - 1, len(self.text))

    def offset_of(self, place: Place) -> int:
        """The offset of a place that this source gave."""
        row = place.line - self.line
        return self.offset(row + 1, place.column - self._margin(row))

    def problem(self, offset: int, what: str, remedy: str = "", *, code: str = "error", level: Level = "error", length: int = 1) -> Problem:
        """A problem at an offset, with its line and caret."""
        return Problem(what, remedy, self.place(offset), code, level, self.line_at(offset), length)

    def _margin(self, row: int) -> int:
        return self.indent if row else self.column - 1

    def _cell(self, offset: int) -> tuple[int, int]:
        offset = max(0, min(offset, len(self.text)))
        row = bisect_right(self._starts, offset) - 1
        return row, offset - self._starts[row]
