"""Values of a field that make a difference to the tests of the rule `attribute`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from mailweave import MISSING
from mailweave_plugins.rules.attribute_tests import FieldTests, Limit

_NUMBERS: Final = ("greater", "at_least", "less", "at_most", "between")
_TEXTS: Final = ("starts_with", "contains", "ends_with")
_EXACT: Final = ("equals", "not_", "in_", "not_in")


def samples(tests: FieldTests, at: datetime) -> list[Any]:
    """None, and values on both sides of every test and between every two, so that a match and a miss are among them if there are any."""
    asked = tests.comparisons
    found = [*_exact(asked), *_numbers(asked), *_dates(asked, at), *_texts(asked)]
    found.append(_other({str(value).casefold() for value in found}))
    return [MISSING, *{repr(value): value for value in found}.values()]


def _exact(asked: dict[str, Any]) -> Iterator[Any]:
    for name in _EXACT:
        for value in _each(asked.get(name)):
            yield value
            if isinstance(value, bool):
                yield not value


def _each(wanted: Any) -> tuple[Any, ...]:
    return () if wanted is None else wanted if isinstance(wanted, tuple) else (wanted,)


def _numbers(asked: dict[str, Any]) -> Iterator[float]:
    bounds = sorted({float(bound) for name in _NUMBERS for bound in _each(asked.get(name))})
    if bounds:
        found = (bounds[0] - 1, *bounds, *((low + high) / 2 for low, high in pairwise(bounds)), bounds[-1] + 1)
        # A count that is a whole number is none in templates when it is 1.0.
        yield from (int(number) if number.is_integer() else number for number in found)


def _dates(asked: dict[str, Any], at: datetime) -> Iterator[str]:
    bounds = sorted(_moment(asked[name], at) for name in ("before", "after") if name in asked)
    for low, high in pairwise(bounds):
        yield (low + (high - low) / 2).isoformat()
    # Two days are more than any time zone's distance from UTC.
    for moment, step in ((bounds[0], -2), (bounds[-1], 2)) if bounds else ():
        try:
            yield (moment + timedelta(days=step)).isoformat()
        except OverflowError:  # The first or last day that there is: nothing lies beyond.
            continue


def _moment(limit: Limit, at: datetime) -> datetime:
    if isinstance(limit.moment, timedelta):
        return at - limit.moment
    return limit.moment if limit.moment.tzinfo else limit.moment.replace(tzinfo=UTC)


def _texts(asked: dict[str, Any]) -> Iterator[Any]:
    parts = [str(asked[name]) for name in _TEXTS if name in asked]
    yield from parts
    if parts:
        yield "".join(parts)
    if "contains" in asked:
        yield [asked["contains"]]


def _other(taken: set[str]) -> str:
    """A text that is none of these and has none of them in it."""
    options = ("something else", "another", "~", "0")
    return next((option for option in options if not any(text in option for text in taken)), "-" * (1 + max(map(len, taken), default=0)))
