"""Tell of connections with a server: opened, refused, and when there is none to be had."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from mailweave.deliverers import AwayError
from mailweave_plugins.bulk.sight.reasons import without_addresses

# A server that stays away is told of again after so many seconds.
_AGAIN: Final = 60.0


def _nobody(name: str, **fields: Any) -> None:
    """Nobody wants to hear of it."""


@dataclass
class Lines:
    """The connections of one part. Threads may use it at once."""

    tell: Callable[..., None] = _nobody
    _open: int = 0
    _away: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def opening(self, stack: ExitStack) -> Iterator[None]:
        """Tell what comes of opening one, which is closed with the stack."""
        try:
            yield
        except AwayError as error:
            # Where others are open, the server has enough of them.
            if self._open:
                self.tell("connection-refused", answer=_said(error))
            else:
                self.lost(error)
            raise
        self._count(1)
        stack.callback(self._count, -1)
        self.tell("connection-opened", connections=self._open)

    def lost(self, error: AwayError) -> None:
        """The server takes nothing any more; each connection may say so."""
        with self._lock:
            now = time.monotonic()
            if self._away is not None and now - self._away < _AGAIN:
                return
            self._away = now
        self.tell("waiting-for-server", answer=_said(error))

    def answered(self) -> None:
        """The server took a message, or refused it."""
        if self._away is not None:
            self._away = None
            self.tell("server-back")

    def _count(self, change: int) -> None:
        with self._lock:
            self._open += change


def _said(error: AwayError) -> str:
    return without_addresses(error.problems[0].what)
