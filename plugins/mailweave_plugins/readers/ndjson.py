"""Profiles from NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from mailweave import MailweaveError, Place, Problem, hookimpl
from mailweave.readers import Part, Reader, Row
from mailweave.source import Source
from mailweave_plugins.connectors.json_file import read_json
from mailweave_plugins.readers.lines import Record, lines, parts
from mailweave_plugins.readers.text import LONGEST, not_utf8, refuse_other_text


class Ndjson(Reader):
    """NDJSON (also called JSON Lines): one profile a line, its keys and lists as they are in profile files."""

    name = "ndjson"
    suffixes = (".ndjson", ".jsonl")

    def split(self, path: Path, size: int) -> Iterator[Part]:
        refuse_other_text(path)
        return parts((record for record in lines(path) if record.raw.strip()), size)

    def read(self, path: Path, part: Part, only: Collection[str] | None = None) -> Iterator[Row]:
        return (_row(path, record) for record in lines(path, part.start, part.stop, part.line) if record.raw.strip())


def _row(path: Path, record: Record) -> Row:
    if len(record.raw) > LONGEST:
        what, remedy = f"the line is longer than {LONGEST // 1024 // 1024} MB", "one line holds one profile; leave out what no message uses"
        return Row(record.line, {}, Problem(what, remedy, Place(path.name, record.line), code="json"))
    try:
        source = Source(path.name, record.raw.decode("utf-8-sig").rstrip("\r\n"), record.line)
        value = read_json(source).value
    except UnicodeDecodeError as error:
        return Row(record.line, {}, not_utf8(Place(path.name, record.line, error.start + 1), error, "line"))
    except MailweaveError as error:
        return Row(record.line, {}, error.problems[0])
    return Row(record.line, value) if isinstance(value, dict) else Row(record.line, {}, _no_object(source))


def _no_object(source: Source) -> Problem:
    return source.problem(0, "a profile must be a JSON object", 'write it like {"id": "7", "email": "ann@shop.example"}', code="bad-value")


@hookimpl
def register_readers() -> Iterable[type[Reader]]:
    return [Ndjson]
