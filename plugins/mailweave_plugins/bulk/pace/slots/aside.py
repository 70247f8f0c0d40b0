"""Messages that wait aside until their turn comes, so that others needn't wait behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Final, Protocol

from mailweave_plugins.bulk.journal import Entry
from mailweave_plugins.bulk.pace.slots.held import Held
from mailweave_plugins.bulk.pace.slots.turns import ALL, Turn, Turns
from mailweave_plugins.bulk.tried import Tried

# Built messages that wait aside, in a worker; one more for each receiver that could go at once, twice as many at most.
_MOST: Final = 100
# How long to wait for a connection, in seconds.
_TICK: Final = 0.1


class Sending(Protocol):
    """What messages are handed to: `Connections`."""

    @property
    def busy(self) -> bool: ...
    def hand_over(self, tried: Tried) -> Iterator[Entry]: ...
    def answers(self) -> Iterator[Entry]: ...


@dataclass
class Aside:
    """Hands messages over as their turns come. `out` has the turns of those that are under way, by their rows."""

    turns: Turns
    held: Held
    listen: Callable[[], None]
    out: dict[int, Turn] = field(default_factory=dict)
    _waiting: list[tuple[Turn, Tried]] = field(default_factory=list)

    def has_room(self, receiver: str) -> bool:
        """Whether another message to a receiver may wait here."""
        return len(self._waiting) < _MOST or all(turn.receiver != receiver for turn, _ in self._waiting)

    def add(self, turn: Turn, tried: Tried, sending: Sending) -> Iterator[Entry]:
        """Take a message in, and hand over those whose turn has come."""
        self._waiting.append((turn, tried))
        yield from self._release(sending, 2 * _MOST)

    def rest(self, sending: Sending) -> Iterator[Entry]:
        """Hand over all that are here, each in its turn."""
        yield from self._release(sending, 0)

    def close(self) -> None:
        """Give back what wasn't used."""
        for turn, _ in self._waiting:
            self.turns.unused(turn)
        for turn in self.out.values():
            self.turns.release(turn)
        self._waiting.clear()

    def _release(self, sending: Sending, room: int) -> Iterator[Entry]:
        """Hand over those whose turn has come, and wait until no more than `room` are left."""
        clock = self.turns.pace.clock
        while self._waiting:
            yield from sending.answers()
            now = clock.now()
            found = self._next(now)
            if found is not None:
                turn, tried = self._waiting.pop(found)
                yield from self._go(turn, tried, sending)
            elif len(self._waiting) <= room:
                return
            else:
                later = [turn.at for turn, _ in self._waiting if turn.at > now]
                self._wait(min([*later, now + _TICK]) if sending.busy or not later else min(later))

    def _next(self, now: float) -> int | None:
        """The first message whose turn has come, and which has a place among its receiver's connections."""
        self._waiting.sort(key=lambda each: each[0].at)
        full: set[str] = set()
        for index, (turn, _) in enumerate(self._waiting):
            if turn.at > now:
                return None
            if turn.receiver not in full and not self.turns.renew(turn, now):
                if self.turns.connect(turn):
                    return index
                full.add(turn.receiver)
        return None

    def _go(self, turn: Turn, tried: Tried, sending: Sending) -> Iterator[Entry]:
        """Wait for a slot of the whole run, and go; unless it's too late for today by then."""
        clock = self.turns.pace.clock
        try:
            due, taken = clock.now(), False
            while not taken and not self.turns.pace.is_over(max(due, clock.now())):
                due, taken = self.turns.take_of_all()
                while clock.now() < due and not self.turns.pace.is_over(due):
                    yield from sending.answers()
                    self._wait(min(due, clock.now() + _TICK) if sending.busy else due)
        except BaseException:
            self.turns.unused(turn)
            raise
        turn.at = max(due, clock.now())
        if self._is_too_late(turn):
            self.turns.release(turn)
            self.held.missing += 1
            return
        self.out[tried.row] = turn
        yield from sending.hand_over(tried)

    def _is_too_late(self, turn: Turn) -> bool:
        """Whether the last moment came, the window was shut, or the day of a warm-up ended, while a message waited."""
        if self.turns.pace.is_over(turn.at):
            self.turns.unused(turn)
            self.held.receiver(ALL, inf)
            return True
        window, warm_up = self.turns.pace.window, self.turns.pace.warm_up
        if window and turn.zone and (opens := window.opens(turn.zone, turn.at)) > turn.at:
            self.turns.unused(turn)
            self.held.row(opens, f"for {window.opening} {turn.zone}")
            return True
        if warm_up and not self.turns.is_still_its_day(turn):
            self.held.receiver(ALL, warm_up.tomorrow(turn.at))
            return True
        return False

    def _wait(self, until: float) -> None:
        self.listen()
        self.turns.pace.clock.wait(until, self.listen)
