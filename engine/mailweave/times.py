"""Dates, moments and spans of time as people write them in files."""

from __future__ import annotations

import re
from datetime import MINYEAR, UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

_SPAN = re.compile(r"\s*+([0-9]{1,18})\s*+(minute|hour|day|week)s?\s*+\Z")
# The forms of ISO 8601 other than 2026-11-23 and 2026-11-23T10:00: without hyphens, and a week with its day.
_SELDOM: Final = re.compile(r"(?:[0-9]{8}|[0-9]{4}(?:-W[0-9]{2}-|W[0-9]{2})[0-9])(?:[Tt ].+)?\Z")
# A number of as many digits before its point is so many seconds, thousandths or millionths since 1970; fewer may be anything.
_EPOCHS: Final = {9: 1, 10: 1, 11: 1, 12: 10**3, 13: 10**3, 14: 10**3, 15: 10**6, 16: 10**6, 17: 10**6}
_NUMBER: Final = re.compile(r"([0-9]{9,17})(\.[0-9]+)?")


def read_iso(text: str) -> datetime:
    """A date, or a date and time, of ISO 8601: "2026-11-23", "2026-11-23T10:00:00Z", "20261123", "2026-W48-1".

    Python takes any character between date and time, so that the milliseconds 1712121212345 would be a day in 1712; only T and a blank are right.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(text)
    usual = text[4:5] == "-" and text[5:6] != "W" and text[10:11] in ("", "T", "t", " ")
    if not usual and not _SELDOM.match(text):
        raise ValueError(f"{text!r} is no date")
    return found


def date_remedy(value: Any, how: str = "write it like 2026-11-23 or 2026-11-23T10:00:00Z") -> str:
    """What to write instead of a value that is no date: for a number of seconds since 1970 (Unix time) the moment itself, else `how`.

    Example:
        >>> date_remedy(1700000000)
        'if it is in seconds since 1970, write 2023-11-14T22:13:20Z'
    """
    found = _NUMBER.fullmatch(str(value).strip())
    if not found:
        return how
    unit = _EPOCHS[len(found[1])]
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found[1]) * (10**6 // unit))
    said = {1: "seconds", 10**3: "milliseconds", 10**6: "microseconds"}[unit]
    return f"if it is in {said} since 1970, write {moment.isoformat().replace('+00:00', 'Z')}"


def parse_day(value: Any) -> date | None:
    """A date from ISO text, a date or a datetime; None when it is none of them."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return read_iso(str(value)).date()
    except ValueError:
        return None


def parse_moment(value: Any, zone: tzinfo) -> datetime | None:
    """An aware UTC datetime from ISO text or a datetime; what names no offset is read in `zone`. None when it is no date.

    A wall time that a clock change skips is read as the time after it, one that occurs twice as the first (PEP 495, fold 0). What UTC's calendar
    has no day for, as midnight of its first day east of Greenwich, is read as the calendar's edge.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    try:
        moment = value if isinstance(value, datetime) else read_iso(str(value))
        if moment.tzinfo is UTC:
            return moment
        return _in_utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except ValueError:
        return None


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return (datetime.min if moment.year == MINYEAR else datetime.max).replace(tzinfo=UTC)


def names_offset(value: Any) -> bool:
    """Whether a date says itself which moment it is, so that no time zone is needed to read it; false for what is no date."""
    if isinstance(value, str):
        if value[-1:] in ("Z", "z"):
            return True
        try:
            value = read_iso(value)
        except ValueError:
            return False
    return isinstance(value, datetime) and value.tzinfo is not None


def parse_span(value: Any) -> timedelta:
    """A span such as "90 days", "2 weeks", "36 hours", "1 minute".

    Raises:
        ValueError: anything else; the message says what to write.
    """
    if isinstance(value, timedelta):
        return value
    found = _SPAN.match(str(value))
    if not found:
        raise ValueError(f"{value!r} is no span of time – write a number and minutes, hours, days or weeks, like '90 days'")
    try:
        return timedelta(**{found[2] + "s": int(found[1])})
    except OverflowError as error:
        raise ValueError(f"{value!r} is too long a span – write fewer days") from error


@lru_cache(256)
def span_words(span: timedelta) -> str:
    """A span as a person says it: the largest unit that divides it.

    Example:
        >>> span_words(timedelta(days=14)), span_words(timedelta(hours=36)), span_words(timedelta(days=1))
        ('14 days', '36 hours', '1 day')
    """
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes % size == 0:
            return _count(minutes // size, unit)
    return _count(minutes, "minute")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _some_time(span: timedelta) -> timedelta:
    if not span:
        raise ValueError("a span of no time holds nothing – write a longer one, like '1 day'")
    return span


# A settings field of this type takes "90 days" and gives a timedelta; the second is one in which something can happen.
Span = Annotated[timedelta, BeforeValidator(parse_span), PlainSerializer(span_words)]
SomeTime = Annotated[Span, AfterValidator(_some_time)]
