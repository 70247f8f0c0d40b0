"""Days that come back every year, and windows around them."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, model_validator

from mailweave.times import Span, span_words
from mailweave_plugins.rules.given import Given
from mailweave_plugins.rules.words import counted

LeapDay = Literal["feb_28", "mar_1"]


def _whole_days(span: timedelta) -> timedelta:
    if span % timedelta(days=1):
        raise ValueError(f"{span_words(span)} are no whole days – write days, like '3 days'")
    if span > _YEAR:
        raise ValueError(f"{span_words(span)} are more than a year – write at most 365 days")
    return span


# A day that comes back every year is never further away.
_YEAR: Final = timedelta(days=365)
Days = Annotated[Span, AfterValidator(_whole_days)]


class Window(Given):
    """Days around a day: `within` on both sides, or `before` it and `after` it. The day itself is always inside."""

    within: Days | None = None
    before: Days = timedelta()
    after: Days = timedelta()

    @model_validator(mode="after")
    def _one_way(self) -> Window:
        if not self.model_fields_set:
            raise ValueError("the window has no days – write `{within: 3 days}`, or `{within: 0 days}` for the day itself")
        if self.within is not None and self.model_fields_set & {"before", "after"}:
            raise ValueError("a window has either `within`, or `before` and `after` – write `{before: 3 days, after: 1 day}`")
        return self

    @property
    def days(self) -> tuple[int, int]:
        """Whole days before and after."""
        before, after = (self.within, self.within) if self.within is not None else (self.before, self.after)
        return before.days, after.days

    def holds(self, distance: int) -> bool:
        """Whether a day that was `distance` days ago (negative: that is yet to come) is inside."""
        before, after = self.days
        return -before <= distance <= after

    def words(self) -> str:
        """How far away the day may be: "at most 3 days ahead or 1 day ago"."""
        before, after = self.days
        parts = [f"{counted(before, 'day')} ahead"] * bool(before) + [f"{counted(after, 'day')} ago"] * bool(after)
        return f"at most {' or '.join(parts)}" if parts else "today"


def in_year(day: date, year: int, leap_day: LeapDay) -> date:
    """The day in another year; 29 February is kept as configured in a year that has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28) if leap_day == "feb_28" else date(year, 3, 1)


def nearest(day: date, today: date, window: Window, leap_day: LeapDay, first: int = MINYEAR) -> int | None:
    """How many days ago the yearly day was, negative when it is yet to come: the nearest inside the window, else the nearest of all.

    Years before `first` don't count; None when no year is left. The years on both sides make windows work across New Year.
    """
    years = [year for year in (today.year - 1, today.year, today.year + 1) if max(first, MINYEAR) <= year <= MAXYEAR]
    distances = [(today - in_year(day, year, leap_day)).days for year in years]
    return min(distances, key=lambda distance: (not window.holds(distance), abs(distance)), default=None)


def said(what: str, distance: int) -> str:
    """When the day is: "the birthday is in 3 days"."""
    if not distance:
        return f"the {what} is today"
    return f"the {what} was {counted(distance, 'day')} ago" if distance > 0 else f"the {what} is in {counted(-distance, 'day')}"
