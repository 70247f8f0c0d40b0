"""`money`: a price in the reader's locale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from babel.numbers import format_currency, get_currency_precision, list_currencies

from mailweave import hookimpl
from mailweave.described import described
from mailweave.errors import did_you_mean
from mailweave.languages import Filter, Scope
from mailweave.numbers import all_digits, need_number, rounded

_REMEDY: Final = "give its ISO 4217 code, such as 'EUR'"


def money(scope: Scope, value: Any, currency: str | None = None) -> str:
    """Write a number as a price: `currency` (ISO 4217) or else the workspace's, with as many decimals as it has, halves away from zero.

    Raises:
        ValueError: the value is no number, or there is no such currency.
    """
    code = scope.currency if currency is None else currency
    if not isinstance(code, str) or code not in list_currencies():
        near = did_you_mean(str(code).upper(), list_currencies())
        raise ValueError(f"{described(code)} is no currency – {near if near.startswith('did') else _REMEDY}")
    amount = rounded(need_number(value), get_currency_precision(code))
    with all_digits():
        return format_currency(amount, code, locale=scope.locale)


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"money": money}
