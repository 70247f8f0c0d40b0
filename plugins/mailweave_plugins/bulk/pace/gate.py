"""Lets a worker's messages go when their turn has come, and none before: the rate, receivers' limits, the warm-up and the windows.

Nobody is waited for while others may go. A message whose receiver has a slot soon waits aside, at most a hundred of them in a worker. All others are
left for later, before anything of them is built, and the part is gone through again when one of them is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from filelock import FileLock, Timeout

from mailweave import MailweaveError, Problem
from mailweave.addresses import ascii_domain
from mailweave.deliverers import Outcome
from mailweave_plugins.bulk.journal import Entry
from mailweave_plugins.bulk.pace.held import Held
from mailweave_plugins.bulk.pace.retry import next_try
from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slowing import Slowing
from mailweave_plugins.bulk.pace.store import Store, exists
from mailweave_plugins.bulk.tried import Tried

# Built messages that wait aside, in a worker; one more for each receiver that could go at once, twice as many at most.
_ASIDE: Final = 100
# How often a worker looks whether others have slowed somebody down, and how long it waits for a receiver's connection, in seconds.
_LOOK, _TICK = 0.2, 0.1
_ALL: Final = ""


class Sending(Protocol):
    """What the gate hands messages to: `Connections`."""

    @property
    def busy(self) -> bool: ...
    def hand_over(self, tried: Tried) -> Iterator[Entry]: ...
    def answers(self) -> Iterator[Entry]: ...


@dataclass
class _Turn:
    """A message's turn: when, and whose. `lock` is its place among the receiver's connections, `day` that of the quota that it counts for."""

    at: float
    receiver: str
    day: str = ""
    lock: FileLock | None = None


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
    _store: Store | None = None
    _turn: _Turn | None = None
    _aside: list[tuple[_Turn, Tried]] = field(default_factory=list)
    _out: dict[int, _Turn] = field(default_factory=dict)
    _shut: dict[str, float] = field(default_factory=dict)
    _slowed: frozenset[str] = frozenset()
    _looked: float = 0.0

    def __post_init__(self) -> None:
        self.slowing = Slowing(self.pace, self.speed)

    @property
    def store(self) -> Store:
        """What is shared with the other workers."""
        self._store = self._store or Store(self.folder)
        return self._store

    @property
    def notes(self) -> list[Problem]:
        """Damages of what is shared that were found."""
        return self._store.notes if self._store else []

    @property
    def active(self) -> bool:
        """Whether messages have to be looked at."""
        if monotonic() >= self._looked + _LOOK:
            self._looked = monotonic()
            if exists(self.folder):
                now = self.pace.clock.now()
                buckets = self.store.look(now).buckets
                self._slowed = frozenset(name for name, bucket in buckets.items() if bucket.interval(None, now))
                self.slowing.seen([name for name, bucket in buckets.items() if bucket.deferred])
        return self.pace.asked or bool(self._slowed)

    def admits(self, data: Callable[[], Mapping[str, Any]], known: Entry | None) -> bool:
        """Whether a row's message may be built and handed over now; if not, when and why is noted."""
        self._turn = None
        if known is not None and known["outcome"] == "deferred" and not self._may_be_tried(known):
            return False
        if not self.active:
            return True
        found, now = data(), self.pace.clock.now()
        if self._window_is_shut(found, now):
            return False
        return self._take(self.receiver_of(found.get("email")), now)

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

    def _window_is_shut(self, data: Mapping[str, Any], now: float) -> bool:
        window = self.pace.window
        if window is None:
            return False
        name = _at(data, window.zone_field)
        name = name if isinstance(name, str) and name else window.fallback
        try:
            opens = window.opens(name, now)
        except ValueError:  # for which the row is rejected
            return False
        if opens > now:
            self.held.row(opens, f"for {window.opening} {name}")
        return opens > now

    def receiver_of(self, email: object) -> str:
        """Who takes the mail of an address; its domain, where no limits name it."""
        try:
            return self.pace.limits.receiver(ascii_domain(str(email)).lower())
        except MailweaveError:  # for which the row is rejected
            return "?"

    def _take(self, receiver: str, now: float) -> bool:
        """Take a turn of a receiver, or note when there is one."""
        limit = self.pace.limits.of(receiver)
        for name in (_ALL, receiver):
            if self._shut.get(name, 0.0) > now:
                self.held.receiver(name, self._shut[name])
                return False
        if len(self._aside) >= _ASIDE and any(turn.receiver == receiver for turn, _ in self._aside):
            self.held.receiver(receiver, now + self.pace.ahead)
            return False
        self._turn = _Turn(now, receiver)
        if limit.interval is None and self.pace.warm_up is None and receiver not in self._slowed:
            return True
        shut = self._reserve(self._turn, limit.interval, now)
        for name, due in shut.items():
            self._shut[name] = due
            self.held.receiver(name, due)
        return not shut

    def _reserve(self, turn: _Turn, interval: float | None, now: float) -> dict[str, float]:
        """Reserve a slot and a place in the day's quotas; else who has none until when."""
        warm_up = self.pace.warm_up
        with self.store.change(now) as state:
            if warm_up:
                warm_up.begin_day(state, now)
                full = [name for name in (_ALL, turn.receiver) if warm_up.full(state, name)]
                if full:
                    return {full[0]: warm_up.tomorrow(now)}
            if interval is not None or turn.receiver in state.buckets:
                bucket = state.bucket(turn.receiver, now)
                slot = bucket.take(interval, now, self.pace.ahead)
                if slot is None:
                    return {turn.receiver: bucket.free(interval, now, self.pace.ahead)}
                turn.at = slot
            if warm_up:
                warm_up.use(state, turn.receiver)
                turn.day = state.day
        return {}

    def give_back(self) -> None:
        """The row that was admitted came to no letter."""
        if self._turn:
            self._unused(self._turn)
            self._turn = None

    def _unused(self, turn: _Turn) -> None:
        if turn.lock:
            turn.lock.release()
        if self.pace.warm_up is None:
            return
        now = self.pace.clock.now()
        with self.store.change(now) as state:
            if state.day == turn.day:
                self.pace.warm_up.use(state, turn.receiver, -1)
        # Whoever was held back because the day's quota was used up may take this place.
        for name in {_ALL, turn.receiver} & self._shut.keys():
            del self._shut[name]
            self.held.receivers.update({name: now} if name in self.held.receivers else {})

    def hand_over(self, tried: Tried, sending: Sending) -> Iterator[Entry]:
        """Hand over the letter of the row that was admitted, when its turn has come; those that wait aside go before it, as theirs come."""
        turn, self._turn = self._turn, None
        if turn is None:
            yield from sending.hand_over(tried)
            return
        self._aside.append((turn, tried))
        self._aside.sort(key=lambda each: each[0].at)
        yield from self._release(sending, 2 * _ASIDE)

    def rest(self, sending: Sending) -> Iterator[Entry]:
        """Hand over all that wait aside, each in its turn."""
        yield from self._release(sending, 0)

    def _release(self, sending: Sending, room: int) -> Iterator[Entry]:
        """Hand over those whose turn has come, and wait until no more than `room` wait aside."""
        while self._aside:
            yield from sending.answers()
            now = self.pace.clock.now()
            found = self._next(now)
            if found is not None:
                yield from self._when_the_run_may(sending)
                turn, tried = self._aside.pop(found)
                turn.at = self.pace.clock.now()
                if self._is_still_its_day(turn):
                    self._out[tried.row] = turn
                    yield from sending.hand_over(tried)
            elif len(self._aside) <= room:
                return
            else:
                later = [turn.at for turn, _ in self._aside if turn.at > now]
                self._wait(min([*later, now + _TICK]) if sending.busy or not later else min(later))

    def _next(self, now: float) -> int | None:
        """The first message aside whose turn has come, and which has a place among its receiver's connections."""
        full: set[str] = set()
        for index, (turn, _) in enumerate(self._aside):
            if turn.at > now:
                return None
            most = self.pace.limits.of(turn.receiver).connections
            if most is None or turn.lock:
                return index
            if turn.receiver not in full:
                turn.lock = self._connection(turn.receiver, most)
                if turn.lock:
                    return index
                full.add(turn.receiver)
        return None

    def _connection(self, receiver: str, most: int) -> FileLock | None:
        """A place among a receiver's connections, of all workers together: a locked file, which is free again when a process dies."""
        folder = self.folder / ".run" / "connections"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(most):
            lock = FileLock(folder / f"{receiver.encode().hex()[:200]}.{number}", thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return lock
        return None

    def _when_the_run_may(self, sending: Sending) -> Iterator[Entry]:
        """Wait for a slot of the whole run."""
        interval = self.pace.rate.interval if self.pace.rate else None
        while interval is not None or _ALL in self._slowed:
            now = self.pace.clock.now()
            with self.store.change(now) as state:
                bucket = state.bucket(_ALL, now)
                slot = bucket.take(interval, now, self.pace.ahead)
                due = bucket.free(interval, now, self.pace.ahead) if slot is None else slot
            while self.pace.clock.now() < due:
                yield from sending.answers()
                self._wait(min(due, self.pace.clock.now() + _TICK) if sending.busy else due)
            if slot is not None:
                return

    def _is_still_its_day(self, turn: _Turn) -> bool:
        """Whether a message may go now that waited, perhaps over midnight: then it counts for the new day."""
        warm_up = self.pace.warm_up
        if warm_up is None or turn.at < warm_up.tomorrow_of(turn.day):
            return True
        with self.store.change(turn.at) as state:
            warm_up.begin_day(state, turn.at)
            turn.day = state.day
            if not any(warm_up.full(state, name) for name in (_ALL, turn.receiver)):
                warm_up.use(state, turn.receiver)
                return True
        self.held.missing += 1
        self.held.receiver(turn.receiver, warm_up.tomorrow(turn.at))
        return False

    def _wait(self, until: float) -> None:
        self.listen()
        self.pace.clock.wait(until, self.listen)

    def answered(self, entry: Entry, outcome: Outcome, *, again: bool) -> None:
        """Take the answer to a message into account; `again`: it was deferred before in this start."""
        self.held.answers[outcome.kind] += 1
        if again:
            self.held.answers["deferred"] -= 1
        if outcome.kind == "deferred":
            self._try_again(entry)
        turn = self._out.pop(entry["row"], None)
        if turn:
            if turn.lock:
                turn.lock.release()
                turn.lock = None
            if outcome.kind not in ("sent", "in doubt"):
                self._unused(turn)
        if self.slowing.away:
            self.slowing.came_back(self.store)
        if outcome.kind == "sent":
            self.slowing.taken(self.store, lambda: self.receiver_of(entry["email"]))
        elif outcome.kind == "deferred" and outcome.ours:
            self.slowing.deferred(self.store, self.receiver_of(entry["email"]), turn.at if turn else self.pace.clock.now())
            self._looked = 0.0

    def close(self) -> None:
        """Give back what wasn't used."""
        for turn, _ in self._aside:
            self._unused(turn)
        for turn in self._out.values():
            if turn.lock:
                turn.lock.release()
        self._aside.clear()


def _at(data: Mapping[str, Any], path: str) -> object:
    found: Any = data
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
