"""A value as an error names it: in the words of templates and data files, never in Python's notation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

_LONGEST: Final = 60


def described(value: Any) -> str:
    """A value in a few words: scalars as they are written in a template, everything else by its kind.

    Example:
        >>> described("12,50"), described(True), described(None), described(Decimal("12.50")), described([1])
        ("'12,50'", 'true', 'nothing', '12.50', 'a list')
    """
    if isinstance(value, str):
        text = str(value)
        return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return kind_of(value)


def _number(value: int | float | Decimal) -> str:
    exact = Decimal(value)
    if not exact.is_finite():
        return "NaN" if exact.is_nan() else "Infinity" if exact > 0 else "-Infinity"
    if abs(value) >= 10**_LONGEST:
        return "a huge number"
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def kind_of(value: Any) -> str:
    """What kind of value this is, with its article.

    Example:
        >>> kind_of({}), kind_of(1.5), kind_of(""), kind_of(date(2026, 1, 2)), kind_of(object())
        ('an object', 'a number', 'a text', 'a date', 'a value of an unknown kind')
    """
    if value is None:
        return "nothing"
    found = (words for kinds, words in _KINDS if isinstance(value, kinds))
    return next(found, "a value of an unknown kind")


_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (str, "a text"),
    (bool, "true or false"),
    (int | float | Decimal, "a number"),
    (list | tuple, "a list"),
    (range, "a range"),
    (Mapping, "an object"),
    (datetime, "a moment"),
    (date, "a date"),
)


def is_data(value: Any) -> bool:
    """Whether a value, with all that it holds, is what profiles and templates are made of."""
    if isinstance(value, list | tuple):
        return all(map(is_data, value))
    if isinstance(value, Mapping):
        return all(map(is_data, value.values()))
    return value is None or any(isinstance(value, kinds) for kinds, _ in _KINDS)
