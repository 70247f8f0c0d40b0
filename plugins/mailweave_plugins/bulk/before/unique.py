"""Find rows whose address an earlier row has, however many there are: digests go to a file, not into memory.

The first row of an address gets the message. One that can't be built doesn't stand in the way of the next one: first rows are built before the run
decides, and again until each address has one that can be, or none at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.durable import remove

# A part's first row, and the digest of each row's address: empty where it has none that counts.
Digests = Iterable[tuple[int, list[bytes]] | None]
# Gives those of these rows that can't be built.
Unbuilt = Callable[[Collection[int]], Iterable[int]]

# Rows that are built at a time.
_MANY: Final = 100_000

# Only addresses that stand there twice; `tested` rows can be built.
_SHARED: Final = """
create table shared (digest blob, row integer, tested integer, primary key (digest, row)) without rowid;
insert into shared select digest, row, 0 from addresses
  where digest in (select digest from addresses group by digest having count(*) > 1);
create unique index by_row on shared (row);
"""
_UNTESTED: Final = """
select row from shared s where tested = 0 and row = (select min(row) from shared f where f.digest = s.digest)
  and exists (select 1 from shared l where l.digest = s.digest and l.row > s.row) order by row limit ?
"""
_PAIRS: Final = """
select row, (select min(row) from shared f where f.digest = s.digest) as first from shared s where row > first order by row
"""


@contextmanager
def found_duplicates(path: Path, digests: Digests, unbuilt: Unbuilt) -> Iterator[Iterator[tuple[int, int]]]:
    """Pairs of a row and the earlier one that gets the message of its address, sorted by row. `path` is a scratch file.

    Raises:
        MailweaveError: the disk is full.
    """
    remove(path)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # A scratch file: it may be lost.
            database.executescript("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;")
            _fill(database, digests)
            while tested := [row for (row,) in database.execute(_UNTESTED, (_MANY,))]:
                bad = set(unbuilt(tested))
                database.executemany("delete from shared where row = ?", ((row,) for row in bad))
                database.executemany("update shared set tested = 1 where row = ?", ((row,) for row in tested))
            yield iter(database.execute(_PAIRS))
    except sqlite3.Error as error:
        what, remedy = f"addresses can't be compared in {path}: {error}", "is the disk full or read-only? Mend that, and go on with the same command"
        raise MailweaveError(Problem(what, remedy, code="undeliverable")) from error
    finally:
        remove(path)


def _fill(database: sqlite3.Connection, digests: Digests) -> None:
    database.execute("create table addresses (digest blob, row integer, primary key (digest, row)) without rowid")
    for first, found in filter(None, digests):
        database.execute("begin")
        database.executemany("insert into addresses values (?, ?)", sorted((digest, row) for row, digest in enumerate(found, first) if digest))
        database.execute("commit")
    database.executescript(_SHARED)
