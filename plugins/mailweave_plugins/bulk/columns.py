"""From a row's columns to a profile: dots nest, and each field has the type that mailweave, the workspace or `--map` gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from math import isfinite
from typing import Any, Final
from uuid import UUID

from mailweave import MailweaveError, Place, Problem
from mailweave.campaign import Campaign
from mailweave.errors import did_you_mean, raise_all
from mailweave.source import Source
from mailweave.workspace import Workspace
from mailweave_plugins.connectors.json_file import read_json

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")

# What mailweave itself understands of a profile (docs/files.md), where it isn't text.
_KNOWN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("id", "email", "first_name", "last_name", "address.postal_code"), "string"),
    **dict.fromkeys(("address.latitude", "address.longitude"), "number"),
    **dict.fromkeys(("orders", "visits", "clicks", "segments", "recommendations"), "list"),
    "address": "object",
}
# By which a recipient is known.
_NAMES: Final = ("id", "email")
_EXACT: Final = 2**53
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ufeff]")
# More of them stand in one another in no data that people have, and Python's own limit isn't far.
_DEEPEST: Final = 100
_AS_THEY_ARE: Final = frozenset({int, bool})
_NESTED: Final = (dict, list)
_TEXTS: Final = ("string", "date", "datetime", "url")
TYPES: Final = ("string", "number", "integer", "boolean", "date", "datetime", "url", "list", "object", "json")


def typed(column: str) -> tuple[str, str | None]:
    """A column, and the type behind its colon, where that names one."""
    name, _, kind = column.rpartition(":")
    return (name, kind) if kind in TYPES and name else (column, None)


@dataclass(frozen=True)
class Mapped:
    """One `--map FIELD=COLUMN[:TYPE]`."""

    field: str
    column: str
    type: str | None = None

    @classmethod
    def parse(cls, text: str) -> Mapped:
        """Raises ValueError."""
        name, equals, column = text.partition("=")
        column, found = typed(column)
        if not (equals and name.strip() and column.strip()):
            raise ValueError(f"{text!r} is no mapping; write FIELD=COLUMN or FIELD=COLUMN:TYPE, like email=mail_address or points=pts:integer")
        return cls(name.strip(), column.strip(), found)


def declared_types(workspace: Workspace, campaign: Campaign) -> dict[str, str]:
    """The types of profile fields: mailweave's own, then what the campaign, the workspace and the campaign's blocks declare."""
    blocks = [entry.block.variables for slot in campaign.slots for entry in slot.entries if entry.block]
    found = dict(_KNOWN)
    for variables in (campaign.variables, workspace.config.variables, *blocks):
        for path, variable in variables.items():
            root, _, name = path.partition(".")
            if root == "customer":
                found.setdefault(name, variable.type)
    return found


@dataclass
class Columns:
    """How rows become profiles."""

    mapped: Iterable[Mapped] = ()
    types: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fields: dict[str, list[tuple[tuple[str, ...], Callable[[Any], Any] | None]]] = {}
        for entry in self.mapped:
            self._fields.setdefault(entry.column, []).append(self._target(entry.field, entry.type))

    def check(self, names: Collection[str]) -> None:
        """Compare `--map` with the columns that there are.

        Raises:
            MailweaveError: every column that doesn't exist.
        """
        missing = [entry for entry in self.mapped if entry.column not in names]
        unknown = [(f"--map: there is no column '{entry.column}'", did_you_mean(entry.column, names)) for entry in missing]
        raise_all(Problem(what, remedy, code="unknown-column") for what, remedy in unknown)

    def identifying(self) -> frozenset[str]:
        """The columns that `id` and `email` come from."""
        return frozenset({"id", "email", *(entry.column for entry in self.mapped if entry.field in ("id", "email"))})

    def identity(self, columns: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """Id and address of a row whose profile can't be made; as they stand there, when even they are wrong."""
        fields = {"id": "id", "email": "email", **{entry.column: entry.field for entry in self.mapped if entry.field in ("id", "email")}}
        found: dict[str, Any] = {}
        for name, field_ in fields.items():
            try:
                found |= self.profile({name: columns.get(name)}, place)
            except (MailweaveError, RecursionError):
                found |= {field_: columns[name]} if isinstance(columns[name], str | int) else {}
        return found

    def profile(self, columns: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """The profile of a row. Null and blank columns are left out.

        Raises:
            MailweaveError: every column that can't be what its field is.
        """
        data: dict[str, Any] = {}
        problems = []
        for name, value in columns.items():
            if value is None or (type(value) is str and not value.strip()):
                continue
            try:
                _refuse_depth(value)
                for keys, convert in self._fields.get(name) or self._new(name):
                    _put(data, keys, convert(value) if convert else _plain(value))
            except ValueError as error:
                what, _, remedy = str(error).partition(" – ")
                problems.append(Problem(f"column '{name}' {what}", remedy, place, code="bad-cell"))
        if problems:
            raise MailweaveError(*problems)
        return data

    def _new(self, name: str) -> list[tuple[tuple[str, ...], Callable[[Any], Any] | None]]:
        self._fields[_whole(name)] = [self._target(name, None)]
        return self._fields[name]

    def _target(self, name: str, kind: str | None) -> tuple[tuple[str, ...], Callable[[Any], Any] | None]:
        convert = CONVERT.get(kind or self.types.get(name, ""))
        if name in _NAMES:
            return (name,), (lambda value: _name(convert(value))) if kind and convert else _name
        return tuple(name.split(".")), convert


def _refuse_depth(value: Any) -> None:
    level, depth = [value] if type(value) in _NESTED else [], 0
    while level:
        level = [inner for each in level for inner in (each.values() if type(each) is dict else each) if type(inner) in _NESTED]
        depth += 1
        if depth > _DEEPEST:
            raise ValueError(f"is nested more than {_DEEPEST} levels deep – make it flatter")


def _put(data: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    for key in keys[:-1]:
        inner = data.setdefault(key, {})
        if not isinstance(inner, dict):
            raise ValueError(f"can't go into '{key}', which another column fills – leave one of them out")
        data = inner
    if keys[-1] in data:
        raise ValueError(f"gives the field '{'.'.join(keys)}', which another column gives too – leave one of them out")
    data[keys[-1]] = value


def _plain(value: Any) -> Any:
    """A value as profiles have it: times and dates are ISO text, decimals numbers."""
    # Exact types: this is called for every value of every profile.
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is str:
        return value if value.isascii() else _whole(value)
    if kind is dict:
        return {_plain(str(key)): inner if type(inner) in _AS_THEY_ARE else _plain(inner) for key, inner in value.items() if inner is not None}
    if kind is list:
        return [_plain(inner) for inner in value]
    return _scalar(value)


def _whole(text: str) -> str:
    """A text that no file can hold is refused: JSON's escapes can write half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = ord(text[error.start])
        raise ValueError(f"holds half of a character (U+{half:04X}) – write the whole character, or both of its halves") from error
    return text


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float | int) and isfinite(value):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None:
        return None
    raise ValueError(f"holds {str(value)[:40]} ({type(value).__name__}), which no profile can hold – change it in the source")


def _text(value: Any) -> Any:
    # A number of a customer in a typed column; no information is lost.
    return str(value) if type(value) is int else _plain(value)


def _name(value: Any) -> str:
    """An id or address, the same whatever it came from: text without the blanks around it, a whole number's digits, a date's ISO text.

    A table with gaps has whole numbers as 7.0, so that is 7; beyond 2**53 such a number may be its neighbour's.
    """
    value = _plain(value)
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        shown = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else str(value).lower()
        raise ValueError(f"holds {shown}, which is no id – an id is text or a whole number; is it the right column?")
    if isinstance(value, str) and (found := _CONTROL.search(value.strip())):
        raise ValueError(f"holds the character U+{ord(found[0]):04X}, which nobody sees – remove it")
    return str(value).strip()


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return _plain(value)
    text = value.strip()
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text) and isfinite(float(text)):
        return float(text)
    raise ValueError(f"holds '{value[:40]}', which isn't a number – correct it")


def _integer(value: Any) -> Any:
    if isinstance(value, str) and not _INTEGER.match(value.strip()):
        raise ValueError(f"holds '{value[:40]}', which isn't a whole number – correct it")
    return int(value) if isinstance(value, str) else _plain(value)


def _boolean(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() not in ("true", "false"):
        raise ValueError(f"holds '{value[:40]}', which is neither true nor false – correct it")
    return value.strip().lower() == "true" if isinstance(value, str) else _plain(value)


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return _plain(value)
    try:
        # As strict as for a line of NDJSON.
        return _plain(read_json(Source("", value)).value)
    except MailweaveError as error:
        what = error.problems[0].what.removeprefix("this is no JSON: ")
        raise ValueError(f"is no JSON: {what} – write it like [\"newcomer\"] or {{\"city\": \"Oslo\"}}") from error


# Type → what makes a value one, or raises ValueError(what – remedy).
CONVERT: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(("list", "object", "json"), _json),
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
}
