"""`number` and `percent`: a number in the reader's locale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from babel.numbers import format_decimal, format_percent

from mailweave import hookimpl
from mailweave.languages import Filter, Scope
from mailweave.numbers import all_digits, need_number, rounded

_MOST_DECIMALS: Final = 20
# The number's part of a CLDR pattern such as "#,##0.###" or "#,##0 %".
_DIGITS: Final = re.compile(r"(?<![#0,])([#0,]*0)(?:\.[#0]+)?")


def number(scope: Scope, value: Any, decimals: Any = None) -> str:
    """Write a number with its locale's separators, and with so many decimals, or all that it has.

    Raises:
        ValueError: the value is no number, or `decimals` is none from 0 to 20.
    """
    exact = need_number(value)
    with all_digits():
        if decimals is None:
            return format_decimal(exact, locale=scope.locale, decimal_quantization=False)
        places = _places(decimals)
        return format_decimal(rounded(exact, places), _pattern(scope.locale.decimal_formats[None].pattern, places), locale=scope.locale)


def percent(scope: Scope, value: Any, decimals: Any = 0) -> str:
    """Write a share as a percentage: 0.25 is "25%".

    Raises:
        ValueError: as for `number`.
    """
    places = _places(decimals)
    with all_digits():
        share = rounded(need_number(value) * 100, places) / 100
        return format_percent(share, _pattern(scope.locale.percent_formats[None].pattern, places), locale=scope.locale)


def _places(decimals: Any) -> int:
    places = need_number(decimals)
    if places != int(places) or not 0 <= places <= _MOST_DECIMALS:
        raise ValueError(f"there can't be {decimals} decimals – give a whole number from 0 to {_MOST_DECIMALS}")
    return int(places)


def _pattern(pattern: str, places: int) -> str:
    fraction = f".{'0' * places}" if places else ""
    return _DIGITS.sub(lambda found: found[1] + fraction, pattern, count=1)


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"number": number, "percent": percent}
