"""Which texts are dates: those of Ruby's `Time.parse` that can't be taken for something else. Nothing is guessed.

The day comes before the month (05/06/2024 is June 5), as in Ruby, unless the year comes first. What Ruby reads but drops a part of (the zone CET),
rolls over (31/02/2024), or reads as hardly anyone means it (05/06/24 as 2005-06-24) is refused. docs/filters.md has the table of forms.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

Moment: TypeAlias = dt.date | dt.datetime

_MONTHS: Final = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_NAME: Final = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)}|sept)"
_MONTH: Final = rf"{_NAME}\.?"
_WEEKDAY: Final = r"(?:(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)[.,]? )?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
_NUMBER: Final = r"(?P<number>[0-9]{1,2})"
_DAY: Final = r"(?P<day>[0-9]{1,2})"
_NTH: Final = r"(?P<day>[0-9]{1,2})(?:st|[nr]d|th)?"
# With a month's name beside it, a year may have two digits.
_NAMED_YEAR: Final = r"(?P<year>[0-9]{4}|'?[0-9]{2})"
_HALF: Final = r"(?P<half>[ap])(?:m(?![a-z])|\.m\.)"
_CLOCK: Final = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?)?"
_TIME: Final = rf"{_CLOCK}(?: ?{_HALF})?"
_HOUR: Final = rf"(?P<hour>[0-9]{{1,2}}) ?{_HALF}"
_ZONE: Final = r"(?: ?(?P<zone>z|utc?|gmt|[ecmp][sd]t|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_PLAIN_ZONE: Final = r"(?P<zone>z|[+-][0-9]{2}(?:[0-9]{2})?)?"
_HOURS: Final = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}

_DATES: Final = (
    rf"{_YEAR}(?P<sign>[-/.]){_NUMBER}(?P=sign){_DAY}",
    rf"{_DAY}(?P<sign>[-/.]){_NUMBER}(?P=sign){_YEAR}",
    r"(?P<year>[0-9]{2})-(?P<number>[0-9]{2})-(?P<day>[0-9]{2})",
    rf"{_YEAR}/{_NUMBER}",
    rf"{_NUMBER}/{_YEAR}",
    rf"{_NTH}\.? ?{_MONTH},?(?: {_NAMED_YEAR})?",
    rf"{_MONTH} ?{_NTH}(?:(?:, ?| ){_NAMED_YEAR})?",
    rf"{_DAY}(?P<sign>[-/]){_NAME}(?P=sign){_NAMED_YEAR}",
    rf"{_NAME}-{_DAY}-{_YEAR}",
    rf"{_YEAR}(?P<sign>[ -]){_NAME}(?P=sign){_DAY}",
    rf"{_MONTH},? {_YEAR}",
    rf"{_YEAR} {_MONTH}",
    _MONTH,
)
_BETWEEN: Final = r"(?: ?t ?|,? (?:at )?)"
_FORMS: Final = (
    *(rf"{_WEEKDAY}{date}(?:{_BETWEEN}(?:{_TIME}){_ZONE})?" for date in _DATES),
    *(rf"{_WEEKDAY}{date}{_BETWEEN}{_HOUR}{_ZONE}" for date in _DATES),
    rf"{_WEEKDAY}{_YEAR}-(?P<ordinal>[0-9]{{3}})",
    rf"{_YEAR}(?P<number>[0-9]{{2}})(?P<day>[0-9]{{2}})[t ](?P<hour>[0-9]{{2}})(?:(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?)?{_PLAIN_ZONE}",
    # As C's ctime writes a moment.
    rf"{_WEEKDAY}{_MONTH} {_DAY} {_TIME}{_ZONE} {_YEAR}",
    rf"{_TIME}{_ZONE}",
    rf"{_HOUR}{_ZONE}",
)
_TWO_DIGITS: Final = re.compile(r"[0-9]{1,2}([/.])[0-9]{1,2}\1[0-9]{1,2}\b")
_WORDED_ZONE: Final = re.compile(r"[0-9](?::[0-9.]+)? ?(?P<zone>[a-z]{3,5}|(?:gmt|utc) ?[+-][0-9:]+|[a-z]+/[a-z_/]+)\Z")
_A_DATE: Final = "give one such as '2026-11-23', '23/11/2026', 'November 23, 2026' or '2026-11-23 18:30 +01:00', or 'now'"
# What a text has that Ruby reads a date from, and what it doesn't for all that.
_HINTS: Final = re.compile(r"[0-9]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_A_NUMBER: Final = re.compile(r"[-+][0-9]+|[-+]?[0-9]+\.[0-9]+")


Now: TypeAlias = Callable[[], dt.datetime]


def read_date(text: str, now: Now) -> Moment:
    """The day that a text names, or the moment when it names a time of day.

    `now` gives the message's moment in the reader's zone; it is asked only where the result depends on it. A time without a zone is of that zone;
    what the text leaves out above what it names (the year of "May 5", the day of "21:07") is that moment's.

    Raises:
        ValueError: it names no date, in a form that is known; with the remedy.
    """
    flat = " ".join(text.lower().split())
    if flat in ("now", "today"):
        return now()
    for form in _FORMS:
        # Compiled, and kept by `re`, when it is first needed: all of them take longer than it takes to fill a message.
        found = re.fullmatch(form, flat)
        if found:
            return _moment(text, {name: value for name, value in found.groupdict().items() if value}, now)
    raise ValueError(_refusal(text, flat))


def may_be_date(text: str) -> bool:
    """Whether there is anything in a text that Ruby could read a date from, well or badly. It leaves any other as it is."""
    flat = text.strip().lower()
    return flat in ("now", "today") or bool(_HINTS.search(flat) and not _A_NUMBER.fullmatch(flat))


def _moment(text: str, found: Mapping[str, str], now: Now) -> Moment:
    try:
        zone = _zone(found["zone"]) if "zone" in found else None
        day = _day(found, lambda: now().astimezone(zone) if zone else now())
        return dt.datetime.combine(day, _time(found), tzinfo=zone or now().tzinfo) if "hour" in found else day
    except ValueError as error:
        month_first = "number" in found and "day" in found and int(found["number"]) > 12 >= int(found["day"])
        remedy = "write the day before the month, as in 25/06/2024" if month_first else "look at its digits"
        raise ValueError(f"there is no day or time '{text}' – {remedy}") from error


def _day(found: Mapping[str, str], now: Now) -> dt.date:
    if not found.keys() & {"year", "number", "month"}:
        return now().date()
    year = _year(found["year"]) if "year" in found else now().year
    if "ordinal" in found:
        day = dt.date(year, 1, 1) + dt.timedelta(days=int(found["ordinal"]) - 1)
        if day.year != year:
            raise ValueError
        return day
    return dt.date(year, _month(found), int(found.get("day", 1)))


def _year(digits: str) -> int:
    """Two digits are of this century up to 68, as in POSIX (strptime)."""
    year = int(digits.lstrip("'"))
    return year if len(digits) == 4 else year + (2000 if year < 69 else 1900)


def _month(found: Mapping[str, str]) -> int:
    if "month" not in found:
        return int(found["number"])
    return next(index for index, name in enumerate(_MONTHS, 1) if name.startswith(found["month"][:3]))


def _time(found: Mapping[str, str]) -> dt.time:
    hour = int(found["hour"])
    if "half" in found:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    return dt.time(hour, int(found.get("minute", 0)), int(found.get("second", 0)), int(found.get("fraction", "0")[:6].ljust(6, "0")))


def _zone(name: str) -> dt.tzinfo:
    if name in _HOURS:
        return dt.UTC if not _HOURS[name] else dt.timezone(dt.timedelta(hours=_HOURS[name]))
    digits = name[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise ValueError
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(-offset if name[0] == "-" else offset)


def _refusal(text: str, flat: str) -> str:
    zone = _WORDED_ZONE.search(flat)
    if _TWO_DIGITS.match(flat):
        return f"the year of '{text}' has two digits, so that it could be three dates – write all four, and the day first"
    if zone and ":" in flat:
        return f"'{zone['zone'].upper()}' in '{text}' is no zone that dates may have – write the offset from UTC, as in +01:00"
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return f"'{shown}' is no date – {_A_DATE}"
