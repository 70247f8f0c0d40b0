"""The parts of a run that aren't done: those that can be worked on now, and those that wait for a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final

from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.pace.clock import Clock
from mailweave_plugins.bulk.pace.slots.buckets import LATER
from mailweave_plugins.bulk.pace.slots.held import Held

_ALL: Final = ""
# How long to wait at a time, in seconds.
_TICK: Final = 0.25


@dataclass
class Backlog:
    """Orders in their turn. One that comes back (`put_back`) waits until the first of its rows is due. What isn't due before `until` isn't done.

    When a receiver may get another message is known from whoever asked last, so that parts which wait for nobody else aren't gone through in vain.
    """

    orders: Iterable[Order]
    clock: Clock = field(default_factory=Clock)
    until: float = inf
    _ready: deque[Order] = field(init=False)
    _later: dict[int, tuple[Order, Held]] = field(default_factory=dict)
    _receivers: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ready = deque(self.orders)

    def __bool__(self) -> bool:
        """Whether anything is left, now or later."""
        return bool(self._ready or self._later) and self._all_wait < self.until

    @property
    def is_late(self) -> bool:
        """Whether what is left can't be begun in time."""
        return bool(self._ready or self._later) and self._all_wait >= self.until

    @property
    def _all_wait(self) -> float:
        """Until when nobody may get a message."""
        return self._receivers.get(_ALL, 0.0)

    @property
    def ready(self) -> bool:
        """Whether anything can be worked on now."""
        if self._all_wait > self.clock.now():
            return False
        return bool(self._ready) or (bool(self._later) and self.next()[0] <= self.clock.now())

    def add(self, order: Order) -> None:
        """Another order, to be done after those that are there."""
        self._ready.append(order)

    def take(self) -> Order | None:
        """The next order that can be worked on now."""
        if not self.ready:
            return None
        # First those that nobody has looked at: whoever waits for a slow receiver must not hold up all others.
        return self._ready.popleft() if self._ready else self._later.pop(self.next()[1])[0]

    def put_back(self, order: Order, held: Held) -> bool:
        """Do an order again when one of its rows is due; whether that is in time."""
        self._receivers.update(held.receivers)
        if self._due(held) >= self.until:
            return False
        pace = order.pace
        self._later[order.index] = (replace(order, pace=replace(pace, ahead=LATER) if pace else None), held)
        return True

    def next(self) -> tuple[float, int]:
        """When the first of the orders that wait is due, and its part."""
        return min((self._due(held), index) for index, (_, held) in self._later.items())

    def _due(self, held: Held) -> float:
        times = [self._receivers[name] for name in held.receivers]
        due = min([*times, held.rows] if held.rows is not None else times)
        return max(due, self._all_wait)

    @property
    def due(self) -> float:
        """When something can be worked on."""
        return max(self._all_wait, 0.0 if self._ready else self.next()[0] if self._later else inf)

    def why(self) -> str:
        """What is waited for, when nothing can be worked on; else nothing."""
        if self.ready or not self:
            return ""
        if self._all_wait > self.clock.now():
            return "for the next day of the warm-up"
        due, index = self.next()
        held = self._later[index][1]
        if held.rows is not None and held.rows <= due:
            return held.why
        first, *others = sorted(held.receivers)
        return f"for the rate of {first}" + (f" and {len(others)} more" if others else "")

    def wait(self) -> None:
        """Wait a moment; with a clock that leaps, until something can be worked on."""
        now = self.clock.now()
        most = inf if self.clock.leaps else now + _TICK
        if self:
            self.clock.wait(min(max(now, self.due), self.until, most), lambda: None)
