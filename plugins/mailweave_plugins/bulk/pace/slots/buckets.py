"""How often a receiver, or the whole run, may get a message.

The rate is kept by the Generic Cell Rate Algorithm in its form of virtual scheduling (ITU-T I.371, annex A): a bucket is nothing but the
theoretical arrival time of the next message. It has no tolerance, so nothing is ever sent in a burst to catch up. A sender doesn't ask whether it may
send now: it takes the next slot, half a second or two ahead at most, and waits for it. So a slot isn't lost when somebody is a little late, and a
process that dies loses no more than it had taken.

A receiver that answers "not now" again and again is slowed down as TCP is (AIMD: Chiu and Jain 1989, RFC 5681): its rate is halved, and raised by a
tenth of what it was every half minute, or after five messages where that takes longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# How far ahead slots are taken, in seconds: by a part that is gone through for the first time, while others wait for its worker, and later.
AHEAD, LATER = 0.5, 2.0
# Seconds after which a slowed rate is raised by a step; and after how many messages at least.
_PERIOD, _MESSAGES = 30.0, 5
_STEP: Final = 0.1
# The slowest that anybody is sent to: a message a second, or a sixteenth of its usual rate where that is less.
_SLOWEST, _SHARE = 1.0, 16
# Rates within so much of the one before the slow-down are that one again.
_SAME: Final = 1.0001


@dataclass
class Bucket:
    """`next` is the time of the next slot, and `deferred` counts messages in a row that were. A slowed one has the `slowed` interval between
    messages, the `usual` one from which it was slowed, and when it was slowed (`down`) and last changed (`changed`).
    """

    next: float = 0.0
    slowed: float | None = None
    usual: float = 0.0
    down: float = 0.0
    changed: float = 0.0
    deferred: int = 0

    def interval(self, limit: float | None, now: float) -> float | None:
        """Seconds between two messages; None: as many as one likes. `limit` is the interval that a person asks for."""
        self._recover(now)
        return max(limit or 0.0, self.slowed or 0.0) or None

    def is_idle(self, now: float) -> bool:
        """Whether a new bucket would do as well."""
        self._recover(now)
        return self.slowed is None and not self.deferred and self.next <= now

    def _recover(self, now: float) -> None:
        while self.slowed is not None:
            period = max(_PERIOD, _MESSAGES * self.slowed)
            if now < self.changed + period:
                return
            self.changed += period
            rate = 1 / self.slowed + _STEP / self.usual
            self.slowed = 1 / rate if rate * self.usual * _SAME < 1 else None

    def take(self, limit: float | None, now: float, ahead: float) -> float | None:
        """Take the next slot and give its time; None when it is too far ahead: see `free`."""
        interval = self.interval(limit, now)
        if interval is None:
            return now
        # No slot is further ahead than that, unless the clock was set back.
        slot = max(now, min(self.next, now + LATER + interval))
        if slot > now + ahead:
            return None
        self.next = slot + interval
        return slot

    def free(self, limit: float | None, now: float, ahead: float) -> float:
        """When a slot can be taken."""
        interval = self.interval(limit, now)
        return now if interval is None else max(now, min(self.next, now + LATER + interval) - ahead)

    def slow_down(self, usual: float, sent: float, now: float) -> bool:
        """Halve the rate, unless that was done after the message that is now answered was sent. `usual` is the interval where nothing is slowed."""
        if sent < self.down:
            return False
        self._recover(now)
        if self.slowed is None:
            self.usual, self.slowed = usual, usual
        self.slowed = min(2 * self.slowed, max(_SLOWEST, _SHARE * self.usual))
        self.down = self.changed = now
        self.next = max(self.next, now + self.slowed)
        return True
