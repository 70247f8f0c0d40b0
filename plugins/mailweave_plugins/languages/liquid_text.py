"""How Liquid sees values: as text and as numbers, like Shopify's own implementation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from liquid.builtin.expressions.primitive import Empty
from liquid.undefined import is_undefined

_POINT: Final = re.compile(r"-?\d+\.\d+\Z")
_WHOLE: Final = re.compile(r"[+-]?\d+")
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
    if isinstance(value, Mapping):
        raise ValueError("an object has no text – name one of its values")
    if isinstance(value, date):
        raise ValueError("a date has no text of its own – write it with a format, as in `{{ at | date: 'medium' }}`")
    return scalar(value)


def scalar(value: Any) -> str:
    """A value that is neither text nor holds others, as Ruby writes it."""
    if value is None or is_undefined(value) or isinstance(value, Empty):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _float(value: float) -> str:
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{power}" if exponent else {"inf": "Infinity", "nan": "NaN"}.get(mantissa, mantissa)


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
    stripped = value.strip()
    if len(stripped) > _MOST_DIGITS:
        raise ValueError(f"a number of more than {_MOST_DIGITS:,} digits – use a shorter one")
    if _POINT.match(stripped):
        return _decimal(stripped)
    whole = _WHOLE.match(stripped)
    return int(whole[0]) if whole else 0


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
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and re.match(r"\s*[+-]?\d{1,18}\s*\Z", value):
        return int(value)
    raise ValueError(f"{value!r} is no whole number – give one such as 3")
