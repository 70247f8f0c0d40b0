"""The rule `schedule`: the date, weekday and hour of the message, by the customer's own clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Rule, Settings, hookimpl, match, no_match
from mailweave.times import parse_day

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_HOURS: Final = re.compile(r"(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)\Z")


def _day(value: Any) -> Any:
    day = parse_day(value) if isinstance(value, str) else value
    if day is None:
        raise ValueError(f"'{value}' is no date – write it like 2026-11-23")
    return day


def _weekdays(value: Any) -> Any:
    """Names in any case, short or long ("Monday")."""
    values = [value] if isinstance(value, str) else value
    return [str(name).lower()[:3] if str(name).lower() in _LONG else name for name in values] if isinstance(values, list) else values


_LONG: Final = frozenset({*WEEKDAYS, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def _hours(value: Any) -> Any:
    found = _HOURS.match(str(value).strip())
    try:
        if found:
            end = 0 if (found[3], found[4]) == ("24", "00") else int(found[3])
            return time(int(found[1]), int(found[2])), time(end, int(found[4]))
    except ValueError:
        pass
    raise ValueError(f"'{value}' are no hours – write them like '09:00-17:00'")


Day = Annotated[date, BeforeValidator(_day)]


class ScheduleSettings(Settings):
    """At least one key; several mean all of them. `from` and `until` are both included."""

    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    weekdays: Annotated[tuple[Weekday, ...], BeforeValidator(_weekdays)] = ()
    hours: Annotated[tuple[time, time] | None, BeforeValidator(_hours)] = None

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
        """Time zones around the globe: the only thing in a profile that changes the customer's clock."""
        return {"timezone": [MISSING, "Pacific/Kiritimati", "Asia/Tokyo", "UTC", "America/Los_Angeles", "Pacific/Pago_Pago"]}


def _misses(settings: ScheduleSettings, now: datetime) -> Iterator[str]:
    if settings.from_ and now.date() < settings.from_:
        yield f"before {settings.from_}"
    if settings.until and now.date() > settings.until:
        yield f"after {settings.until}"
    if settings.weekdays and WEEKDAYS[now.weekday()] not in settings.weekdays:
        yield f"not on {' or '.join(day.capitalize() for day in settings.weekdays)}"
    if settings.hours and not _within(now.time(), *settings.hours):
        yield f"not between {settings.hours[0]:%H:%M} and {settings.hours[1]:%H:%M}"


def _within(now: time, start: time, end: time) -> bool:
    return start <= now < end if start < end else now >= start or now < end


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Schedule]
