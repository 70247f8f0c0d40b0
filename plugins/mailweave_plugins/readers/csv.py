"""Profiles from CSV (RFC 4180): a first line of names, commas, double quotes."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Place, Problem, hookimpl
from mailweave.readers import Part, Reader, Row
from mailweave_plugins.readers.lines import Record, lines, parts

# A row that is longer has a quote that isn't closed.
_LONGEST: Final = 16 * 1024 * 1024


class Csv(Reader):
    """CSV: a first line of names, commas, double quotes. A cell is text; its field's type says what else it may be."""

    name = "csv"
    suffixes = (".csv",)

    def columns(self, path: Path) -> Collection[str]:
        return _header(path)[0]

    def split(self, path: Path, size: int) -> Iterator[Part]:
        _, first = _header(path)
        return parts((record for record in _records(path, first.stop, None, 2 + first.raw.count(b"\n", 0, -1)) if record.raw.strip()), size)

    def read(self, path: Path, part: Part, only: Collection[str] | None = None) -> Iterator[Row]:
        names, _ = _header(path)
        csv.field_size_limit(_LONGEST)  # a column may hold a list of orders
        return (_row(path, names, record) for record in _records(path, part.start, part.stop, part.line) if record.raw.strip())


def _records(path: Path, start: int, stop: int | None, line: int) -> Iterator[Record]:
    """Rows: a line goes on in the next one while a quote is open, which is while their number so far is odd."""
    first: Record | None = None
    held: list[bytes] = []
    quotes = length = 0
    for record in lines(path, start, stop, line):
        first = first or record
        held.append(record.raw)
        quotes, length = quotes + record.raw.count(b'"'), length + len(record.raw)
        if length > _LONGEST:
            raise _problem(path, first.line, "this row has a quote that isn't closed", "close it, or write a quote inside quotes twice")
        if quotes % 2 == 0:
            yield Record(first.start, record.stop, first.line, b"".join(held))
            first, held, quotes, length = None, [], 0, 0
    if first:
        raise _problem(path, first.line, "this row has a quote that isn't closed", "close it, or write a quote inside quotes twice")


def _header(path: Path) -> tuple[list[str], Record]:
    first = next(_records(path, 0, None, 1), None)
    names = _cells(first, "utf-8-sig") if first else []
    if not first or not names:
        raise _problem(path, 1, "the file has no first line", "write the columns' names into it")
    if len(names) == 1 and (other := re.search(r"[;\t]", names[0])):
        named = "a tab" if other[0] == "\t" else f"'{other[0]}'"
        raise _problem(path, 1, f"the columns are divided by {named}", "save the file with commas")
    for index, name in enumerate(names):
        if not name.strip():
            raise _problem(path, 1, f"column {index + 1} has no name", "name it in the first line, or remove the column")
        if name in names[:index]:
            raise _problem(path, 1, f"the column '{name}' stands here twice", "rename one")
    return names, first


def _cells(record: Record, encoding: str = "utf-8") -> list[str]:
    return next(csv.reader([record.raw.decode(encoding)], strict=True), [])


def _row(path: Path, names: list[str], record: Record) -> Row:
    try:
        cells = _cells(record)
    except UnicodeDecodeError:
        return Row(record.line, {}, Problem("the row isn't UTF-8 text", "save the file as UTF-8", Place(path.name, record.line), code="encoding"))
    except csv.Error as error:
        what = f"this is no CSV: {error}"
        return Row(record.line, {}, Problem(what, "check the quotes in this row", Place(path.name, record.line), code="csv"))
    if len(cells) != len(names):
        what = f"this row has {len(cells)} {'cell' if len(cells) == 1 else 'cells'}, the first line has {len(names)}"
        remedy = "add or remove commas; put quotes around text with commas"
        return Row(record.line, {}, Problem(what, remedy, Place(path.name, record.line), code="csv"))
    return Row(record.line, dict(zip(names, cells, strict=True)))


def _problem(path: Path, line: int, what: str, remedy: str) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, Place(path.name, line), code="csv"))


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Csv]
