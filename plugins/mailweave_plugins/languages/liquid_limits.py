"""What stops a template that runs away: turns of loops, length of the result, depth, and time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

from liquid.exceptions import LiquidError, LocalNamespaceLimitError, LoopIterationLimitError, OutputStreamLimitError
from liquid.token import Token

# Far beyond any real mail, and short enough to stop a runaway within a second or so.
TURNS: Final = 10_000
LONGEST: Final = 2_000_000
# Only against templates that are small in every other way; whether a message can be built never depends on how busy a machine is.
SECONDS: Final = 10.0


class TimeLimitError(LiquidError):
    """A rendering that takes too long."""


LIMITS: Final[dict[type[LiquidError], tuple[str, str]]] = {
    LoopIterationLimitError: (f"loops run more than {TURNS:,} times", "shorten the list with `limit:`"),
    OutputStreamLimitError: (f"the result is longer than {LONGEST:,} bytes", "put out less"),
    LocalNamespaceLimitError: (f"`assign` and `capture` hold more than {LONGEST:,} bytes", "keep less"),
    TimeLimitError: (f"this template takes more than {SECONDS:g} seconds", "loop over fewer items, and filter lists before a loop, not in it"),
}


@dataclass
class Deadline:
    """The end of a rendering's time."""

    started: float = field(default_factory=time.monotonic)

    def check(self, token: Token | None) -> None:
        """Raise `TimeLimitError` when the time is over."""
        if time.monotonic() - self.started > SECONDS:
            raise TimeLimitError("too slow", token=token)


def check_size(name: str, value: Any, args: tuple[Any, ...]) -> None:
    """Refuse what would make a filter's result huge before it is made.

    Raises:
        ValueError: it would.
    """
    for given in (value, *args):
        # A range is only its two ends until a filter makes a list of it.
        if isinstance(given, range) and given.stop - given.start > TURNS:
            raise ValueError(f"a range of more than {TURNS:,} numbers – use a shorter one")
    if _longest(name, value, args) > LONGEST:
        raise ValueError(f"the result is longer than {LONGEST:,} characters – put out less")


def _longest(name: str, value: Any, args: tuple[Any, ...]) -> int:
    """At most so many characters does a filter give, as far as it multiplies them."""
    last = args[-1] if args else ""
    if name == "join" and isinstance(value, list | tuple | range):
        return len(value) * len(str(last)) if isinstance(last, str) else 0
    if name == "replace" and isinstance(value, str) and len(args) == 2 and isinstance(last, str):
        found = value.count(str(args[0])) if str(args[0]) else len(value) + 1
        return len(value) + found * len(last)
    if name in ("append", "prepend") and isinstance(value, str) and isinstance(last, str):
        return len(value) + len(last)
    return 0
