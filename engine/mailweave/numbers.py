"""Numbers as people write them in files: reading, rounding, and the plural form that one asks for."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Final

from babel import Locale

from mailweave.described import described

_NUMBER: Final = re.compile(r"\s*[-+]?(?:[0-9]{1,100}(?:\.[0-9]{0,100})?|\.[0-9]{1,100})\s*\Z")
_LARGEST: Final = Decimal(10) ** 100
_SMALLEST_PLACE: Final = -400
# Room for every digit of a number between these two.
_PRECISION: Final = 600


def parse_number(value: Any) -> Decimal | None:
    """An exact number from a number or numeric text ("12.50"); None when it is none, isn't finite or has over 100 digits before the point.

    A boolean is no number.

    Example:
        >>> parse_number("12.50"), parse_number(0.1), parse_number("12,50"), parse_number(True)
        (Decimal('12.50'), Decimal('0.1'), None, None)
    """
    if isinstance(value, str):
        return Decimal(value.strip()) if _NUMBER.match(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    # A float goes through its shortest text, so that 0.1 stays 0.1.
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() and abs(number) < _LARGEST and int(number.as_tuple().exponent) >= _SMALLEST_PLACE else None


def need_number(value: Any) -> Decimal:
    """The number that a value is.

    Raises:
        ValueError: it is none; with the remedy.
    """
    number = parse_number(value)
    if number is None:
        raise ValueError(f"{described(value)} is no number – give a number, with a point before the decimals, such as 12.50")
    return number


def rounded(number: Decimal, decimals: int) -> Decimal:
    """A number with so many decimals, halves away from zero, as on a price tag. There is no negative zero.

    Example:
        >>> rounded(Decimal("2.665"), 2), rounded(Decimal("-0.4"), 0)
        (Decimal('2.67'), Decimal('0'))
    """
    with all_digits():
        result = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return result if result else abs(result)


def all_digits() -> AbstractContextManager[Context]:
    """A decimal context in which no digit of a number from `parse_number` is lost. Babel formats in the context it is called in."""
    return localcontext(Context(prec=_PRECISION))


def category(number: Decimal, locale: Locale) -> str:
    """The plural category (CLDR) of a number in a locale.

    Example:
        >>> [category(Decimal(n), Locale("ru")) for n in (1, 2, 5, 21)]
        ['one', 'few', 'many', 'one']
    """
    return str(locale.plural_form(number))
