"""Whom to slow down: a receiver that defers three messages in a row, and the server itself when several receivers do so together.

One deferred message says little: a full mailbox, a greylist. What is surely the recipient's own (4.2.x, `Outcome.ours` is 0) isn't counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slots.store import State, Store

# Deferred messages in a row of one receiver, and of several receivers together, without one that was taken.
_ENOUGH, _ENOUGH_OF_ALL = 3, 6
# What is taken for the usual interval of somebody without a limit, in seconds.
_QUICKEST, _SLOWEST = 0.005, 0.5
_ALL: Final = ""


@dataclass
class Slowing:
    """Counts deferred messages in the state that all workers share. `speed` is how many seconds a message of this worker takes on the average.

    `away` says that the server took nothing at all a moment ago.
    """

    pace: Pace
    speed: Callable[[], float]
    away: bool = False
    _counted: set[str] = field(default_factory=set)

    def seen(self, counted: Collection[str]) -> None:
        """Receivers of which deferred messages are counted at the moment, by any worker."""
        self._counted = set(counted)

    def taken(self, store: Callable[[], Store], receiver: Callable[[], str]) -> None:
        """A message was taken."""
        if not self._counted or not self._counted & {receiver(), _ALL}:
            return
        now = self.pace.clock.now()
        with store().change(now) as state:
            state.row.clear()
            state.bucket(receiver(), now).deferred = 0
        self._counted -= {receiver(), _ALL}

    def deferred(self, store: Store, receiver: str, sent: float) -> None:
        """A message that was sent at that time was deferred."""
        now = self.pace.clock.now()
        with store.change(now) as state:
            bucket = state.bucket(receiver, now)
            bucket.deferred += 1
            state.row.append(receiver)
            if bucket.deferred >= _ENOUGH:
                bucket.deferred = 0
                bucket.slow_down(self._usual(receiver), sent, now)
            if len(state.row) >= _ENOUGH_OF_ALL:
                if len(set(state.row)) > 1:
                    self._slow_all(state, sent, now)
                state.row.clear()
        self._counted |= {receiver, _ALL}

    def came_back(self, store: Store) -> None:
        """The server answers again that was away."""
        self.away = False
        now = self.pace.clock.now()
        with store.change(now) as state:
            self._slow_all(state, now, now)

    def _slow_all(self, state: State, sent: float, now: float) -> None:
        state.bucket(_ALL, now).slow_down(self._usual(_ALL), sent, now)

    def _usual(self, receiver: str) -> float:
        own = self.pace.rate.interval if self.pace.rate and not receiver else self.pace.limits.of(receiver).interval
        return own or min(max(self.speed(), _QUICKEST), _SLOWEST)
