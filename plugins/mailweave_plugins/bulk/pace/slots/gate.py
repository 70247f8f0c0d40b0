"""Lets a worker's messages go when their turn has come, and none before: the rate, receivers' limits, the warm-up and the windows.

Nobody is waited for while others may go. A message whose receiver has a slot soon waits aside, at most a hundred of them in a worker. All others are
left for later, before anything of them is built, and the part is gone through again when one of them is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave.addresses import ascii_domain
from mailweave.deliverers import Outcome
from mailweave_plugins.bulk.journal import Entry
from mailweave_plugins.bulk.pace.retry import next_try
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slots.aside import Aside, Sending
from mailweave_plugins.bulk.pace.slots.held import Held
from mailweave_plugins.bulk.pace.slots.slowing import Slowing
from mailweave_plugins.bulk.pace.slots.store import exists
from mailweave_plugins.bulk.pace.slots.turns import ALL, Turn, Turns
from mailweave_plugins.bulk.tried import Tried

# How often a worker looks whether others have slowed somebody down, in seconds.
_LOOK: Final = 0.2


@dataclass
class Gate:
    """The gate of one pass over a part. `listen` is called all the time, and may raise; `speed` says how many seconds a message took so far.

    Where nothing is asked for and nobody is slowed down, it costs a look at the clock for each message.
    """

    folder: Path
    pace: Pace
    held: Held
    listen: Callable[[], None]
    speed: Callable[[], float]
    slowing: Slowing = field(init=False)
    _turn: Turn | None = None
    _shut: dict[str, float] = field(default_factory=dict)
    _looked: float = 0.0

    def __post_init__(self) -> None:
        self._turns = Turns(self.folder, self.pace)
        self._aside = Aside(self._turns, self.held, self.listen)
        self.slowing = Slowing(self.pace, self.speed)

    @property
    def notes(self) -> list[Problem]:
        """Damages of what is shared that were found."""
        return self._turns.opened.notes if self._turns.opened else []

    @property
    def active(self) -> bool:
        """Whether messages have to be looked at."""
        if monotonic() >= self._looked + _LOOK:
            self._looked = monotonic()
            if exists(self.folder):
                now = self.pace.clock.now()
                state = self._turns.store.look(now)
                self._turns.slowed = frozenset(name for name, bucket in state.buckets.items() if bucket.interval(None, now))
                self.slowing.seen([*(name for name, bucket in state.buckets.items() if bucket.deferred), *([ALL] if state.row else [])])
        return self.pace.asked or bool(self._turns.slowed)

    def admits(self, data: Callable[[], Mapping[str, Any]], known: Entry | None) -> bool:
        """Whether a row's message may be built and handed over now; if not, when and why is noted."""
        self._turn = None
        if self.pace.is_over(self.pace.clock.now()):
            self.held.receiver(ALL, inf)
            return False
        if known is not None and known["outcome"] == "deferred" and not self._may_be_tried(known):
            return False
        if not self.active:
            return True
        found, now = data(), self.pace.clock.now()
        turn = Turn(now, self.receiver_of(found.get("email")), self._zone(found))
        if self._window_is_shut(turn.zone, now) or not self._take(turn):
            return False
        self._turn = turn
        return True

    def left(self, known: Entry | None) -> Iterator[Entry]:
        """The line of a row that wasn't admitted, if it has one from an earlier try."""
        if known is None:
            self.held.missing += 1
        else:
            yield known

    def _may_be_tried(self, known: Entry) -> bool:
        """Whether a deferred message may be tried again now; when it may be later is noted."""
        due = next_try(known, self.pace.began)
        return due is None or (self.pace.until is not None and due <= self.pace.clock.now()) or self._try_again(known)

    def _try_again(self, entry: Entry) -> bool:
        due = next_try(entry, self.pace.began)
        if due is not None and self.pace.until is not None and due < self.pace.until:
            self.held.row(due, "to try those again that were deferred")
        return False

    def _zone(self, data: Mapping[str, Any]) -> str:
        """The time zone of a profile, for its window."""
        window = self.pace.window
        if window is None:
            return ""
        name = data.get(window.zone_field)
        return name if isinstance(name, str) and name else window.fallback

    def _window_is_shut(self, zone: str, now: float) -> bool:
        window = self.pace.window
        if window is None:
            return False
        try:
            opens = window.opens(zone, now)
        except ValueError:  # for which the row is rejected
            return False
        if opens > now:
            self.held.row(opens, f"for {window.opening} {zone}")
        return opens > now

    def receiver_of(self, email: object) -> str:
        """Who takes the mail of an address; its domain, where no limits name it."""
        try:
            return self.pace.limits.receiver(ascii_domain(str(email)).lower())
        except MailweaveError:  # for which the row is rejected
            return "?"

    def _take(self, turn: Turn) -> bool:
        """Take a turn, or note when there is one."""
        for name in (ALL, turn.receiver):
            if self._shut.get(name, 0.0) > turn.at:
                self.held.receiver(name, self._shut[name])
                return False
        if not self._aside.has_room(turn.receiver):
            self.held.receiver(turn.receiver, turn.at + self.pace.ahead)
            return False
        shut = self._turns.take(turn)
        for name, due in shut.items():
            self._shut[name] = due
            self.held.receiver(name, due)
        return not shut

    def give_back(self) -> None:
        """The row that was admitted came to no letter."""
        if self._turn:
            self._unused(self._turn)
            self._turn = None

    def _unused(self, turn: Turn) -> None:
        self._turns.unused(turn)
        # Whoever was held back because the day's quota was used up may take this place.
        for name in {ALL, turn.receiver} & self._shut.keys() if self.pace.warm_up else ():
            del self._shut[name]
            self.held.receivers.update({name: self.pace.clock.now()} if name in self.held.receivers else {})

    def hand_over(self, tried: Tried, sending: Sending) -> Iterator[Entry]:
        """Hand over the letter of the row that was admitted, when its turn has come; those that wait aside go before it, as theirs come."""
        turn, self._turn = self._turn, None
        yield from self._aside.add(turn, tried, sending) if turn else sending.hand_over(tried)

    def rest(self, sending: Sending) -> Iterator[Entry]:
        """Hand over all that wait aside, each in its turn."""
        yield from self._aside.rest(sending)

    def answered(self, entry: Entry, outcome: Outcome, *, again: bool) -> None:
        """Take the answer to a message into account; `again`: it was deferred before in this start."""
        self.held.answers[outcome.kind] += 1
        if again:
            self.held.answers["deferred"] -= 1
        turn = self._aside.out.pop(entry["row"], None)
        if turn:
            self._turns.release(turn)
            if outcome.kind not in ("sent", "in doubt"):
                self._unused(turn)
        if self.slowing.away:
            self.slowing.came_back(self._turns.store)
        if outcome.kind == "sent":
            self.slowing.taken(lambda: self._turns.store, lambda: self.receiver_of(entry["email"]))
        elif outcome.kind == "deferred":
            self._deferred(entry, outcome, turn.at if turn else self.pace.clock.now())

    def _deferred(self, entry: Entry, outcome: Outcome, sent: float) -> None:
        self._try_again(entry)
        if outcome.ours:
            self.slowing.deferred(self._turns.store, self.receiver_of(entry["email"]), sent)
            self._looked = 0.0

    def close(self) -> None:
        """Give back what wasn't used."""
        self._aside.close()
