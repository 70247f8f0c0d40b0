"""The ends of a schedule: days, and moments on the customer's clock or on everybody's."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BeforeValidator

from mailweave.times import date_remedy, read_iso

# How far the clocks of the earth are from UTC.
_EASTERNMOST: Final = timedelta(hours=14)
_WESTERNMOST: Final = timedelta(hours=-12)


class Edge(NamedTuple):
    """An end of a schedule: a whole day, or a moment, which without an offset is read on the customer's clock."""

    moment: datetime
    whole_day: bool
    words: str

    def local(self, zone: tzinfo | None) -> datetime:
        """The moment on a clock in that zone. One that a clock change skips is the time after it, one that occurs twice the first."""
        return self.utc(zone).astimezone(zone)

    def utc(self, zone: tzinfo | None) -> datetime:
        """The moment in UTC."""
        return (self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=zone)).astimezone(UTC)

    @property
    def first(self) -> datetime:
        """The earliest time that any clock shows at it, when it is a beginning."""
        return self.utc(UTC).replace(tzinfo=None) + _WESTERNMOST if self.moment.tzinfo else self.moment

    @property
    def last(self) -> datetime:
        """The latest time that any clock shows at it, when it is an end."""
        if self.moment.tzinfo:
            return self.utc(UTC).replace(tzinfo=None) + _EASTERNMOST
        return datetime.combine(self.moment, time.max) if self.whole_day else self.moment

    def __str__(self) -> str:
        return self.words


def parse_edge(value: Any) -> Any:
    if isinstance(value, Edge):
        return value
    try:
        moment = read_iso(str(value))
        if not MINYEAR < moment.year < MAXYEAR:
            raise ValueError
        return Edge(moment, len(str(value)) <= len("2026-11-23"), str(value))
    except ValueError:
        raise ValueError(f"'{value}' is no date – {date_remedy(value, 'write it like 2026-11-23 or 2026-11-23T18:00')}") from None


# A settings field of this type takes a date or a moment and gives an `Edge`.
End = Annotated[Edge, BeforeValidator(parse_edge)]
