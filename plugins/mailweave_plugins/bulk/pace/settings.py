"""What a person asks of a run's pace, as it travels to the workers."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.pace.clock import Clock
from mailweave_plugins.bulk.pace.limits import Limits
from mailweave_plugins.bulk.pace.rates import Rate
from mailweave_plugins.bulk.pace.slots.buckets import AHEAD
from mailweave_plugins.bulk.pace.warm_up import WarmUp
from mailweave_plugins.bulk.pace.windows import Window

NO_LIMITS = Limits({}, {})


@dataclass(frozen=True)
class Pace:
    """A run's pace. `until` is the last moment, until which deferred messages are tried again; None: each is tried once a start.

    `most_refused` and `most_deferred` are shares (or numbers) of the messages of this start with which it stops; `began` is when it began. Times are
    the clock's. `zone` is where days and times of day are those of. `ahead` is for how many seconds slots are taken ahead.
    """

    rate: Rate | None = None
    limits: Limits = NO_LIMITS
    warm_up: WarmUp | None = None
    window: Window | None = None
    until: float | None = None
    most_refused: Amount | None = None
    most_deferred: Amount | None = None
    zone: str = "UTC"
    began: float = 0.0
    ahead: float = AHEAD
    clock: Clock = field(default_factory=Clock)

    @property
    def asked(self) -> bool:
        """Whether a person asks for anything that each message must be looked at for."""
        return bool(self.rate or self.limits.receivers or self.warm_up or self.window)

    def is_over(self, now: float) -> bool:
        """Whether the last moment has come."""
        return self.until is not None and now >= self.until

    def patience(self, asked: float) -> float:
        """For how many seconds a server that went away is waited for: until the last moment, where there is one."""
        return asked if self.until is None else max(asked, self.until - self.clock.now())

    @property
    def seconds_each(self) -> float:
        """How many seconds a message takes at least."""
        return self.rate.interval if self.rate else 0.0
