"""The clock of a run's pace: the time, and waiting. It travels to the workers with their orders, so a test can hand in another one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from filelock import FileLock

# How often a waiter looks whether it is asked to stop, in seconds.
_TICK: Final = 0.1


class Clock:
    """The system's clock. Times are seconds since 1970: processes and machines must agree on them, so it can't be a monotonic clock."""

    # Whether a wait takes no real time.
    leaps: ClassVar[bool] = False

    def now(self) -> float:
        """The time."""
        return time.time()

    def wait(self, until: float, listen: Callable[[], None]) -> None:
        """Wait until a time. `listen` is called several times a second, and may raise to end the wait."""
        while (left := until - self.now()) > 0:
            listen()
            time.sleep(min(_TICK, left))

    def moment(self) -> datetime:
        """The time as an aware datetime."""
        return datetime.fromtimestamp(self.now(), UTC)


@dataclass(frozen=True)
class LeapingClock(Clock):
    """For tests: whoever waits makes the time leap to what it waits for, in all processes that have a clock with the same file.

    Real time passes as well. The file holds how many seconds it is ahead of the system's clock.
    """

    leaps: ClassVar[bool] = True

    file: Path

    def now(self) -> float:
        return time.time() + self._ahead()

    def wait(self, until: float, listen: Callable[[], None]) -> None:
        listen()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.file.with_suffix(".lock")):
            ahead = max(self._ahead(), until - time.time())
            new = self.file.with_suffix(".new")
            new.write_text(repr(ahead))
            new.replace(self.file)
        listen()

    def _ahead(self) -> float:
        try:
            return float(self.file.read_text())
        except FileNotFoundError:
            return 0.0
