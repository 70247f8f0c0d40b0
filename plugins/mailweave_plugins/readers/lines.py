"""Divide a text file into parts by its lines, in bytes, without holding it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mailweave.readers import Part


class Record(NamedTuple):
    """The lines of one row: where they start and end (bytes), the first one's number (from 1), and the bytes."""

    start: int
    stop: int
    line: int
    raw: bytes


def lines(path: Path, start: int = 0, stop: int | None = None, line: int = 1) -> Iterator[Record]:
    """Every line from a byte offset on, up to another."""
    with path.open("rb") as file:
        file.seek(start)
        for raw in file:
            if stop is not None and start >= stop:
                return
            yield Record(start, start + len(raw), line, raw)
            start, line = start + len(raw), line + 1


def parts(records: Iterable[Record], size: int) -> Iterator[Part]:
    """Parts of `size` records."""
    row, batch = 0, list[Record]()
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield _part(batch, row)
            row, batch = row + size, []
    if batch:
        yield _part(batch, row)


def _part(batch: list[Record], row: int) -> Part:
    return Part(batch[0].start, batch[-1].stop, batch[0].line, row, len(batch))
