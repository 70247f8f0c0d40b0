"""The connector `file`: data from a YAML, JSON, NDJSON or CSV file of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationInfo, field_validator

from mailweave import MailweaveError, Problem, Settings, hookimpl
from mailweave.connectors import Connector
from mailweave.errors import did_you_mean
from mailweave.paths import path_complaint
from mailweave.plugged import Name
from mailweave.source import Source
from mailweave.yamlfile import parse, read_text
from mailweave_plugins.connectors.csv_file import ColumnType, read_csv
from mailweave_plugins.connectors.entries import Entries
from mailweave_plugins.connectors.json_file import read_json, read_ndjson


class FileSettings(Settings):
    """`path`: below the workspace's folder. `key`: the field that entries are found by. `types`: what a CSV file's columns hold (else text)."""

    path: str
    key: Name | None = None
    types: dict[str, ColumnType] = {}

    @field_validator("path")
    @classmethod
    def _known(cls, path: str) -> str:
        suffix = Path(path).suffix.lower()
        if suffix not in _READERS:
            raise ValueError(f"'{suffix or path}' is no format for data – use one of: {', '.join(sorted(_READERS))}")
        return path

    @field_validator("types")
    @classmethod
    def _only_csv(cls, types: dict[str, ColumnType], info: ValidationInfo) -> dict[str, ColumnType]:
        path = info.data.get("path")
        if types and path and Path(path).suffix.lower() != ".csv":
            raise ValueError("only a CSV file has `types` – remove them; this file says itself what is a number")
        return types


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
            MailweaveError: it is outside the workspace, missing or broken; every mistake with its place.
        """
        path = _inside(settings.path, root)
        source = Source(settings.path, read_text(path, settings.path))
        entries = _READERS[Path(settings.path).suffix.lower()](source, settings)
        return entries.value if settings.key is None else entries.by(settings.key)


def _inside(name: str, root: Path) -> Path:
    """The file, links resolved, which must be below the workspace's folder."""
    try:
        if complaint := path_complaint(name):
            raise ValueError(complaint)
        path = (root / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise MailweaveError(Problem(f"'{name[:60]}' is no path of a file", "check its characters and links", code="no-file")) from error
    if not path.is_relative_to(root.resolve()):
        raise MailweaveError(Problem(f"'{name}' is outside the workspace", "copy the file into it, for example to data/", code="outside"))
    if not path.is_file():
        siblings = [entry.name for entry in path.parent.glob("*") if entry.is_file()] if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, siblings) if siblings else "there is no such folder, or it is empty"
        raise MailweaveError(Problem(f"there is no file '{name}'", remedy, code="no-file"))
    return path


def _yaml(source: Source) -> Entries:
    document = parse(source)
    return Entries(source, document.value, lambda index: source.offset_of(document.place((index,))))


_READERS: Final[dict[str, Callable[[Source, FileSettings], Entries]]] = {
    ".yaml": lambda source, settings: _yaml(source),
    ".yml": lambda source, settings: _yaml(source),
    ".json": lambda source, settings: read_json(source),
    ".ndjson": lambda source, settings: read_ndjson(source),
    ".csv": lambda source, settings: read_csv(source, settings.types),
}


@hookimpl
def register_connectors() -> Iterable[type[Connector[Any]]]:
    return [File]
