"""Wait for a server that is away."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final, TypeVar

from mailweave.deliverers import AwayError

T = TypeVar("T")

_FIRST: Final = 0.5  # seconds; each pause is four times the one before
_LONGEST: Final = 60.0
_TICK: Final = 0.1
_UNITS: Final = {"": 1, "s": 1, "min": 60, "h": 3600, "d": 86400}
_SPAN: Final = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|min|h|d|)\Z")


def patiently(call: Callable[[], T], patience: float, listen: Callable[[], None]) -> T:
    """Call, and again while nobody is there, for so many seconds of pauses. `listen` is called all the time, and may raise.

    Raises:
        AwayError: what the last call raised.
    """
    left, pause = patience, _FIRST
    while True:
        try:
            return call()
        except AwayError:
            if left <= 0:
                raise
        _rest(min(pause, left), listen)
        left -= pause
        pause = min(4 * pause, _LONGEST)


def _rest(seconds: float, listen: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        listen()
        time.sleep(min(_TICK, left))


def seconds(text: str) -> float:
    """A time like 30, 30s, 10min, 2h or 3d, in seconds. Raises ValueError.

    Example:
        >>> seconds("10min")
        600.0
    """
    found = _SPAN.match(text)
    if not found:
        raise ValueError(f"{text!r} isn't a time; write 30s, 10min, 2h or 3d")
    return float(found[1]) * _UNITS[found[2]]
