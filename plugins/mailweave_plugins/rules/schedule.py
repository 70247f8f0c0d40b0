"""The rule `schedule`: the date, weekday and hour of the message, by the customer's own clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from mailweave import Decision, Domain, Facts, Rule, Samples, hookimpl, match, no_match
from mailweave_plugins.rules.edges import Edge, End
from mailweave_plugins.rules.given import Given, one_or_more
from mailweave_plugins.rules.zones import clocks

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})\Z")
_MIDNIGHT: Final = 24 * 60


def _weekday(name: Any) -> Any:
    """A weekday in any case, short or long ("Monday")."""
    lower = str(name).strip().lower()
    return lower[:3] if lower in (*WEEKDAYS, *_LONG) else name


class Hours(NamedTuple):
    """From a minute of the day until before another, and how the user wrote them; over midnight when the end isn't after the start."""

    start: int
    end: int
    words: str

    def hold(self, now: datetime) -> bool:
        """Whether a wall clock is inside."""
        minute = now.hour * 60 + now.minute
        return self.start <= minute < self.end if self.start < self.end else minute >= self.start or minute < self.end


def _hours(value: Any) -> Any:
    found = _HOURS.match(str(value).strip())
    start, end = (_minute(found[1], found[2]), _minute(found[3], found[4])) if found else (_MIDNIGHT, 0)
    if start >= _MIDNIGHT or end > _MIDNIGHT:
        raise ValueError(f"'{value}' are no hours – write them like '09:00-17:00'")
    if start == end:
        raise ValueError(f"'{value}' ends where it begins – write '00:00-24:00' for the whole day")
    return Hours(start, end, f"{start // 60:02}:{start % 60:02} and {end // 60:02}:{end % 60:02}")


def _minute(hour: str, minute: str) -> int:
    """The minute of the day; one too great when there is no such time."""
    return int(hour) * 60 + int(minute) if int(minute) < 60 else _MIDNIGHT + 1


Weekdays = Annotated[tuple[Annotated[Weekday, BeforeValidator(_weekday)], ...], BeforeValidator(one_or_more), Field(min_length=1)]


class ScheduleSettings(Given):
    """At least one key; several mean all of them. `from` and `until` are both included, whole days as such."""

    from_: End | None = Field(default=None, alias="from")
    until: End | None = None
    weekdays: Weekdays = ()
    hours: Annotated[Hours, BeforeValidator(_hours)] | None = None

    @model_validator(mode="after")
    def _sensible(self) -> ScheduleSettings:
        if not self.model_fields_set:
            raise ValueError("no date, weekday or hour is given – write `weekdays: [sat, sun]`, `hours: '09:00-17:00'`, `from:` or `until:`")
        if self.from_ and self.until and self.until.last < self.from_.first:
            raise ValueError(f"it ends on {self.until}, before it begins on {self.from_} – swap them")
        if self.from_ and self.until and not _ever(self, self.from_.first, self.until.last):
            raise ValueError(f"none of its weekdays and hours lies between {self.from_} and {self.until} – change one of them")
        return self

    @property
    def exact(self) -> bool:
        """Whether seconds matter."""
        return any(edge and not edge.whole_day for edge in (self.from_, self.until))


_WEEK: Final = timedelta(days=7)


def _ever(settings: ScheduleSettings, first: datetime, last: datetime) -> bool:
    """Whether weekdays and hours hold at any time between: they begin to at one of these times, or not at all."""
    if last - first > _WEEK:
        return True
    days = [datetime.combine(first + timedelta(days=day), time()) for day in range(9)]
    starts = [first, *days, *(day + timedelta(minutes=settings.hours.start) for day in days if settings.hours)]
    return any(first <= moment <= last and not any(_missed_hours(settings, moment)) for moment in starts)


class Schedule(Rule[ScheduleSettings]):
    """The moment of the message, by the customer's clock: dates, weekdays, hours.

    Example:
        when: {schedule: {from: 2026-12-01, until: 2026-12-24, weekdays: [sat, sun], hours: "09:00-17:00"}}
    """

    name = "schedule"
    Settings = ScheduleSettings

    def decide(self, settings: ScheduleSettings, facts: Facts) -> Decision:
        """A match when all that is given holds for the wall clock in the customer's time zone, else the workspace's.

        Hours begin with the first minute and end before the last. `22:00-06:00` goes over midnight; the weekday is the one of the moment itself.
        """
        now = facts.now
        wrong = next(_misses(settings, now), None)
        shown = _clock(now) if settings.exact else f"{now:%Y-%m-%d %H:%M}"
        said = f"it is {WEEKDAYS[now.weekday()].capitalize()} {shown} for the customer"
        return no_match(f"{said}, {wrong.words}") if wrong else match(f"{said}, which is in the schedule")

    def domain(self, settings: ScheduleSettings, at: datetime) -> Domain:
        """A time zone for each different time that it is at this moment: the zone is all in a profile that changes the customer's clock."""
        return {"timezone": Samples(clocks(at))}


class Miss(NamedTuple):
    """What doesn't hold, by its key, and the words that say so."""

    what: str
    words: str


def _misses(settings: ScheduleSettings, now: datetime) -> Iterator[Miss]:
    start, end = settings.from_, settings.until
    if start and (now.date() < start.moment.date() if start.whole_day else now < start.utc(now.tzinfo)):
        yield Miss("from", f"before {_said(start, now)}")
    if end and (now.date() > end.moment.date() if end.whole_day else now > end.utc(now.tzinfo)):
        yield Miss("until", f"after {_said(end, now)}")
    yield from _missed_hours(settings, now)


def _missed_hours(settings: ScheduleSettings, now: datetime) -> Iterator[Miss]:
    if settings.weekdays and WEEKDAYS[now.weekday()] not in settings.weekdays:
        yield Miss("weekdays", f"not on {' or '.join(day.capitalize() for day in settings.weekdays)}")
    if settings.hours and not settings.hours.hold(now):
        yield Miss("hours", f"not between {settings.hours.words}")


def _said(edge: Edge, now: datetime) -> str:
    """An end as the customer's clock shows it."""
    return str(edge.moment.date()) if edge.whole_day else _clock(edge.local(now.tzinfo))


def _clock(moment: datetime) -> str:
    """Date and time to the minute, or as exact as the moment is: what lies within the same minute must differ."""
    exact = moment.replace(tzinfo=None)
    return exact.isoformat(" ", "minutes" if not (exact.second or exact.microsecond) else "auto")


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Schedule]
