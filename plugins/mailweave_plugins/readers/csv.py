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
from mailweave_plugins.readers.names import check_names
from mailweave_plugins.readers.text import LONGEST, cr_ends, not_utf8, refuse_other_text

_QUOTED: Final = re.compile(rb'"[^"]*"')
# The inside of a cell in quotes, up to the quote that closes it.
_INSIDE: Final = re.compile(rb'(?:[^"]+|"")*')
# What stands between cells in files that aren't CSV in the strict sense.
_DELIMITERS: Final = {";": "';'", "\t": "a tab", "|": "'|'"}


class Csv(Reader):
    """CSV: a first line of names, commas, double quotes. A cell is text; its field's type says what else it may be."""

    name = "csv"
    suffixes = (".csv",)

    def columns(self, path: Path) -> Collection[str]:
        return _header(path)[0]

    def split(self, path: Path, size: int) -> Iterator[Part]:
        names, first = _header(path)
        return parts(_checked(path, names, _records(path, first.stop, None, 2 + first.raw.count(b"\n", 0, -1))), size)

    def read(self, path: Path, part: Part, only: Collection[str] | None = None) -> Iterator[Row]:
        names, _ = _header(path)
        return (_row(path, names, record) for record in _records(path, part.start, part.stop, part.line) if record.raw.strip())


def _checked(path: Path, names: list[str], records: Iterable[Record]) -> Iterator[Record]:
    """The rows that aren't blank. One of several lines that is wrong may have taken in the rows behind a quote, and nobody would miss them."""
    for record in records:
        if not record.raw.strip():
            continue
        if b"\n" in record.raw[:-1] and (problem := _row(path, names, record).problem):
            last = record.line + record.raw.count(b"\n", 0, -1)
            what = f"lines {record.line:,} to {last:,} are one row here, as a quote is open, and it can't be read: {problem.what}"
            raise _problem(path, record.line, what, "close the quote in its line, or write a quote inside quotes twice")
        yield record


def _records(path: Path, start: int, stop: int | None, line: int) -> Iterator[Record]:
    """Rows: a line goes on in the next one while a cell in quotes is open."""
    first: Record | None = None
    held: list[bytes] = []
    opened = (0, 0)
    length = 0
    for record in lines(path, start, stop, line):
        if first is None and record.raw.count(b'"') % 2 == 0 and len(record.raw) <= LONGEST:
            yield record
            continue
        place = _opened(record.raw, within=first is not None)
        first = first or record
        held.append(record.raw)
        length += len(record.raw)
        opened = (record.line, place) if place else opened
        if length > LONGEST:
            raise _too_long(path, first, opened)
        if place is None:
            yield Record(first.start, record.stop, first.line, b"".join(held))
            first, held, length = None, [], 0
    if first:
        raise _open_quote(path, opened)


def _opened(raw: bytes, *, within: bool) -> int | None:
    """The column of the quote that is open where a line ends: 0 when it is one of an earlier line, None when none is."""
    place, column = 0, 0
    while True:
        if within:
            place = _match_end(raw, place)
            if place >= len(raw):
                return column
        elif raw.startswith(b'"', place):
            within, column, place = True, place + 1, place + 1
            continue
        within, place = False, raw.find(b",", place) + 1
        if not place:
            return None


def _match_end(raw: bytes, place: int) -> int:
    found = _INSIDE.match(raw, place)
    return found.end() if found else place


def _open_quote(path: Path, opened: tuple[int, int]) -> MailweaveError:
    return _problem(path, opened[0], "this row has a quote that isn't closed", "close it, or write a quote inside quotes twice", opened[1])


def _too_long(path: Path, first: Record, opened: tuple[int, int]) -> MailweaveError:
    if opened[0]:
        return _open_quote(path, opened)
    what = f"this row is longer than {LONGEST // 1024 // 1024} MB"
    return _problem(path, first.line, what, "are its line ends LF or CRLF? Else leave out what no message uses")


def _header(path: Path) -> tuple[list[str], Record]:
    refuse_other_text(path)
    first = next(_records(path, 0, None, 1), None)
    if first and re.search(rb"\r(?!\n|\Z)", _QUOTED.sub(b"", first.raw)):
        raise cr_ends(path, 1)
    try:
        names = _cells(first, "utf-8-sig") if first else []
    except UnicodeDecodeError as error:
        raise MailweaveError(not_utf8(Place(path.name, 1, error.start + 1), error, "line of names")) from error
    except csv.Error as error:
        raise _problem(path, 1, f"the line of names is no CSV: {error}", "check its quotes") from error
    if not first or not names:
        raise _problem(path, 1, "the file has no first line", "write the columns' names into it")
    if len(names) == 1 and (other := re.search(r"[;\t|]", names[0])):
        raise _problem(path, 1, f"the columns are divided by {_DELIMITERS[other[0]]}", "save the file with commas")
    check_names(names, Place(path.name))
    return names, first


def _cells(record: Record, encoding: str = "utf-8") -> list[str]:
    text = record.raw.decode(encoding)
    # A column may hold a list of orders. The limit is the whole process's, and goes back to what it was.
    before = csv.field_size_limit(LONGEST)
    try:
        return next(csv.reader([text], strict=True), [])
    finally:
        csv.field_size_limit(before)


def _row(path: Path, names: list[str], record: Record) -> Row:
    try:
        cells = _cells(record)
    except UnicodeDecodeError as error:
        return Row(record.line, {}, not_utf8(_place_of(path, record, error.start), error))
    except csv.Error as error:
        what = f"this is no CSV: {error}"
        return Row(record.line, {}, Problem(what, "check the quotes in this row", Place(path.name, record.line), code="csv"))
    if len(cells) != len(names):
        what = f"this row has {len(cells):,} {'cell' if len(cells) == 1 else 'cells'}, the first line has {len(names):,}"
        remedy = "add or remove commas; put quotes around text with commas"
        return Row(record.line, {}, Problem(what, remedy, Place(path.name, record.line), code="csv"))
    if b"\0" in record.raw:
        what = "this row holds a NUL character, which no text has"
        return Row(record.line, {}, Problem(what, "remove it", _place_of(path, record, record.raw.index(0)), code="csv"))
    return Row(record.line, dict(zip(names, cells, strict=True)))


def _place_of(path: Path, record: Record, offset: int) -> Place:
    """Where a byte of a row stands. Columns count bytes, as these aren't characters."""
    before = record.raw[:offset]
    return Place(path.name, record.line + before.count(b"\n"), offset - before.rfind(b"\n"))


def _problem(path: Path, line: int, what: str, remedy: str, column: int = 1) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, Place(path.name, line, max(1, column)), code="csv"))


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Csv]
