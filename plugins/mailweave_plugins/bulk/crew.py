"""Who works on orders, and how that may end: an answer, an error, or the end of the process."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mailweave_plugins.bulk.orders import Order

Work = Callable[[Order], Any]

# Signals that a process gets for what it did itself. All others may come from outside: from a person, or from a system without memory.
_OWN: Final = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGSYS", "SIGTRAP")


@dataclass(frozen=True)
class Death:
    """How a process ended, as a person reads it.

    `late`: its parent ended it, because a row took too long. `own`: nobody else can have caused it. `tries`: how often the row must end a process
    alone, too, before it is to blame.
    """

    how: str
    late: bool = False
    own: bool = False
    tries: int = 2

    @classmethod
    def of(cls, exit_code: int | None) -> Death:
        """By the code that `multiprocessing` gives."""
        if exit_code is None or exit_code >= 0:
            return cls(f"ended itself with status {exit_code}", own=True)
        try:
            name, said = signal.Signals(-exit_code).name, signal.strsignal(-exit_code)
        except ValueError:
            name, said = f"signal {-exit_code}", None
        return cls(f"died of {name}{f' ({said.lower()})' if said else ''}", own=name in _OWN)


@dataclass(frozen=True)
class Ending:
    """How an order ended: with a result, an error or a death."""

    order: Order
    result: Any = None
    error: BaseException | None = None
    death: Death | None = None


class Crew(ABC):
    """Workers, each busy with one order at a time."""

    @property
    @abstractmethod
    def busy(self) -> int:
        """How many orders are under way."""

    @property
    @abstractmethod
    def free(self) -> int:
        """How many more may be begun."""

    @abstractmethod
    def begin(self, work: Work, order: Order) -> None:
        """Give an order to a worker; one to be tried alone to a fresh worker."""

    @abstractmethod
    def wait(self, seconds: float) -> list[Ending]:
        """What came to its end, waiting at most so long for the first."""

    @abstractmethod
    def close(self, *, wait: bool) -> None:
        """Send all workers home; without `wait` also those that are busy."""
