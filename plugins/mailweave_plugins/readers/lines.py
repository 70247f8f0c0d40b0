"""Divide a text file into parts by its lines, in bytes, without holding it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mailweave.readers import Part
from mailweave_plugins.readers.text import LONGEST


class Record(NamedTuple):
    """The lines of one row: where they start and end (bytes), the first one's number (from 1), and the bytes, cut after `LONGEST` and one more."""

    start: int
    stop: int
    line: int
    raw: bytes


def lines(path: Path, start: int = 0, stop: int | None = None, line: int = 1) -> Iterator[Record]:
    """Every line from a byte offset on, up to another."""
    with path.open("rb") as file:
        file.seek(start)
        while raw := file.readline(LONGEST + 1):
            if stop is not None and start >= stop:
                return
            end, more = start + len(raw), raw
            while len(more) > LONGEST and not more.endswith(b"\n"):
                more = file.readline(LONGEST + 1)
                end += len(more)
            yield Record(start, end, line, raw)
            start, line = end, line + 1


def parts(records: Iterable[Record], size: int) -> Iterator[Part]:
    """Parts of `size` records."""
    row = rows = 0
    first = last = Record(0, 0, 1, b"")
    for last in records:
        first = last if rows == 0 else first
        rows += 1
        if rows == size:
            yield Part(first.start, last.stop, first.line, row, rows)
            row, rows = row + rows, 0
    if rows:
        yield Part(first.start, last.stop, first.line, row, rows)
