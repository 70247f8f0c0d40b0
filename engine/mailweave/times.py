"""Dates, moments and spans of time as people write them in files."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer

_SPAN = re.compile(r"\s*(\d+)\s*(minute|hour|day|week)s?\s*\Z")


def parse_day(value: Any) -> date | None:
    """A date from ISO text, a date or a datetime; None when it is none of them."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def parse_moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """An aware UTC datetime from ISO text or a datetime; what names no offset is read in `zone`. None when it is no date.

    A wall time that a clock change skips is read as the time after it, one that occurs twice as the first (PEP 495, fold 0).
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if moment.tzinfo is UTC:
            return moment
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


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


@lru_cache(1024)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name, kept: Python itself keeps only eight and reads the others' files again for every customer.

    Raises:
        KeyError, ValueError, OSError: there is none of that name.
    """
    return ZoneInfo(name)


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


# A settings field of this type takes "90 days" and gives a timedelta.
Span = Annotated[timedelta, BeforeValidator(parse_span), PlainSerializer(span_words)]
