"""Find rows that share their id, however many there are: digests go to a file, not into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.durable import remove
from mailweave_plugins.bulk.output.types import Shape

# So many are no slip but a wrong column.
_MOST: Final = 10_000


class Ids(NamedTuple):
    """What is compared of a part: its first row's number, and a digest of each row's id (empty: none).

    `shape` is what the columns to pass through are like, where only the rows know it.
    """

    row: int
    digests: list[bytes]
    shape: Shape | None = None


def find_twice(parts: Iterable[Ids | None], path: Path) -> tuple[int, ...]:
    """The rows whose id an earlier row has, sorted. `parts` come in any order.

    Raises:
        MailweaveError: there are thousands of them.
    """
    remove(path)
    try:
        twice = _twice(parts, path)
    except sqlite3.Error as error:
        what, remedy = f"ids can't be compared in {path}: {error}", "is the disk full or read-only? Mend that, and go on with the same command"
        raise MailweaveError(Problem(what, remedy, code="undeliverable")) from error
    path.unlink()
    return twice


def _twice(parts: Iterable[Ids | None], path: Path) -> tuple[int, ...]:
    twice: set[int] = set()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # A scratch file: it may be lost.
        database.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;")
        database.execute("create table ids (digest blob primary key, row integer) without rowid")
        for part in parts:
            if part:
                twice |= _add(database, part.row, part.digests)
            if len(twice) > _MOST:
                what = f"more than {_MOST:,} rows have the id of an earlier row"
                raise MailweaveError(Problem(what, "is the right column the id? Name it: --map id=COLUMN", code="twice"))
    return tuple(sorted(twice))


def _add(database: sqlite3.Connection, first: int, digests: list[bytes]) -> set[int]:
    rows = sorted((digest, row) for row, digest in enumerate(digests, first) if digest)
    before = database.total_changes
    database.execute("begin")
    database.executemany("insert or ignore into ids values (?, ?)", rows)
    new = database.total_changes - before
    later = set() if new == len(rows) else {later for digest, row in rows for later in _later(database, digest, row)}
    database.execute("commit")
    return later


def _later(database: sqlite3.Connection, digest: bytes, row: int) -> Iterable[int]:
    """The later one of a row and the one that stands in for its id so far, if they are two; the first one stays."""
    ((other,),) = database.execute("select row from ids where digest = ?", (digest,))
    if other != row:
        database.execute("update ids set row = ? where digest = ?", (min(row, other), digest))
        yield max(row, other)
