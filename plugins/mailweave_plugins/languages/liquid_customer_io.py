"""The set `customer_io`: filters that Customer.io adds to Liquid, for blocks that come from there."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus

from babel.numbers import format_currency, format_decimal

from mailweave import zones
from mailweave.described import described
from mailweave.languages import Filter, Scope
from mailweave.numbers import need_number, rounded
from mailweave_plugins.languages.liquid_dates import Zoned, moment_of
from mailweave_plugins.languages.liquid_text import text, whole


def _moment(scope: Scope, value: Any) -> dt.datetime:
    found = moment_of(scope, value)
    if found is None:
        raise ValueError(f"{described(value)} is no date – give one such as '2026-11-23', seconds since 1970, or 'now'")
    return found


def in_zone(scope: Scope, value: Any, name: Any) -> Zoned:
    """A moment in a time zone, for `date` to write.

    Raises:
        ValueError: it is no moment, or there is no such zone.
    """
    zone = zones.zone(text(name))
    return Zoned.fromtimestamp(_moment(scope, value).timestamp(), zone)


def _days(at: dt.datetime, count: int) -> dt.datetime:
    return at + dt.timedelta(days=count)


def _months(at: dt.datetime, count: int) -> dt.datetime:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(at.year * 12 + at.month - 1 + count, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


def _years(at: dt.datetime, count: int) -> dt.datetime:
    return _months(at, 12 * count)


def _moved(move: Callable[[dt.datetime, int], dt.datetime], sign: int) -> Filter:
    def filter_(scope: Scope, value: Any, count: Any) -> int:
        at, steps = _moment(scope, value), sign * whole(count)
        try:
            return int(move(at, steps).timestamp())
        except (OverflowError, ValueError) as error:
            raise ValueError("the date is beyond the years 1 to 9999 – add less") from error

    return filter_


def _currency(scope: Scope, value: Any, code: Any = None) -> str:
    return format_currency(need_number(value), text(code or scope.currency), locale=scope.locale)


def _rounded_currency(scope: Scope, value: Any, code: Any = None) -> str:
    amount = rounded(need_number(value), 0)
    return format_currency(amount, text(code or scope.currency), format="¤#,##0", locale=scope.locale, currency_digits=False)


def _format_number(scope: Scope, value: Any) -> str:
    return format_decimal(need_number(value), locale=scope.locale, decimal_quantization=False)


FILTERS: Final[Mapping[str, Filter]] = {
    "add_day": _moved(_days, 1),
    "add_month": _moved(_months, 1),
    "add_year": _moved(_years, 1),
    "cgi_escape": lambda scope, value: quote_plus(text(value)),
    "currency": _currency,
    "format_number": _format_number,
    "rounded_currency": _rounded_currency,
    "subtract_day": _moved(_days, -1),
    "subtract_month": _moved(_months, -1),
    "subtract_year": _moved(_years, -1),
    "timezone": in_zone,
    "titlecase": lambda scope, value: " ".join(word[:1].upper() + word[1:].lower() for word in text(value).split(" ")),
}
