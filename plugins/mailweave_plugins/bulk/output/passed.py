"""Columns of the profiles that go into the tables of messages as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from mailweave import MailweaveError, Place, Problem
from mailweave.errors import did_you_mean
from mailweave_plugins.bulk.columns import CONVERT, typed

_LARGEST: Final = 2**63


@dataclass(frozen=True)
class Passed:
    """One `--pass-through [NAME=]COLUMN[:TYPE]`."""

    name: str
    column: str
    type: str | None = None

    @classmethod
    def parse(cls, text: str) -> Passed:
        """Raises ValueError."""
        before, equals, column = text.rpartition("=") if "=" in text else ("", "", text)
        column, found = typed(column)
        name = before if equals else column
        if not (name.strip() and column.strip()):
            raise ValueError(f"{text!r} isn't a column; write COLUMN, COLUMN:TYPE or NAME=COLUMN, like points:integer or customer_name=name")
        return cls(name.strip(), column.strip(), found)


def unknown(passed: Iterable[Passed], names: Collection[str]) -> Iterator[Problem]:
    """A problem for each column that doesn't exist."""
    for column in passed:
        if column.column not in names:
            yield Problem(f"--pass-through: there is no column '{column.column}'", did_you_mean(column.column, names), code="unknown-column")


class Passing:
    """Takes the columns to pass through from rows."""

    def __init__(self, passed: Sequence[Passed]) -> None:
        self._columns = [(each.name, each.column, _CONVERT[each.type] if each.type else None) for each in passed]

    def values(self, columns: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
        """Name → value. What is missing or blank is null, and so is text of blanks.

        Raises:
            MailweaveError: every column that isn't of the type that a person said.
        """
        found: dict[str, Any] = {}
        problems = []
        for name, column, convert in self._columns:
            value = columns.get(column)
            try:
                blank = value is None or (type(value) is str and not value.strip())
                found[name] = None if blank else convert(value) if convert else value
            except ValueError as error:
                what, _, remedy = str(error).partition(" – ")
                problems.append(Problem(f"--pass-through: column '{column}' {what}", remedy, place, code="bad-cell"))
        if problems:
            raise MailweaveError(*problems)
        return found


def _text(value: Any) -> str:
    found = CONVERT["string"](value)
    if not isinstance(found, str):
        raise ValueError(f"holds {str(found)[:40]} ({type(value).__name__}), which isn't text – say another type, like json")
    return found


def _integer(value: Any) -> int:
    found = CONVERT["integer"](value)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if type(found) is not int or not -_LARGEST <= found < _LARGEST:
        raise ValueError(f"holds {str(value)[:40]}, which isn't a whole number of 64 bits – correct it, or say another type")
    return found


def _number(value: Any) -> float:
    found = CONVERT["number"](value)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError(f"holds {str(value)[:40]}, which isn't a number – correct it, or say another type")
    return float(found)


def _boolean(value: Any) -> bool:
    found = CONVERT["boolean"](value)
    if not isinstance(found, bool):
        raise ValueError(f"holds {str(value)[:40]}, which is neither true nor false – correct it, or say another type")
    return found


def _date(value: Any) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(value.strip())
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"holds {str(value)[:40]}, which isn't a date – write it like 2026-11-23") from error


def _moment(value: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value.strip())
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"holds {str(value)[:40]}, which isn't a date and time – write it like 2026-11-23T10:00:00Z") from error
    if found.tzinfo is None:
        raise ValueError(f"holds {str(value)[:40]}, which has no offset – write it like 2026-11-23T10:00:00Z, or pass it as string")
    return found.astimezone(UTC)


def _of(kind: type, what: str) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        found = CONVERT["json"](value)
        if not isinstance(found, kind):
            raise ValueError(f"holds {str(value)[:40]}, which is no {what} – correct it, or say another type")
        return found

    return convert


_CONVERT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "string": _text,
    "url": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _moment,
    "list": _of(list, "list"),
    "object": _of(dict, "object"),
    "json": CONVERT["json"],
}
