"""`date`: a day or moment in the reader's locale and time zone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from mailweave import hookimpl
from mailweave.described import described
from mailweave.errors import did_you_mean
from mailweave.languages import Filter, Scope
from mailweave.times import parse_moment
from mailweave_plugins.filters.date_texts import Moment, read_date

_STYLES: Final = ("short", "medium", "long", "full")
_TIME_FIELDS: Final = frozenset("abBhHkKmsSAzZOvVxX")
_FIELDS: Final = _TIME_FIELDS | frozenset("GyYuQqMLwWdDFEec")
_QUOTED: Final = re.compile(r"'[^']*'")
_DIRECTIVE: Final = re.compile(r"%(-?.|\Z)", re.DOTALL)
# What each directive of strftime is as a CLDR pattern (Unicode Technical Standard 35, part 4), so that names come in the reader's language.
_DIRECTIVES: Final[dict[str, str]] = {
    **{"Y": "yyyy", "y": "yy", "m": "MM", "-m": "M", "B": "MMMM", "b": "MMM", "h": "MMM", "d": "dd", "-d": "d", "e": "d", "j": "DDD"},
    **{"A": "EEEE", "a": "EEE", "H": "HH", "-H": "H", "I": "hh", "-I": "h", "l": "h", "M": "mm", "S": "ss", "p": "a", "P": "a", "Z": "z", "z": "Z"},
    **{"F": "yyyy-MM-dd", "D": "MM/dd/yy", "T": "HH:mm:ss", "R": "HH:mm"},
    **{"k": "H", "-k": "H", "-l": "h", "-e": "d", "-M": "m", "-S": "s"},
}
# These fill up with a blank; CLDR's patterns only know zeros.
_BLANK_FILLED: Final = ("e", "k", "l")


def date(scope: Scope, value: Any, format: Any = "medium") -> str:
    """Write a date: in a style of the locale (short, medium, long, full), a CLDR pattern ("d. MMMM") or one of strftime ("%-d %B").

    `value` is a date, a datetime, or a text as `read_date` takes it, such as "now" for the message's moment. A moment is shown in the scope's zone;
    one without an offset is read in that zone. A bare date is that day everywhere.

    Raises:
        ValueError: the value is no date, the format is none, or it asks a bare date for the time of day.
    """
    moment = _moment(scope, value)
    if format in _STYLES:
        return _formatted(scope, moment, format)
    if "%" in str(format):
        return _DIRECTIVE.sub(lambda found: _directive(scope, moment, found[1]), str(format))
    return _written(scope, moment, _checked(format))


def _moment(scope: Scope, value: Any) -> Moment:
    """A bare date, or a datetime in the scope's zone."""
    found = read_date(value, lambda: scope.at.astimezone(scope.zone)) if isinstance(value, str) else value
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        return found
    try:
        moment = parse_moment(found, scope.zone) if isinstance(found, dt.datetime) else None
        if moment:
            return moment.astimezone(scope.zone)
    except OverflowError:
        pass  # beyond the years 1 to 9999 in this zone
    raise ValueError(f"{described(value)} is no date – give one such as '2026-11-23' or '2026-11-23T18:30:00+01:00', or 'now'")


def _checked(pattern: Any) -> str:
    """A CLDR pattern whose letters all mean something."""
    bare = _QUOTED.sub("", str(pattern))
    wrong = "'" in bare or any(char.isalpha() and char not in _FIELDS for char in bare)
    if wrong or not any(char in _FIELDS for char in bare):
        near = did_you_mean(pattern, _STYLES)
        remedy = near if near.startswith("did") else "write short, medium, long, full or a pattern such as 'd. MMMM yyyy', other words in '…'"
        raise ValueError(f"{described(pattern)} is no format of a date – {remedy}")
    return str(pattern)


def _directive(scope: Scope, moment: Moment, name: str) -> str:
    if name == "%":
        return name
    if not name:
        raise ValueError("a '%' ends the format of a date – write '%%' for the sign itself")
    if name == "s":
        return _epoch(moment)
    if name not in _DIRECTIVES:
        raise ValueError(f"'%{name}' is no part of a date – use one of: {' '.join(f'%{known}' for known in _DIRECTIVES)} %s")
    text = _written(scope, moment, _DIRECTIVES[name])
    return text.lower() if name == "P" else text.rjust(2) if name in _BLANK_FILLED else text


def _epoch(moment: Moment) -> str:
    """Seconds since 1970 (UTC)."""
    if not isinstance(moment, dt.datetime):
        raise ValueError(f"'{moment}' has no time of day – leave '%s' out of the format")
    return str(int(moment.timestamp()))


def _written(scope: Scope, moment: Moment, pattern: str) -> str:
    if not isinstance(moment, dt.datetime) and _TIME_FIELDS & set(_QUOTED.sub("", pattern)):
        raise ValueError(f"'{moment}' has no time of day – leave hours, minutes and zone out of the format")
    try:
        return _formatted(scope, moment, pattern, timed=isinstance(moment, dt.datetime))
    except (ValueError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"'{pattern}' is no format of a date – write a pattern such as 'd. MMMM yyyy'") from error


def _formatted(scope: Scope, moment: Moment, format: str, *, timed: bool = False) -> str:
    # Only here, for most messages have no date and it takes long to import.
    from babel.dates import format_date, format_datetime

    return format_datetime(moment, format, tzinfo=scope.zone, locale=scope.locale) if timed else format_date(moment, format, locale=scope.locale)


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"date": date}
