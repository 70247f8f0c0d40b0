"""Turns of messages: a slot of their receiver's rate, a place in the day's quotas, and a place among the receiver's connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from mailweave_plugins.bulk.pace.settings import Pace
from mailweave_plugins.bulk.pace.slots.store import Store

ALL: Final = ""
# A slot that was missed by so many seconds isn't used any more: after a pause all of them would go out at once.
_LATE: Final = 0.5


@dataclass
class Turn:
    """A message's turn: when, and whose. `zone` is where its window is open, `day` that of the quota that it counts for, and `lock` its place among
    the receiver's connections.
    """

    at: float
    receiver: str
    zone: str = ""
    day: str = ""
    lock: FileLock | None = None


@dataclass
class Turns:
    """Gives turns, by what all workers share. `slowed` are the receivers that are slowed down."""

    folder: Path
    pace: Pace
    slowed: frozenset[str] = frozenset()
    _store: Store | None = field(default=None, repr=False)

    @property
    def store(self) -> Store:
        """What is shared; opened when it is needed."""
        self._store = self._store or Store(self.folder)
        return self._store

    @property
    def opened(self) -> Store | None:
        """The same, if it was needed."""
        return self._store

    def take(self, turn: Turn) -> dict[str, float]:
        """Take a slot and a place in the day's quotas; else who has none until when."""
        interval, warm_up, now = self.pace.limits.of(turn.receiver).interval, self.pace.warm_up, turn.at
        if interval is None and warm_up is None and turn.receiver not in self.slowed:
            return {}
        with self.store.change(now) as state:
            if warm_up:
                warm_up.begin_day(state, now)
                full = [name for name in (ALL, turn.receiver) if warm_up.full(state, name)]
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

    def renew(self, turn: Turn, now: float) -> bool:
        """Give a message that missed its slot by much a new one; whether it did."""
        interval = self.pace.limits.of(turn.receiver).interval
        if turn.at > now - _LATE or (interval is None and turn.receiver not in self.slowed):
            return False
        with self.store.change(now) as state:
            bucket = state.bucket(turn.receiver, now)
            slot = bucket.take(interval, now, self.pace.ahead)
            turn.at = slot if slot is not None else bucket.free(interval, now, self.pace.ahead)
        return turn.at > now

    def take_of_all(self) -> tuple[float, bool]:
        """Take a slot of the whole run: when it is, or when to ask again."""
        interval, now = self.pace.rate.interval if self.pace.rate else None, self.pace.clock.now()
        if interval is None and ALL not in self.slowed:
            return now, True
        with self.store.change(now) as state:
            bucket = state.bucket(ALL, now)
            slot = bucket.take(interval, now, self.pace.ahead)
            return (slot, True) if slot is not None else (bucket.free(interval, now, self.pace.ahead), False)

    def is_still_its_day(self, turn: Turn) -> bool:
        """Whether a message may go now that waited, perhaps over midnight: then it counts for the new day."""
        warm_up = self.pace.warm_up
        if warm_up is None or turn.at < warm_up.tomorrow_of(turn.day):
            return True
        with self.store.change(turn.at) as state:
            warm_up.begin_day(state, turn.at)
            turn.day = state.day
            if any(warm_up.full(state, name) for name in (ALL, turn.receiver)):
                return False
            warm_up.use(state, turn.receiver)
        return True

    def unused(self, turn: Turn) -> None:
        """A message didn't go out, or wasn't taken."""
        self.release(turn)
        if self.pace.warm_up:
            with self.store.change(self.pace.clock.now()) as state:
                if state.day == turn.day:
                    self.pace.warm_up.use(state, turn.receiver, -1)

    def connect(self, turn: Turn) -> bool:
        """Take a place among the receiver's connections, of all workers together: a locked file, which is free again when a process dies."""
        most = self.pace.limits.of(turn.receiver).connections
        if most is None or turn.lock:
            return True
        folder = self.folder / ".run" / "connections"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(most):
            lock = FileLock(folder / f"{turn.receiver.encode().hex()[:200]}.{number}", thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            turn.lock = lock
            return True
        return False

    def release(self, turn: Turn) -> None:
        """Give the place among the connections back."""
        if turn.lock:
            turn.lock.release()
            turn.lock = None
