"""The types of columns that are passed through, as Parquet has them: those of the source's schema, of what a person said, or of all values."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from mailweave import MailweaveError, Problem
from mailweave.deliverers import Deliverer, FileDeliverer
from mailweave.errors import raise_all
from mailweave.readers import Reader
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.bulk.output.passed import Passed, unknown
from mailweave_plugins.bulk.output.settings import Output

# Values that are looked at together, and names that a problem may suggest.
_BATCH: Final = 500
_NAMES: Final = 1000


class Shape(NamedTuple):
    """What the rows of a part have: names of columns, and the type of each passed one, serialized. `mixed` are those that no type fits."""

    names: frozenset[str]
    types: bytes
    mixed: frozenset[str]


class Look:
    """Looks at rows whose columns only they know."""

    def __init__(self, passed: Sequence[Passed], *, typed: bool) -> None:
        self._passed, self._typed = passed, typed
        self._names: set[str] = set()
        self._held: dict[str, list[Any]] = {each.column: [] for each in passed if typed and each.type is None}
        self._types: dict[str, Any] = {}
        self._mixed: set[str] = set()
        self._count = 0

    def take(self, columns: Mapping[str, Any]) -> None:
        """Look at a row."""
        if len(self._names) < _NAMES:
            self._names |= columns.keys()
        self._names |= {each.column for each in self._passed if each.column in columns}
        for name, held in self._held.items():
            value = columns.get(name)
            if value is not None and not (type(value) is str and not value.strip()):
                held.append(value)
        self._count += 1
        if self._count % _BATCH == 0:
            self._digest()

    def _digest(self) -> None:
        for name, held in self._held.items():
            if held and name not in self._mixed:
                self._merge(name, held)
            held.clear()

    def _merge(self, name: str, values: list[Any]) -> None:
        pyarrow = library("pyarrow", "bulk")
        try:
            self._types[name] = _both(self._types.get(name, pyarrow.null()), pyarrow.array(values).type)
        except (ValueError, TypeError, OverflowError):  # what the library's own errors are
            self._mixed.add(name)

    def shape(self) -> Shape:
        """What was found."""
        self._digest()
        if not self._types:
            return Shape(frozenset(self._names), b"", frozenset(self._mixed))
        pyarrow = library("pyarrow", "bulk")
        return Shape(frozenset(self._names), pyarrow.schema(list(self._types.items())).serialize().to_pybytes(), frozenset(self._mixed))


def _both(one: Any, other: Any) -> Any:
    pyarrow = library("pyarrow", "bulk")
    schemas = [pyarrow.schema([("x", kind)]) for kind in (one, other)]
    return pyarrow.unify_schemas(schemas, promote_options="permissive").field("x").type


def with_types(output: Output, deliverer: Deliverer, reader: Reader, path: Path, parts: Sequence[Shape]) -> Output:
    """The output with the types of its columns, where its files have types. `parts` are what rows have whose columns only they know.

    Raises:
        MailweaveError: a column doesn't exist, or holds what one column can't.
    """
    columns = output.columns
    types = reader.types(path)
    if parts:
        names, types = _merged(parts)
        raise_all(unknown(columns, names))
    typed = isinstance(deliverer, FileDeliverer) and deliverer.typed and columns
    return replace(output, types=_serialized(columns, types)) if typed else output


def _merged(parts: Iterable[Shape]) -> tuple[frozenset[str], dict[str, Any]]:
    """The names of all columns, and column → type, where one fits all values.

    Raises:
        MailweaveError: naming the columns of which none does.
    """
    names: frozenset[str] = frozenset()
    types: dict[str, Any] = {}
    mixed: set[str] = set()
    for part in parts:
        names |= part.names
        mixed |= part.mixed
        for field in library("pyarrow", "bulk").ipc.read_schema(library("pyarrow", "bulk").py_buffer(part.types)) if part.types else ():
            try:
                types[field.name] = _both(types.get(field.name, library("pyarrow", "bulk").null()), field.type)
            except (ValueError, TypeError):
                mixed.add(field.name)
    if mixed:
        what = "holds values of several types, and a column of Parquet has one"
        remedy = "say which: --pass-through {}:json keeps all as they are, :string only text and whole numbers"
        raise MailweaveError(
            *(Problem(f"--pass-through: the column '{name}' {what}", remedy.format(name), code="mixed-column") for name in sorted(mixed))
        )
    return names, types


def _serialized(passed: Iterable[Passed], types: Mapping[str, Any]) -> str:
    """The schema of these columns, in base64: of the type that a person said, else of the one that its column has, else text."""
    pyarrow = library("pyarrow", "bulk")
    fields = [_field(pyarrow, each, types.get(each.column, pyarrow.string())) for each in passed]
    return base64.b64encode(pyarrow.schema(fields).serialize().to_pybytes()).decode()


def _field(pyarrow: Any, passed: Passed, found: Any) -> Any:
    if passed.type is None and not _empty(pyarrow, found):
        return pyarrow.field(passed.name, _stored(pyarrow, found))
    said = {
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("us", "UTC"),
    }
    if passed.type in said:
        return pyarrow.field(passed.name, said[passed.type])
    if passed.type in (None, "list", "object", "json"):
        return _json_field(pyarrow, passed.name)
    return pyarrow.field(passed.name, pyarrow.string())


def _json_field(pyarrow: Any, name: str) -> Any:
    kind = pyarrow.json_() if hasattr(pyarrow, "json_") else pyarrow.string()
    return pyarrow.field(name, kind, metadata={"mailweave": "json"})


def _empty(pyarrow: Any, kind: Any) -> bool:
    """Whether there is a struct without fields in it, which Parquet can't hold."""
    if pyarrow.types.is_struct(kind) and not kind.num_fields:
        return True
    return any(_empty(pyarrow, kind.field(index).type) for index in range(kind.num_fields))


def _stored(pyarrow: Any, kind: Any) -> Any:
    """A type as it is written: a column that is always null is one of text, and a dictionary's values stand there themselves."""
    if pyarrow.types.is_null(kind):
        return pyarrow.string()
    if pyarrow.types.is_dictionary(kind):
        return kind.value_type
    if pyarrow.types.is_list(kind):
        return pyarrow.list_(kind.value_field.with_type(_stored(pyarrow, kind.value_type)))
    if pyarrow.types.is_struct(kind):
        fields = (kind.field(index) for index in range(kind.num_fields))
        return pyarrow.struct([field.with_type(_stored(pyarrow, field.type)) for field in fields])
    return kind
