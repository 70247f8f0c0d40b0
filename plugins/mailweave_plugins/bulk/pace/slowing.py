"""Whom to slow down: a receiver that defers three messages in a row, and the server itself when several receivers do so together.

One deferred message says little: a full mailbox, a greylist. What is surely the recipient's own (4.2.x, `Outcome.ours` is 0) isn't counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mailweave.deliverers import Outcome
from mailweave_plugins.bulk.journal import Entry
from mailweave_plugins.bulk.pace.settings import Pace

# Deferred messages in a row of one receiver, and of several receivers together, each of them without one that was taken.
_ENOUGH, _ENOUGH_OF_ALL = 3, 6
# What is taken for the usual interval of somebody without a limit, in seconds.
_QUICKEST, _SLOWEST = 0.005, 0.5
# The most receivers of which rows are kept.
_MOST: Final = 10_000


@dataclass
class Slowing:
    """Rows of deferred messages. `speed` is how many seconds a message of this worker takes on the average."""

    pace: Pace
    receiver_of: Callable[[object], str]
    speed: Callable[[], float]
    away: bool = False
    _rows: dict[str, int] = field(default_factory=dict)
    _all: list[str] = field(default_factory=list)

    def judge(self, entry: Entry, outcome: Outcome) -> Iterator[tuple[str, float]]:
        """Those that are to be slowed down after an answer ("" is the whole run), with their usual intervals."""
        if self.away:
            self.away = False
            yield "", self._usual("")
        if outcome.kind == "sent":
            self._all.clear()
            if self._rows:
                self._rows.pop(self.receiver_of(entry["email"]), None)
        elif outcome.kind == "deferred" and outcome.ours:
            yield from self._deferred(self.receiver_of(entry["email"]))

    def _deferred(self, receiver: str) -> Iterator[tuple[str, float]]:
        self._rows[receiver] = self._rows.get(receiver, 0) + 1
        self._all.append(receiver)
        if self._rows[receiver] >= _ENOUGH or len(self._rows) > _MOST:
            yield receiver, self._usual(receiver)
            del self._rows[receiver]
        if len(self._all) >= _ENOUGH_OF_ALL:
            if len(set(self._all)) > 1:
                yield "", self._usual("")
            self._all.clear()

    def _usual(self, receiver: str) -> float:
        own = self.pace.rate.interval if self.pace.rate and not receiver else self.pace.limits.of(receiver).interval
        return own or min(max(self.speed(), _QUICKEST), _SLOWEST)
