"""The connector `file`: data from a YAML, JSON, NDJSON or CSV file of the workspace."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import field_validator

from mailweave import MailweaveError, Place, Problem, Settings, hookimpl
from mailweave.connectors import Connector
from mailweave.errors import did_you_mean, raise_all
from mailweave.source import Source
from mailweave.yamlfile import load, read_text

ColumnType = Literal["string", "number", "integer", "boolean"]


class FileSettings(Settings):
    """`path`: below the workspace's folder. `key`: the field that entries are found by. `types`: what a CSV file's columns hold (else text)."""

    path: str
    key: str | None = None
    types: dict[str, ColumnType] = {}

    @field_validator("path")
    @classmethod
    def _known(cls, path: str) -> str:
        suffix = Path(path).suffix.lower()
        if suffix not in _READERS:
            raise ValueError(f"'{suffix}' is no format for data – use one of: {', '.join(sorted(_READERS))}")
        return path


class File(Connector[FileSettings]):
    """Data from a file of the workspace: .yaml, .json, .ndjson or .csv.

    Example:
        sources:
          products: {file: {path: data/products.yaml, key: id}}
          orders: {file: {path: data/orders.csv, types: {price: number, quantity: integer}}}
    """

    name = "file"
    Settings = FileSettings

    def load(self, settings: FileSettings, root: Path) -> Any:
        """The file's content: a list of entries, or with `key` a mapping from that field's value to the entry.

        Raises:
            MailweaveError: it is outside the workspace, missing or broken; every mistake with its line.
        """
        path = _inside(settings.path, root)
        source = Source(settings.path, read_text(path, settings.path))
        rows = _READERS[path.suffix.lower()](source, settings, path)
        return rows if settings.key is None else _keyed(rows, settings.key, source)


def _inside(name: str, root: Path) -> Path:
    """The file, links resolved, which must be below the workspace's folder."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise MailweaveError(Problem(f"'{name}' is outside the workspace", "copy the file into it, for example to data/", code="outside"))
    if not path.is_file():
        siblings = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, siblings) if siblings else "there is no such folder"
        raise MailweaveError(Problem(f"there is no file '{name}'", remedy, code="no-file"))
    return path


def _yaml(source: Source, settings: FileSettings, path: Path) -> Any:
    return load(path, settings.path).value


def _json(source: Source, settings: FileSettings, path: Path) -> Any:
    try:
        return json.loads(source.text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise MailweaveError(_json_problem(source, 0, error)) from error


def _ndjson(source: Source, settings: FileSettings, path: Path) -> list[Any]:
    rows, problems, start = [], [], 0
    for line in source.text.splitlines(keepends=True):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except (json.JSONDecodeError, RecursionError) as error:
            problems.append(_json_problem(source, start, error))
        start += len(line)
    raise_all(problems)
    return rows


def _json_problem(source: Source, start: int, error: Exception) -> Problem:
    if not isinstance(error, json.JSONDecodeError):
        return source.problem(start, "this JSON is nested too deeply", code="json")
    remedy = "remove the comma" if "trailing comma" in error.msg or "property name" in error.msg else "check commas, quotes and brackets"
    return source.problem(start + error.pos, f"this is no JSON: {error.msg[0].lower()}{error.msg[1:]}", remedy, code="json")


def _csv(source: Source, settings: FileSettings, path: Path) -> list[dict[str, Any]]:
    """Rows by the names in the first line. All values are text unless `types` says otherwise; an empty cell of a typed column is left out."""
    reader = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    try:
        header = next(reader, [])
        problems = list(_header_problems(source, header, settings))
        rows = []
        for cells in reader:
            if cells:
                rows.append(dict(_cells(source, header, cells, reader.line_num, settings, problems)))
    except csv.Error as error:
        raise MailweaveError(Problem(f"this is no CSV: {error}", "check the quotes", Place(source.path, reader.line_num), code="csv")) from error
    raise_all(problems)
    return rows


def _header_problems(source: Source, header: list[str], settings: FileSettings) -> Iterator[Problem]:
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield source.problem(0, f"the column '{name}' stands here twice", "rename one", code="twice")
    for name in settings.types:
        if name not in header:
            yield source.problem(0, f"there is no column '{name}', which `types` names", did_you_mean(name, header), code="unknown-column")


def _cells(
    source: Source, header: list[str], cells: list[str], line: int, settings: FileSettings, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    if len(cells) != len(header):
        what = f"this row has {len(cells)} cells, the first line has {len(header)}"
        problems.append(source.problem(source.offset(line), what, "add or remove commas; put quotes around text with commas", code="csv"))
    for name, cell in zip(header, cells, strict=False):
        kind = settings.types.get(name, "string")
        value = _CELLS[kind](cell.strip() if kind != "string" else cell)
        if value is None and cell.strip():
            what = f"'{cell}' in column '{name}' is no {kind}"
            problems.append(source.problem(source.offset(line), what, f"correct it, or change `types: {{{name}: …}}`", code="bad-cell"))
        if value is not None:
            yield name, value


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def _integer(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 20 else None


_CELLS: Final[dict[str, Callable[[str], Any]]] = {
    "string": str,
    "number": _number,
    "integer": _integer,
    "boolean": lambda text: {"true": True, "false": False}.get(text.lower()),
}
_READERS: Final[dict[str, Callable[[Source, FileSettings, Path], Any]]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": _json,
    ".ndjson": _ndjson,
    ".csv": _csv,
}


def _keyed(rows: Any, key: str, source: Source) -> dict[str, Any]:
    """The entries by one field."""
    if not isinstance(rows, list):
        raise MailweaveError(source.problem(0, "the data is no list, so it can't have a `key`", "remove `key`", code="bad-key"))
    found: dict[str, Any] = {}
    problems = []
    for number, row in enumerate(rows, start=1):
        name = row.get(key) if isinstance(row, Mapping) else None
        if name is None:
            remedy = did_you_mean(key, row) if isinstance(row, Mapping) else "each entry must be a mapping"
            problems.append(source.problem(0, f"entry {number} has no '{key}'", remedy, code="bad-key"))
        elif str(name) in found:
            first = list(found).index(str(name)) + 1
            problems.append(source.problem(0, f"entries {first} and {number} have the same {key}, '{name}'", "make it unique", code="twice"))
        else:
            found[str(name)] = row
    raise_all(problems[:20])
    return found


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    return [File]
