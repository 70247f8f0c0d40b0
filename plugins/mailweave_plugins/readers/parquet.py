"""Profiles from Parquet: nested columns as they are, columns of the logical type JSON read as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, ClassVar, Final

from mailweave import MailweaveError, Place, Problem, hookimpl
from mailweave.readers import Part, Reader, Row
from mailweave.source import Source
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.connectors.json_file import read_json
from mailweave_plugins.readers.names import check_names

# To read rows in the middle of a row group all that stand before them are decoded, so a file with large groups is copied into small ones first.
_GROUP: Final = 2000
_BATCH: Final = 500


class Parquet(Reader):
    """Parquet: each row a profile; structs, lists and columns of JSON are nested data."""

    name = "parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")

    def prepare(self, source: str, folder: Path, database: Path | None) -> Path:
        path = super().prepare(source, folder, database)
        file = _opened(path)
        groups = [file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups)]
        return path if max(groups, default=0) <= 2 * _GROUP else _regrouped(file, folder / "profiles.parquet")

    def columns(self, path: Path) -> Collection[str]:
        names: list[str] = _opened(path).schema_arrow.names
        check_names(names, Place(path.name))
        return names

    def types(self, path: Path) -> Mapping[str, Any]:
        return {field.name: field.type for field in _opened(path).schema_arrow}

    def split(self, path: Path, size: int) -> Iterator[Part]:
        total = _opened(path).metadata.num_rows
        return (Part(start, min(start + size, total), start + 1, start, min(size, total - start)) for start in range(0, total, size))

    def read(self, path: Path, part: Part, only: Collection[str] | None = None) -> Iterator[Row]:
        file = _opened(path)
        wanted = None if only is None else [name for name in file.schema_arrow.names if name in only]
        as_json = [name for name in _json_columns(file) if wanted is None or name in wanted]
        for number, columns in enumerate(islice(_rows(path, file, part, wanted), part.rows), part.line):
            yield columns if isinstance(columns, Row) else _row(path, number, columns, as_json)


def _opened(path: Path) -> Any:
    state = path.stat()
    return _open(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _open(path: Path, _changed: int, size: int) -> Any:
    """The file, kept open: with its hundreds of row groups, opening it for every part would cost time and, until they are collected, memory."""
    parquet = library("pyarrow.parquet", "bulk")
    if not size:
        raise _damaged(path, "the file is empty", "check how it was made")
    try:
        return parquet.ParquetFile(path, pre_buffer=False)
    except (OSError, ValueError) as error:
        said = str(error).splitlines()[0]
        raise _damaged(path, f"this is no Parquet file, or it was cut off: {said}", "check how it was made; was it copied to its end?") from error


def _damaged(path: Path, what: str, remedy: str) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, Place(str(path)), code="parquet"))


def _regrouped(file: Any, path: Path) -> Path:
    """A copy with small row groups."""
    parquet = library("pyarrow.parquet", "bulk")
    with put_in_place(path) as temporary, parquet.ParquetWriter(temporary, file.schema_arrow, compression="zstd") as writer:
        for batch in file.iter_batches(_GROUP):
            writer.write_batch(batch, row_group_size=_GROUP)
    return path


def _rows(path: Path, file: Any, part: Part, wanted: list[str] | None) -> Iterator[dict[str, Any] | Row]:
    """A part's rows as Python values. Only its row groups are read: the library would read ahead to the end of the file.

    Raises:
        MailweaveError: the file is damaged there.
    """
    sizes = [file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups)]
    starts = list(accumulate(sizes, initial=0))
    groups = [index for index, size in enumerate(sizes) if starts[index] < part.stop and starts[index] + size > part.start]
    skip = part.start - starts[groups[0]] if groups else 0
    line = part.line
    batches = file.iter_batches(_BATCH, row_groups=groups, columns=wanted) if groups else iter(())
    while batch := _next(path, batches, line):
        found = _values(path, batch.slice(skip), line)
        line += len(found)
        yield from found
        skip = max(0, skip - batch.num_rows)


def _next(path: Path, batches: Iterator[Any], line: int) -> Any:
    try:
        return next(batches, None)
    except (OSError, ValueError, NotImplementedError) as error:  # what the library's own errors are
        what = f"the rows from {line:,} on can't be read: {str(error).splitlines()[0]}"
        raise _damaged(path, what, "the file is damaged there, or holds what Arrow can't read; make it again") from error


def _values(path: Path, batch: Any, line: int) -> list[dict[str, Any] | Row]:
    """The rows of a batch; one whose values Python doesn't have (a year beyond 9999, a key twice in a map) has its problem."""
    try:
        values: list[dict[str, Any] | Row] = batch.to_pylist(maps_as_pydicts="strict")
        return values
    except (ValueError, KeyError, OverflowError, TypeError) as error:
        if batch.num_rows > 1:
            return [row for index in range(batch.num_rows) for row in _values(path, batch.slice(index, 1), line + index)]
        said = " ".join(str(error).split())
        problem = Problem(f"a value of this row can't be read: {said}", "change it in the source", Place(path.name, line), code="parquet")
        return [Row(line, {}, problem)]


def _json_columns(file: Any) -> list[str]:
    fields = (file.schema.column(index) for index in range(len(file.schema)))
    return [field.path for field in fields if field.logical_type.type == "JSON" and "." not in field.path]


def _row(path: Path, line: int, columns: dict[str, Any], as_json: list[str]) -> Row:
    for name in as_json:
        try:
            columns[name] = None if columns[name] is None else read_json(Source(path.name, columns[name])).value
        except MailweaveError as error:
            wrong = error.problems[0]
            return Row(line, {}, Problem(f"column '{name}': {wrong.what}", wrong.remedy, Place(path.name, line), code="json"))
    return Row(line, columns)


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Parquet]
