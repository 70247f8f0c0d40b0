"""The first slice of a run, which one start sends before it ends: `--first N`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import ceil
from pathlib import Path

from mailweave.readers import Part, Reader, Row
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.before.orders import Bounds


def first_rows(first: Amount, total: int) -> int:
    """How many rows that is of so many; a share is rounded up.

    Example:
        >>> first_rows(Amount("1%"), 250), first_rows(Amount("500"), 250)
        (3, 250)
    """
    return min(ceil(first.of(total)), total)


def cut(parts: tuple[Part, ...], reader: Reader, path: Path, row: int) -> tuple[Part, ...]:
    """The parts with a border before a row, so that what stands before it can be written whole."""
    found: list[Part] = []
    for part in parts:
        if part.row < row < part.row + part.rows:
            one = next(islice(reader.split(path, 1), row, None))
            before = row - part.row
            found += [part._replace(stop=one.start, rows=before), Part(one.start, part.stop, one.line, row, part.rows - before)]
        else:
            found.append(part)
    return tuple(found)


def end_of(parts: tuple[Part, ...], first: Amount | None, *, whole: bool) -> int | None:
    """The first row that isn't this start's, or None when all are. `whole`: files are written, and hold whole parts."""
    if first is None:
        return None
    total = sum(part.rows for part in parts)
    end = first_rows(first, total)
    end = border(parts, end) if whole else end
    return end if end < total else None


def border(parts: tuple[Part, ...], row: int) -> int:
    """The end of the part that a row ends in: files hold whole parts."""
    return next((part.row + part.rows for part in parts if part.row < row <= part.row + part.rows), row)


def rows_meant(part: Part, bounds: Bounds) -> int:
    """How many rows of a part are this start's."""
    return part.rows if bounds.end is None else max(0, min(part.rows, bounds.end - part.row))


def within(rows: Iterator[tuple[int, Row]], part: Part, bounds: Bounds) -> Iterator[tuple[int, Row]]:
    """Those of a part's rows that are this start's."""
    return rows if rows_meant(part, bounds) == part.rows else islice(rows, rows_meant(part, bounds))
