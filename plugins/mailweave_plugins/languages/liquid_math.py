"""Liquid's arithmetic as Shopify documents it: decimals are exact while they are reckoned with, halves are rounded away from zero."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from functools import wraps
from typing import Any, Final

from mailweave_plugins.languages.liquid_text import number, plain

_Number = int | Decimal
_MOST_PLACES: Final = 1000


def _reckoned(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], int | float]:
    @wraps(operation)
    def filter_(value: Any, operand: Any) -> int | float:
        with localcontext() as context:
            exact = number(value), number(operand)
            context.prec = 60 + max(abs(Decimal(given).adjusted()) for given in exact)
            return plain(operation(*exact))

    return filter_


def _divided_by(value: _Number, operand: _Number) -> _Number:
    if operand == 0:
        raise ValueError("can't divide by 0")
    return value // operand if isinstance(value, int) and isinstance(operand, int) else Decimal(value) / Decimal(operand)


def _modulo(value: _Number, operand: _Number) -> _Number:
    if operand == 0:
        raise ValueError("can't divide by 0")
    if isinstance(value, int) and isinstance(operand, int):
        return value % operand
    # The sign of the divisor, as for whole numbers.
    return value - operand * (Decimal(value) / Decimal(operand)).to_integral_value(ROUND_FLOOR)


def _round(value: Any, places: Any = 0) -> int | float:
    exact, count = number(value), int(number(places))
    if abs(count) > _MOST_PLACES:
        raise ValueError(f"there can't be {count} decimals – give fewer")
    if isinstance(exact, int) and count >= 0:
        return exact
    with localcontext() as context:
        context.prec = 2 * _MOST_PLACES
        rounded = Decimal(exact).quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP)
    return plain(rounded) if count > 0 else int(rounded)


def _to_whole(rounding: str) -> Callable[[Any], int]:
    return lambda value: int(Decimal(number(value)).to_integral_value(rounding))


def _abs(value: Any) -> int | float:
    found = number(value)
    return plain(-found if found < 0 else found)


MATH: Final[dict[str, Callable[..., Any]]] = {
    "abs": _abs,
    "at_least": _reckoned(lambda value, operand: max(value, operand)),
    "at_most": _reckoned(lambda value, operand: min(value, operand)),
    "ceil": _to_whole(ROUND_CEILING),
    "divided_by": _reckoned(_divided_by),
    "floor": _to_whole(ROUND_FLOOR),
    "minus": _reckoned(lambda value, operand: value - operand),
    "modulo": _reckoned(_modulo),
    "plus": _reckoned(lambda value, operand: value + operand),
    "round": _round,
    "times": _reckoned(lambda value, operand: value * operand),
}
