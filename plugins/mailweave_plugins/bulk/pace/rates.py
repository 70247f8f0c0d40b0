"""Rates: so many messages in a second, a minute, an hour or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from mailweave.errors import did_you_mean

_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "second"), 1),
    **dict.fromkeys(("min", "m", "minute"), 60),
    **dict.fromkeys(("h", "hour"), 3600),
    **dict.fromkeys(("d", "day"), 86400),
}
_RATE: Final = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*/\s*([A-Za-z]+)\s*\Z")
_LIKE: Final = "write it like 20/s, 100/min or 2000/h"


@dataclass(frozen=True)
class Rate:
    """So many messages in so many seconds."""

    count: float
    seconds: int

    @classmethod
    def parse(cls, value: Any) -> Rate:
        """A text like 100/min. Raises ValueError.

        Example:
            >>> Rate.parse("100/min").interval
            0.6
        """
        found = _RATE.match(str(value))
        if not found:
            raise ValueError(f"{str(value)!r} isn't a rate – {_LIKE}")
        seconds = _UNITS.get(found[2].lower())
        if seconds is None:
            raise ValueError(f"{str(value)!r} isn't a rate: '{found[2]}' isn't a unit – {did_you_mean(found[2].lower(), _UNITS)}")
        if not float(found[1]):
            raise ValueError(f"{str(value)!r} would never send anything – {_LIKE}; `mailweave pause FOLDER` has a run wait")
        return cls(float(found[1]), seconds)

    @property
    def interval(self) -> float:
        """Seconds between two messages."""
        return self.seconds / self.count

    def __str__(self) -> str:
        return per(self.interval)


def per(interval: float) -> str:
    """The rate of an interval in seconds, in the largest unit that isn't awkward.

    Example:
        >>> per(0.6), per(0.01), per(90.0)
        ('100 a minute', '100 a second', '40 an hour')
    """
    for name, seconds in (("a second", 1), ("a minute", 60), ("an hour", 3600)):
        if seconds / interval >= 10 or seconds == 3600:
            return f"{seconds / interval:,.4g} {name}"
    raise AssertionError
