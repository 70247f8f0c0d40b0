"""The course of a run over time: parts that are gone through again, when it ends before all is done, and why it waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from mailweave_plugins.bulk.journal import Entry, last_lines
from mailweave_plugins.bulk.orders import Done, Order
from mailweave_plugins.bulk.pace.backlog import Backlog
from mailweave_plugins.bulk.pace.pause import since
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.shares import Shares
from mailweave_plugins.bulk.pace.texts import at
from mailweave_plugins.bulk.signals import answers_under_way, set_aside
from mailweave_plugins.bulk.stop import Stop

# Waits that nobody needs to be told of, and those for which seconds don't matter.
_SHORT, _LONG = 5.0, 3600.0


@dataclass
class Course:
    """Keeps the orders of a run. `waiting` are parts as their last pass left them, which are to be gone through again."""

    folder: Path
    run: str
    pace: Pace
    orders: Sequence[Order]
    backlog: Backlog = field(init=False)
    waiting: dict[int, Done] = field(default_factory=dict)
    _finished: set[int] = field(default_factory=set)
    _too_late: bool = False
    _shares: Shares = field(init=False)

    def __post_init__(self) -> None:
        until = inf if self.pace.until is None else self.pace.until
        self.backlog = Backlog(self.orders, self.pace.clock, until)
        self._by_part = {order.index: order for order in self.orders}
        self._shares = Shares(self.pace)

    def waits(self, part: Done, stop: Stop) -> bool:
        """Take in how a pass over a part ended; whether the part is to be gone through again in this start."""
        self._shares.add(part.held.answers)
        self.waiting.pop(part.index, None)
        self._finished.discard(part.index)
        set_aside(self.folder, part.index, part.counts.done, part.counts.charged)
        if part.held and not stop and self.backlog.put_back(self._by_part[part.index], part.held):
            self.waiting[part.index] = part
            return True
        if part.finished:
            self._finished.add(part.index)
        elif part.held and not stop:
            self._too_late = True
        return False

    def watch(self, stop: Stop) -> None:
        """Stop the run when its last moment has come, or too many messages were refused or deferred."""
        if stop:
            return
        if self.pace.is_over(self.pace.clock.now()):
            stop.because(self._over())
        elif self.pace.most_refused or self.pace.most_deferred:
            too_many = self._shares.too_many(answers_under_way(self.folder))
            if too_many:
                stop.because(too_many)

    def note(self) -> str:
        """Why the run waits, or at which rate it goes; empty when there's nothing to say."""
        paused = since(self.folder)
        if paused:
            return f"paused since {paused}"
        due, now = self.backlog.due, self.pace.clock.now()
        why = self.backlog.why()
        if why and now + _SHORT < due < inf:
            return f"waits {why}, until {at(due, self.pace.zone, seconds=due < now + _LONG)}"
        return f"at {self.pace.rate}" if self.pace.rate else ""

    def ended(self, stop: Stop) -> str:
        """Why the run's pace ended it; empty when it didn't."""
        if stop or self.pace.until is None or not (self._too_late or self.backlog.is_late):
            return stop.reason
        return self._over()

    def _over(self) -> str:
        until = self.pace.until or 0.0
        if self.pace.clock.now() >= until:
            return f"the last moment, {at(until, self.pace.zone)}, has come"
        return f"nothing more may be sent before the last moment, {at(until, self.pace.zone)}"

    def left(self, stop: Stop) -> Iterator[Entry]:
        """The lines of parts that aren't done when the pace ended the run, as far as their journals know them."""
        if not stop.over_budget and (self.pace.asked or self.ended(stop)):
            finished = self._finished | {index for index, part in self.waiting.items() if part.finished}
            for order in self.orders:
                if order.index not in finished:
                    yield from last_lines(self.folder, self.run, order.index)
