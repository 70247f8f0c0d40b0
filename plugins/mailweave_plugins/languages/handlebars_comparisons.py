"""Helpers that compare: `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `and`, `or` and `not`, for `{{#if (eq plan "gold")}}`.

Handlebars.js brings none; these have the names that nearly all who register some give them (https://github.com/helpers/handlebars-helpers#comparison).
They take missing values, which other filters never see, and put two values side by side only where that can be meant: a number and a text are
never compared, since `5` and `"5"` would be equal to one reader of the template and different to another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from mailweave.languages import Filter, Scope
from mailweave_plugins.languages.handlebars_values import absent, is_truthy

_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = ((bool, "true or false"), ((int, float, Decimal), "a number"), (str, "a text"))


def _kind(value: Any) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "a list, an object or a date")


def _equal(one: Any, other: Any) -> bool:
    if absent(one) and absent(other):
        raise ValueError("both values are missing – put an `if` around it, or declare a fallback for one of them")
    if absent(one) or absent(other):
        return False
    kinds = _kind(one), _kind(other)
    if kinds[0] != kinds[1] or kinds[0] not in [name for _, name in _KINDS]:
        raise ValueError(f"{kinds[0]} can't be compared with {kinds[1]} – give two numbers, two texts, or two of true and false")
    return bool(one == other)


def _ordered(test: Callable[[Any, Any], bool]) -> Filter:
    def compare(scope: Scope, first: Any, second: Any) -> bool:
        for value in (first, second):
            if not absent(value) and _kind(value) != "a number":
                raise ValueError(f"{value!r} is {_kind(value)} – give a number, without quotes")
        return not (absent(first) or absent(second)) and test(first, second)

    return compare


def _eq(scope: Scope, first: Any, second: Any) -> bool:
    return _equal(first, second)


def _ne(scope: Scope, first: Any, second: Any) -> bool:
    return not _equal(first, second)


def _and(scope: Scope, first: Any, second: Any, *more: Any) -> bool:
    return all(map(_true, (first, second, *more)))


def _or(scope: Scope, first: Any, second: Any, *more: Any) -> bool:
    return any(map(_true, (first, second, *more)))


def _not(scope: Scope, value: Any) -> bool:
    return not _true(value)


def _true(value: Any) -> bool:
    return is_truthy(value)


COMPARISONS: Final[Mapping[str, Filter]] = {
    "eq": _eq,
    "ne": _ne,
    "gt": _ordered(lambda first, second: first > second),
    "gte": _ordered(lambda first, second: first >= second),
    "lt": _ordered(lambda first, second: first < second),
    "lte": _ordered(lambda first, second: first <= second),
    "and": _and,
    "or": _or,
    "not": _not,
}
# By these functions, not by name: a workspace's own filter may be called `eq`.
COMPARING: Final = frozenset(COMPARISONS.values())
