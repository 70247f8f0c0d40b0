"""How Liquid compares values: Ruby's meaning, in which true isn't 1. What has no order is refused where Ruby takes it for false."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import nan
from typing import Any, Final

from liquid.builtin.expressions.primitive import Blank, Empty

from mailweave.described import described, kind_of
from mailweave_plugins.languages.liquid_text import text
from mailweave_plugins.languages.liquid_values import entry, is_blank, is_empty, is_gone, is_true

_Compare = Callable[[Any, Any], bool]


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def equal(left: Any, right: Any) -> bool:
    """`==`, also with `blank` and `empty`."""
    if isinstance(right, Blank | Empty):
        left, right = right, left
    if isinstance(left, Blank):
        return is_blank(right)
    return is_empty(right) if isinstance(left, Empty) else same(left, right)


def unequal(left: Any, right: Any) -> bool:
    """`!=` and `<>`."""
    return not equal(left, right)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, with all that they hold."""
    if is_gone(one) or is_gone(other):
        return is_gone(one) and is_gone(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_number(one) and is_number(other):
        return bool(operator.eq(*_alike(one, other)))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return len(one) == len(other) and all(key in other and same(found, entry(other, key)) for key, found in one.items())
    return bool(one == other)


def _alike(one: Any, other: Any) -> tuple[Any, Any]:
    """Two numbers such that 0.1 equals the exact decimal 0.1."""
    if one != one or other != other:
        return nan, nan
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return _exact(one), _exact(other)
    return one, other


def _exact(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _ordered(compare: _Compare) -> _Compare:
    def test(left: Any, right: Any) -> bool:
        pair = comparable(left, right)
        return pair is not None and bool(compare(*pair))

    return test


def comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two values as Python orders them; None when one is missing, which is neither less nor more than anything.

    Raises:
        ValueError: they have no order.
    """
    if is_gone(left) or is_gone(right):
        return None
    if is_number(left) and is_number(right):
        return _alike(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return str(left), str(right)
    if _are_dates(left, right):
        return left, right
    what = f"{_named(left)} is neither less nor more than {_named(right)}"
    raise ValueError(f"{what} – compare two numbers, two texts or two dates{_remedy(left, right)}")


def _are_dates(left: Any, right: Any) -> bool:
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left.tzinfo is None) == (right.tzinfo is None)
    return all(isinstance(given, date) and not isinstance(given, datetime) for given in (left, right))


def _named(value: Any) -> str:
    if isinstance(value, Blank | Empty):
        return "`blank`" if isinstance(value, Blank) else "`empty`"
    kind = kind_of(value)
    return f"{kind.replace('a ', 'the ', 1)} {described(value)}" if kind in ("a text", "a number") else described(value)


def _remedy(left: Any, right: Any) -> str:
    return "; `plus: 0` makes a number of a text" if {kind_of(left), kind_of(right)} == {"a text", "a number"} else ""


less = _ordered(operator.lt)
greater = _ordered(operator.gt)
at_most = _ordered(operator.le)
at_least = _ordered(operator.ge)


def contains(left: Any, right: Any) -> bool:
    """`contains`: a text's part, a list's item, an object's key, a number of a range. Nothing contains false or what is missing.

    Raises:
        ValueError: the left side holds nothing.
    """
    if not is_true(left) or not is_true(right):
        return False
    if isinstance(left, str):
        return text(right) in left
    if isinstance(right, Blank | Empty):
        return False
    if isinstance(left, list | tuple):
        return any(same(found, right) for found in left)
    if isinstance(left, range):
        return is_number(right) and bool(left) and left[0] <= right <= left[-1]
    if isinstance(left, Mapping):
        return any(type(known) is type(right) and known == right for known in left) if not isinstance(right, str) else right in left
    raise ValueError(f"{_named(left)} contains nothing – give `contains` a text, a list or an object")


def order(one: Any, other: Any) -> int:
    """How two values stand in a sorted list, what is missing last: less than 0, 0 or more than 0.

    Raises:
        ValueError: they have no order.
    """
    if is_gone(one) or is_gone(other):
        return is_gone(one) - is_gone(other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        found = (order(*pair) for pair in zip(one, other, strict=False))
        return next((step for step in found if step), len(one) - len(other))
    if isinstance(one, bool | Mapping | range) and same(one, other):
        return 0
    try:
        pair = comparable(one, other)
    except ValueError as error:
        raise ValueError(f"{_named(one)} and {_named(other)} have no order – sort values of one kind") from error
    assert pair is not None
    return int(pair[0] > pair[1]) - int(pair[0] < pair[1])


def identity(value: Any) -> Hashable:
    """What `uniq` tells values apart by: 1 and 1.0 are two values, as for Ruby's `eql?`."""
    if is_gone(value):
        return None
    if isinstance(value, list | tuple):
        return (list, *map(identity, value))
    if isinstance(value, Mapping):
        return (dict, frozenset((identity(key), identity(found)) for key, found in value.items()))
    kind = next((kind for kind in _KINDS if isinstance(value, kind)), type(value))
    return (kind, kind(value) if kind is str else value)


_KINDS: Final = (str, bool, int, float, Decimal)
