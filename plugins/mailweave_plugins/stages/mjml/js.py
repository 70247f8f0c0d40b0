"""Numbers as JavaScript reads and writes them, because MJML's widths are what its `parseInt` and `parseFloat` make of attributes."""

from __future__ import annotations

import math
import re
from typing import Final

_INTEGER: Final = re.compile(r"\s*([+-]?\d+)", re.ASCII)
_DECIMAL: Final = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
# What is written out in full; beyond it JavaScript writes an exponent.
_LARGEST: Final = 1e21


def parse_int(text: str) -> float:
    """The whole number that a text starts with, else NaN (ECMA-262, `parseInt` with radix 10).

    Example:
        >>> parse_int(" 20px"), parse_int("1.9em"), parse_int("auto")
        (20.0, 1.0, nan)
    """
    found = _INTEGER.match(text)
    return float(found[1]) if found else math.nan


def parse_float(text: str) -> float:
    """The number that a text starts with, else NaN (ECMA-262, `parseFloat`)."""
    found = _DECIMAL.match(text)
    return float(found[1]) if found else math.nan


def rounded(number: float) -> float:
    """The nearest whole number, halves upwards (ECMA-262, `Math.round`)."""
    return float(math.floor(number + 0.5)) if math.isfinite(number) else number


def written(number: float) -> str:
    """A number as JavaScript puts it into a text.

    Example:
        >>> written(280.0), written(287.5), written(float("nan"))
        ('280', '287.5', 'NaN')
    """
    if math.isnan(number):
        return "NaN"
    if number.is_integer() and abs(number) < _LARGEST:
        return str(int(number))
    return repr(number).replace("inf", "Infinity")
