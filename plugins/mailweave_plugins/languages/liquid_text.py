"""How Liquid sees values: as text and as numbers, like Shopify's own implementation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from liquid.builtin.expressions.primitive import Blank, Empty

from mailweave.described import described, kind_of
from mailweave_plugins.languages.liquid_values import is_gone

# What Ruby takes for white space.
SPACE: Final = "\0\t\n\v\f\r "
_POINT: Final = re.compile(r"-?[0-9]+\.[0-9]+\Z")
_LEADING: Final = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*")
_WHOLE: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})\Z")
_NOT_FINITE: Final = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
# Numbers with more digits are nobody's price, and slow to write (CPython refuses beyond 4,300).
_MOST_DIGITS: Final = 1000


def text(value: Any) -> str:
    """A value as a filter's text.

    Raises:
        ValueError: a list, a mapping or a date, whose text would be Ruby's notation of it.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple | range):
        raise ValueError("a list has no text – `join` it first")
    if isinstance(value, Mapping) and not is_gone(value):
        raise ValueError("an object has no text – name one of its values")
    if isinstance(value, date):
        raise ValueError("a date has no text of its own – write it with a format, as in `{{ at | date: 'medium' }}`")
    return scalar(value)


def scalar(value: Any) -> str:
    """A value that is neither text nor holds others, as Ruby writes it.

    Raises:
        ValueError: it is none that a template knows.
    """
    if is_gone(value) or isinstance(value, Blank | Empty):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(_bounded(value))
    raise ValueError(f"{kind_of(value)} has no text – give a text or a number")


def _float(value: float) -> str:
    mantissa, exponent, power = repr(value).partition("e")
    if exponent:
        return f"{mantissa}{'' if '.' in mantissa else '.0'}e{power}"
    return _NOT_FINITE.get(mantissa, mantissa)


def number(value: Any) -> int | Decimal:
    """A value as a number; what is none counts as 0, and text as the whole number that it begins with.

    Raises:
        ValueError: it has too many digits.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return 0
    if isinstance(value, int):
        return _bounded(value)
    if isinstance(value, float):
        return _decimal(repr(value))
    if isinstance(value, Decimal):
        return value
    stripped = value.strip(SPACE)
    if len(stripped) > _MOST_DIGITS:
        raise ValueError(f"a number of more than {_MOST_DIGITS:,} digits – use a shorter one")
    return _decimal(stripped) if _POINT.match(stripped) else leading_whole(stripped)


def leading_whole(value: str) -> int:
    """The whole number that a text begins with, as Ruby's `to_i` reads it; 0 when it begins with none."""
    found = _LEADING.match(value.lstrip(SPACE)[: _MOST_DIGITS + 1])
    return int(found[0]) if found else 0


def _decimal(digits: str) -> Decimal:
    try:
        made = Decimal(digits)
    except InvalidOperation:
        return Decimal(0)
    if not made.is_finite():
        raise ValueError(f"{digits} is no number to reckon with – give a finite one")
    return made


def _bounded(value: int) -> int:
    if value.bit_length() > 4 * _MOST_DIGITS:
        raise ValueError(f"a number of more than {_MOST_DIGITS:,} digits – use a shorter one")
    return value


def plain(value: int | Decimal) -> int | float:
    """A result as templates go on with it: whole numbers stay exact, others are floats."""
    return float(value) if isinstance(value, Decimal) else _bounded(value)


def whole(value: Any) -> int:
    """An argument that counts something.

    Raises:
        ValueError: it is no whole number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return _bounded(value)
    if isinstance(value, str) and _WHOLE.match(value.strip(SPACE)):
        return int(value.strip(SPACE))
    remedy = "; `round` makes one" if isinstance(value, float | Decimal) else ""
    raise ValueError(f"{described(value)} is no whole number – give one such as 3{remedy}")
