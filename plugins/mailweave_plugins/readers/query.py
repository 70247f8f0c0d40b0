"""Profiles from a DuckDB query: its result is copied once, so that every part and every later start sees the same people."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Place, Problem, hookimpl
from mailweave.readers import Reader
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.readers.parquet import Parquet

_QUERY: Final = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|with|from|values|pivot|table)\b", re.IGNORECASE | re.DOTALL)
# DuckDB spills to the disk beyond this.
_MEMORY: Final = "256MB"


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
            with put_in_place(path) as temporary, duckdb.connect(str(database or ":memory:"), read_only=database is not None, config=options) as made:
                made.execute(f"copy ({_text(source)}) to '{_quoted(temporary)}' (format parquet, compression zstd, row_group_size 2048)")
        except duckdb.Error as error:
            raise _wrong(source, database, str(error)) from error
        return path


def _wrong(source: str, database: Path | None, said: str) -> MailweaveError:
    # What follows shows the query inside a statement of ours.
    what = " ".join(said.split("\n\nLINE", 1)[0].split())
    remedy = "correct the query" if database else "correct the query; tables of a database need --database FILE"
    place = None if _QUERY.match(source) else Place(source)
    return MailweaveError(Problem(f"{'' if place else '--profiles: '}DuckDB says: {what}", remedy, place, code="query"))


def _text(source: str) -> str:
    if _QUERY.match(source):
        text = source
    else:
        try:
            text = Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MailweaveError(Problem(f"'{source}' can't be read", "check --profiles", code="unreadable")) from error
    return text.strip().rstrip(";")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Query]
