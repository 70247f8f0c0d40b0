"""Profiles from a DuckDB query: its result is copied once, so that every part and every later start sees the same people."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from typing import Any, Final

from mailweave import MailweaveError, Place, Problem, hookimpl
from mailweave.readers import Reader
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.readers.parquet import Parquet

_QUERY: Final = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|with|from|values|pivot|table)\b", re.IGNORECASE | re.DOTALL)
# DuckDB spills to the disk beyond this.
_MEMORY: Final = "256MB"
_TICK: Final = 0.2  # seconds


class Query(Parquet):
    """DuckDB SQL (`select …`, or a file that ends in .sql) over a database, Parquet, CSV and JSON files."""

    name = "query"
    suffixes = (".sql",)

    def takes(self, source: str) -> bool:
        return super().takes(source) or bool(_QUERY.match(source))

    def fingerprint(self, source: str) -> str:
        return hashlib.sha256(_text(source).encode()).hexdigest()

    def prepare(self, source: str, folder: Path, database: Path | None) -> Path:
        duckdb = library("duckdb", "bulk")
        path = folder / "profiles.parquet"
        options = {"memory_limit": _MEMORY, "temp_directory": str(folder / "spill")}
        try:
            with put_in_place(path) as temporary:
                connection = duckdb.connect(str(database or ":memory:"), read_only=database is not None, config=options)
                _execute(connection, f"copy (\n{_text(source)}\n) to '{_quoted(temporary)}' (format parquet, compression zstd, row_group_size 2048)")
        except duckdb.Error as error:
            raise _wrong(source, database, str(error)) from error
        return path


def _execute(connection: Any, statement: str) -> None:
    """Execute a statement and close the connection.

    In a thread, because the library may look for signals only after half a minute. When one ends this, the connection stays open: to close
    it would wait for the query, which a process that ends doesn't have to.
    """
    failures: list[BaseException] = []

    def work() -> None:
        try:
            connection.execute(statement)
        except BaseException as error:  # raised again below
            failures.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_TICK)
    except BaseException:
        connection.interrupt()
        raise
    connection.close()
    if failures:
        raise failures[0]


def _wrong(source: str, database: Path | None, said: str) -> MailweaveError:
    # What follows shows the query inside a statement of ours.
    what = " ".join(said.split("\n\nLINE", 1)[0].split())
    place = None if _QUERY.match(source) else Place(source)
    return MailweaveError(Problem(f"{'' if place else '--profiles: '}DuckDB says: {what}", _remedy(what, database), place, code="query"))


def _remedy(said: str, database: Path | None) -> str:
    if said.startswith(("IO Error", "Out of Memory", "Fatal Error", "Interrupt Error")) and "No files found" not in said:
        return "mend that (is the disk full or read-only, the database another program's?), and start it again"
    return "correct the query" if database else "correct the query; tables of a database need --database FILE"


def _text(source: str) -> str:
    if _QUERY.match(source):
        text = source
    else:
        try:
            text = Path(source).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            what = f"the query isn't UTF-8 text: byte 0x{error.object[error.start]:02X}"
            raise MailweaveError(Problem(what, "save the file as UTF-8", Place(source), code="encoding")) from error
        except OSError as error:
            raise MailweaveError(Problem(f"'{source}' can't be read: {error.strerror}", "check --profiles", code="unreadable")) from error
    text = text.strip().rstrip(";")
    if not text.strip():
        raise MailweaveError(Problem("the query is empty", "write one that begins with select", Place(source), code="query"))
    return text


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Query]
