"""Numbers as people write them in files, and the plural forms that they ask for."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, Final

from babel import Locale

# The plural categories of CLDR (Unicode Technical Standard 35, part 3, "Language Plural Rules").
CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
_NUMBER: Final = re.compile(r"\s*[-+]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})\s*\Z")


def parse_number(value: Any) -> Decimal | None:
    """An exact number from a number or numeric text ("12.50"); None when it is none, or isn't finite. A boolean is no number.

    Example:
        >>> parse_number("12.50"), parse_number(0.1), parse_number("12,50"), parse_number(True)
        (Decimal('12.50'), Decimal('0.1'), None, None)
    """
    if isinstance(value, str):
        return Decimal(value.strip()) if _NUMBER.match(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    # Through its shortest text, so that 0.1 stays 0.1.
    number = value if isinstance(value, Decimal) else Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() else None


def category(number: Decimal, locale: Locale) -> str:
    """The plural category of a number in a locale.

    Example:
        >>> [category(Decimal(n), Locale("ru")) for n in (1, 2, 5, 21)]
        ['one', 'few', 'many', 'one']
    """
    return str(locale.plural_form(number))


@cache
def needed_categories(locale: Locale) -> frozenset[str]:
    """The categories that a locale's texts must have: those of the whole numbers up to 1000, and `other`.

    What only fractions or exact millions ask for (`many` in Czech or French) may be left to `other`.
    """
    return frozenset(category(Decimal(number), locale) for number in range(1001)) | {"other"}
