"""Profiles from NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from mailweave import MailweaveError, Problem, hookimpl
from mailweave.readers import Part, Reader, Row
from mailweave.source import Source
from mailweave_plugins.connectors.json_file import read_json
from mailweave_plugins.readers.lines import Record, lines, parts


class Ndjson(Reader):
    """NDJSON (also called JSON Lines): one profile a line, its keys and lists as they are in profile files."""

    name = "ndjson"
    suffixes = (".ndjson", ".jsonl")

    def split(self, path: Path, size: int) -> Iterator[Part]:
        return parts((record for record in lines(path) if record.raw.strip()), size)

    def read(self, path: Path, part: Part, only: Collection[str] | None = None) -> Iterator[Row]:
        return (_row(path, record) for record in lines(path, part.start, part.stop, part.line) if record.raw.strip())


def _row(path: Path, record: Record) -> Row:
    try:
        source = Source(path.name, record.raw.decode("utf-8-sig").rstrip("\r\n"), record.line)
        value = read_json(source).value
    except UnicodeDecodeError as error:
        problem = Source(path.name, "", record.line).problem(error.start, "the line isn't UTF-8 text", "save the file as UTF-8", code="encoding")
        return Row(record.line, {}, problem)
    except MailweaveError as error:
        return Row(record.line, {}, error.problems[0])
    return Row(record.line, value) if isinstance(value, dict) else Row(record.line, {}, _no_object(source))


def _no_object(source: Source) -> Problem:
    return source.problem(0, "a profile must be a JSON object", 'write it like {"id": "7", "email": "ann@shop.example"}', code="bad-value")


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Ndjson]
