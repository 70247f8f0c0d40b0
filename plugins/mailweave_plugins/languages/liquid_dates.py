"""Liquid's `date` as Shopify documents it: many ways to write a moment in, and the directives of Ruby's strftime out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Final
from zoneinfo import ZoneInfo

from mailweave.described import described
from mailweave.languages import Scope
from mailweave_plugins.filters.date_texts import Moment, may_be_date, read_date
from mailweave_plugins.languages.liquid_text import text

_DIRECTIVE: Final = re.compile(r"%([-0^#_]*)(\d{0,3})(:?[a-zA-Z%+])")
_DIGITS: Final = re.compile(r"[0-9]+\Z")
_LONGEST: Final = 20
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# What stands for others.
_LONG: Final = {
    **{"D": "%m/%d/%y", "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S"},
    **{"r": "%I:%M:%S %p", "v": "%e-%^b-%Y", "n": "\n", "t": "\t"},
}
# Directive → (width, what it is filled up with, the number).
_NUMBERS: Final[dict[str, tuple[int, str, Callable[[dt.datetime], int]]]] = {
    "Y": (4, "0", lambda at: at.year),
    "C": (2, "0", lambda at: at.year // 100),
    "y": (2, "0", lambda at: at.year % 100),
    "m": (2, "0", lambda at: at.month),
    "d": (2, "0", lambda at: at.day),
    "e": (2, " ", lambda at: at.day),
    "j": (3, "0", lambda at: at.timetuple().tm_yday),
    "H": (2, "0", lambda at: at.hour),
    "k": (2, " ", lambda at: at.hour),
    "I": (2, "0", lambda at: (at.hour - 1) % 12 + 1),
    "l": (2, " ", lambda at: (at.hour - 1) % 12 + 1),
    "M": (2, "0", lambda at: at.minute),
    "S": (2, "0", lambda at: at.second),
    "s": (1, "0", lambda at: int(at.timestamp())),
    "u": (1, "0", lambda at: at.isoweekday()),
    "w": (1, "0", lambda at: at.isoweekday() % 7),
    "G": (4, "0", lambda at: at.isocalendar()[0]),
    "g": (2, "0", lambda at: at.isocalendar()[0] % 100),
    "V": (2, "0", lambda at: at.isocalendar()[1]),
    "U": (2, "0", lambda at: (at.timetuple().tm_yday + 6 - at.isoweekday() % 7) // 7),
    "W": (2, "0", lambda at: (at.timetuple().tm_yday + 6 - at.weekday()) // 7),
}
_WORDS: Final[dict[str, Callable[[dt.datetime], str]]] = {
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "Z": lambda at: at.tzname() or "",
    "z": lambda at: at.strftime("%z"),
    ":z": lambda at: f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5],
    "%": lambda at: "%",
}


class Zoned(dt.datetime):
    """A moment that is to be shown in its own time zone, not in the reader's."""


def moment_of(scope: Scope, value: Any) -> dt.datetime | None:
    """The moment that a value names, with its own offset or in the scope's zone; None for a value that names none, as for a list.

    "now" and "today" are the message's moment. Whole numbers, and texts of nothing but digits, are seconds since 1970 (UTC).

    Raises:
        ValueError: it is a text that is no date.
    """
    found = read(scope, value)
    if isinstance(found, dt.datetime):
        return found if found.tzinfo else found.replace(tzinfo=scope.zone)
    return dt.datetime(found.year, found.month, found.day, tzinfo=scope.zone) if found else None


def read(scope: Scope, value: Any) -> Moment | None:
    """The day or moment that a value names; see `moment_of`."""
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and value.strip() and not _DIGITS.match(value):
        return read_date(value, lambda: scope.at.astimezone(scope.zone))
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value)[:_LONGEST].strip():
        return _seconds(scope, value)
    return None


def _seconds(scope: Scope, value: str | int) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(str(value)[:_LONGEST]), scope.zone)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{described(value)} seconds since 1970 is beyond the years 1 to 9999 – give fewer") from error


def localised(own: Callable[..., Any]) -> Callable[..., Any]:
    """The workspace's `date` filter, for every way to write a moment that Liquid knows."""

    @wraps(own)
    def filter_(scope: Scope, value: Any, *args: Any, **named: Any) -> Any:
        if isinstance(value, Zoned) and isinstance(value.tzinfo, ZoneInfo):
            return own(replace(scope, zone=value.tzinfo), value, *args, **named)
        return own(scope, read(scope, value) or value, *args, **named)

    return filter_


def date(scope: Scope, value: Any, format: Any, /) -> Any:
    """The moment in a format of strftime, with English names; a value that can't be a date, and one whose format is empty, as it is.

    Raises:
        ValueError: it is a text that could be a date and is none that is known.
    """
    pattern = text(format)
    if not pattern or (isinstance(value, str) and not may_be_date(value)):
        return value
    at = moment_of(scope, value)
    return strftime(at, pattern) if at else value


def strftime(at: dt.datetime, pattern: str) -> str:
    """A moment by Ruby's directives, with their flags and widths; what is no directive stays."""
    return _DIRECTIVE.sub(lambda found: _written(at, found), pattern)


def _written(at: dt.datetime, directive: re.Match[str]) -> str:
    flags, width, name = directive.groups()
    if name in ("L", "N"):
        digits = int(width or (3 if name == "L" else 9))
        return f"{at.microsecond:06d}"[:digits].ljust(digits, "0")
    if name in _NUMBERS:
        least, fill, count = _NUMBERS[name]
        fill = " " if "_" in flags else "0" if "0" in flags else fill
        return str(count(at)) if "-" in flags else str(count(at)).rjust(int(width or least), fill)
    if name in _LONG:
        found = strftime(at, _LONG[name])
    elif name in _WORDS:
        found = _WORDS[name](at)
    else:
        return directive[0]
    if "#" in flags and name in _WORDS:
        found = found.lower() if name in "pZ" else found.upper()
    found = found.upper() if "^" in flags else found
    return found if "-" in flags else found.rjust(int(width or 0), "0" if "0" in flags else " ")
