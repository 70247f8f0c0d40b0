"""The rule `schedule`: the date, weekday and hour of the message, by the customer's own clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from mailweave import Decision, Domain, Facts, Rule, Samples, hookimpl, match, no_match
from mailweave.times import parse_day
from mailweave_plugins.rules.given import Given, one_or_more
from mailweave_plugins.rules.zones import clocks

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})\Z")
_MIDNIGHT: Final = 24 * 60


def _day(value: Any) -> Any:
    day = parse_day(value) if isinstance(value, str) else value
    if not isinstance(day, date):
        raise ValueError(f"'{value}' is no date – write it like 2026-11-23")
    return day


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


Day = Annotated[date, BeforeValidator(_day)]
Weekdays = Annotated[tuple[Annotated[Weekday, BeforeValidator(_weekday)], ...], BeforeValidator(one_or_more), Field(min_length=1)]


class ScheduleSettings(Given):
    """At least one key; several mean all of them. `from` and `until` are both included."""

    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    weekdays: Weekdays = ()
    hours: Annotated[Hours, BeforeValidator(_hours)] | None = None

    @model_validator(mode="after")
    def _sensible(self) -> ScheduleSettings:
        if not self.model_fields_set:
            raise ValueError("no date, weekday or hour is given – write `weekdays: [sat, sun]`, `hours: '09:00-17:00'`, `from:` or `until:`")
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"it ends on {self.until}, before it begins on {self.from_} – swap them")
        return self


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
        said = f"it is {WEEKDAYS[now.weekday()].capitalize()} {now:%Y-%m-%d %H:%M} for the customer"
        return no_match(f"{said}, {wrong}") if wrong else match(f"{said}, which is in the schedule")

    def domain(self, settings: ScheduleSettings, at: datetime) -> Domain:
        """A time zone for each different time that it is at this moment: the zone is all in a profile that changes the customer's clock."""
        return {"timezone": Samples(clocks(at))}


def _misses(settings: ScheduleSettings, now: datetime) -> Iterator[str]:
    if settings.from_ and now.date() < settings.from_:
        yield f"before {settings.from_}"
    if settings.until and now.date() > settings.until:
        yield f"after {settings.until}"
    if settings.weekdays and WEEKDAYS[now.weekday()] not in settings.weekdays:
        yield f"not on {' or '.join(day.capitalize() for day in settings.weekdays)}"
    if settings.hours and not settings.hours.hold(now):
        yield f"not between {settings.hours.words}"


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Schedule]
