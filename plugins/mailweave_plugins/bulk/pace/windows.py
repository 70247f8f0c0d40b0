"""The hours in which people may get a message, by their own clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final

from mailweave.errors import did_you_mean
from mailweave.zones import Zone, zone

_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})[-–]([0-9]{1,2}):([0-9]{2})\Z")
_LIKE: Final = "write it like 09:00-20:00 or 'mon-fri 09:00-20:00'"
_DAY: Final = 24 * 60
# A window of one weekday alone opens within a week; a gap of summer time may swallow it once.
_AHEAD: Final = 15


@dataclass(frozen=True)
class Window:
    """From a minute of the day until before another, on some weekdays; over midnight when the end isn't after the start. Such a window belongs to the
    day on which it opens. `zone_field` names the profile's field with the person's time zone, `fallback` the zone of those that have none.
    """

    start: int
    end: int
    days: frozenset[int]
    fallback: str
    zone_field: str = "timezone"
    _known: dict[str, tuple[float, float]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str, fallback: str = "UTC", zone_field: str = "timezone") -> Window:
        """Raises ValueError."""
        days, _, hours = text.strip().rpartition(" ")
        found = _HOURS.match(hours)
        if not found:
            raise ValueError(f"{text!r} isn't a window – {_LIKE}")
        hour, minute, to_hour, to_minute = map(int, found.groups())
        start, end = 60 * hour + minute, 60 * to_hour + to_minute
        if minute > 59 or to_minute > 59 or start >= _DAY or end > _DAY:
            raise ValueError(f"{text!r} has a time that no clock shows – {_LIKE}")
        if start == end:
            raise ValueError(f"{text!r} ends where it begins – write 00:00-24:00 for the whole day")
        return cls(start, end, _days(days or "mon-sun"), fallback, zone_field)

    def opens(self, name: str, now: float) -> float:
        """When somebody in a time zone may get a message: `now`, or when the window opens next.

        Raises:
            ValueError: there is no such zone.
        """
        since, until = self._known.get(name, (0.0, 0.0))
        if not since <= now < until:
            since, until = self._around(zone(name), now)
            self._known[name] = since, until
        return now if self._is_open(zone(name), since) and since <= now else until

    def _around(self, place: Zone, now: float) -> tuple[float, float]:
        """A span of time around `now` in which the window is always open or always shut."""
        edges = sorted(self._edges(place, now))
        before = max((edge for edge in edges if edge <= now), default=now)
        is_open = self._is_open(place, now)
        after = next((edge for edge in edges if edge > now and self._is_open(place, edge) != is_open), now + _DAY * 60)
        return before, after

    def _edges(self, place: Zone, now: float) -> Iterator[float]:
        """All moments around `now` at which the window may open or shut: its ends on each day, in both folds, and where clocks are changed."""
        today = datetime.fromtimestamp(now, place).date()
        for offset in range(-1, _AHEAD):
            day = today + timedelta(days=offset)
            for minute in (self.start, self.end % _DAY):
                wall = datetime.combine(day, time(minute // 60, minute % 60), place)
                first, second = wall.timestamp(), wall.replace(fold=1).timestamp()
                yield from {first, second}
                if first != second:
                    yield _change(place, min(first, second), max(first, second))

    def _is_open(self, place: Zone, moment: float) -> bool:
        wall = datetime.fromtimestamp(moment, UTC).astimezone(place)
        minute, day = 60 * wall.hour + wall.minute, wall.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= minute < self.end
        return (day in self.days and minute >= self.start) or ((day - 1) % 7 in self.days and minute < self.end)

    @property
    def opening(self) -> str:
        """The time of day at which it opens."""
        return f"{self.start // 60:02}:{self.start % 60:02}"

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


def _change(place: Zone, before: float, after: float) -> float:
    """The moment between two at which clocks are changed, to a second."""

    def offset(moment: float) -> timedelta | None:
        return datetime.fromtimestamp(moment, place).utcoffset()

    first = offset(before)
    low, high = int(before), int(after) + 1
    if offset(high) == first:
        return after
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle) == first else (low, middle)
    return float(high)


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for word in text.replace(" ", ",").split(","):
        first, dash, last = word.partition("-")
        if word:
            start = _weekday(first)
            found |= {(start + step) % 7 for step in range((_weekday(last) - start) % 7 + 1)} if dash else {start}
    return frozenset(found)


def _weekday(name: str) -> int:
    short = name.strip().lower()
    # "mon", "Monday", and all between.
    for number, known in enumerate(_LONG):
        if len(short) > 2 and known.startswith(short):
            return number
    raise ValueError(f"'{name}' isn't a weekday – {did_you_mean(short, [name[:3] for name in _LONG])}")
