"""Read CSV (RFC 4180): a first line of names, commas, double quotes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final, Literal

from mailweave import MailweaveError, Problem
from mailweave.errors import did_you_mean
from mailweave.source import Source
from mailweave_plugins.connectors.entries import Entries, raise_some

ColumnType = Literal["string", "number", "integer", "boolean"]

_CELL = re.compile(r'"(?:[^"]|"")*"|[^,\n]*')
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")


def read_csv(source: Source, types: Mapping[str, ColumnType]) -> Entries:
    """Rows by the names in the first line. All values are text unless `types` says otherwise; an empty cell of a typed column is left out.

    Raises:
        MailweaveError: names, rows or cells that are wrong, each with its place.
    """
    reader = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    try:
        header = next(reader, [])
        table = _Table(source, header, types)
        raise_some(table.header_problems())
        for line, cells in _records(reader):
            table.add(line, cells)
    except csv.Error as error:
        problem = source.problem(source.offset(max(1, reader.line_num)), f"this is no CSV: {error}", "check the quotes in this row", code="csv")
        raise MailweaveError(problem) from error
    raise_some(table.problems)
    return Entries(source, table.rows, lambda index: source.offset(table.lines[index]))


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row that isn't blank, with its first line: quotes may hold line ends."""
    line = reader.line_num + 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


@dataclass
class _Table:
    source: Source
    header: list[str]
    types: Mapping[str, ColumnType]
    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def header_problems(self) -> Iterator[Problem]:
        if len(self.header) == 1 and (other := re.search(r"[;\t]", self.header[0])):
            named = "a tab" if other[0] == "\t" else f"'{other[0]}'"
            yield self._problem(1, 0, f"the columns are divided by {named}", "save the file with commas", "csv")
            return
        for index, name in enumerate(self.header):
            if not name.strip():
                yield self._problem(1, index, f"column {index + 1} has no name", "name it in the first line, or remove the column", "csv")
            elif name in self.header[:index]:
                yield self._problem(1, index, f"the column '{name}' stands here twice", "rename one", "twice")
        for name in self.types:
            if name not in self.header:
                yield self._problem(1, 0, f"there is no column '{name}', which `types` names", did_you_mean(name, self.header), "unknown-column")

    def add(self, line: int, cells: list[str]) -> None:
        if len(cells) != len(self.header):
            what = f"this row has {len(cells)} {'cell' if len(cells) == 1 else 'cells'}, the first line has {len(self.header)}"
            self.problems.append(self._problem(line, 0, what, "add or remove commas; put quotes around text with commas", "csv"))
        self.rows.append(dict(self._typed(line, cells)))
        self.lines.append(line)

    def _typed(self, line: int, cells: list[str]) -> Iterator[tuple[str, Any]]:
        for index, (name, cell) in enumerate(zip(self.header, cells, strict=False)):
            kind = self.types.get(name, "string")
            value = _READ[kind](cell)
            if value is not None:
                yield name, value
            elif cell.strip():
                what, remedy = f"'{cell}' in column '{name}' is no {kind}", f"correct it, or change `types: {{{name}: …}}`"
                self.problems.append(self._problem(line, index, what, remedy, "bad-cell"))

    def _problem(self, line: int, index: int, what: str, remedy: str, code: str) -> Problem:
        """A problem at a row's cell."""
        start = self.source.offset(line)
        for _ in range(index):
            start = _cell(self.source, start).end() + 1
        cell = _cell(self.source, start)[0].split("\n", 1)[0]
        return self.source.problem(start, what, remedy, code=code, length=max(1, len(cell)))


def _cell(source: Source, start: int) -> re.Match[str]:
    found = _CELL.match(source.text, start)
    assert found is not None
    return found


def _number(text: str) -> float | None:
    value = float(text) if _NUMBER.match(text) else None
    return value if value is not None and isfinite(value) else None


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "string": str,
    "number": lambda cell: _number(cell.strip()),
    "integer": lambda cell: int(cell) if _INTEGER.match(cell.strip()) else None,
    "boolean": lambda cell: {"true": True, "false": False}.get(cell.strip().lower()),
}
