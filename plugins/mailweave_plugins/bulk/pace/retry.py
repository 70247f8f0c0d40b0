"""When a message that a server deferred is tried again within the same start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

# Seconds until the second try; each pause is three times the one before, an hour at most. Greylisting lets one in after some minutes (RFC 6647), and
# RFC 5321 4.5.4.1 speaks of half an hour for a server that is away.
_FIRST, _FACTOR, _LONGEST = 5.0, 3.0, 3600.0
TRIES: Final = "tries"
TRIED: Final = "tried"


def pause(tries: int) -> float:
    """Seconds until the next try, after so many.

    Example:
        >>> [pause(tries) for tries in (1, 2, 3, 8)]
        [5.0, 15.0, 45.0, 3600.0]
    """
    return float(min(_FIRST * _FACTOR ** min(tries - 1, 20), _LONGEST))


def next_try(entry: Mapping[str, Any], began: float) -> float | None:
    """When a deferred line of the journal is tried again; None: at once, as it was last tried by an earlier start."""
    try:
        tried = datetime.fromisoformat(entry[TRIED]).timestamp()
        tries = int(entry[TRIES])
    except (KeyError, ValueError, TypeError):
        return None
    # Half a millisecond is lost where it is written down.
    return None if tried < began - 0.001 else tried + pause(tries)


def noted(before: Mapping[str, Any] | None, began: float, moment: datetime) -> dict[str, Any]:
    """What the line of a deferred message says of its tries. The pauses start over with each start."""
    again = before is not None and next_try(before, began) is not None
    return {TRIES: 1 + (int(before[TRIES]) if again and before else 0), TRIED: moment.isoformat(timespec="milliseconds")}
