"""When a run stops before its end, and how it tells its workers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Final

from mailweave_plugins.bulk.signals import ask_to_stop

# How long workers may take to come to a good end, so that a signal is heeded within a second. What they write is whole or not there at all.
_GRACE: Final = 0.4  # seconds


class Stop:
    """Whether it's time to stop, and why.

    Ctrl-C and SIGTERM end at once whatever only this process does. While workers are busy the first one asks them to stop, and the second
    doesn't wait for them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.interrupted = self.over_budget = self.failed = False
        self.reason = ""
        self._since = 0.0
        self._asking = self._patient = False

    def __bool__(self) -> bool:
        return self.interrupted or self.over_budget or self.failed or bool(self.reason)

    @property
    def overdue(self) -> bool:
        """Whether a signal came a while ago, and what the workers do can be thrown away."""
        return self.interrupted and not self._patient and monotonic() - self._since > _GRACE

    def budget(self) -> None:
        """Too many messages failed."""
        self.over_budget = True
        ask_to_stop(self.folder)

    def because(self, reason: str) -> None:
        """The run's pace says so: its last moment has come, or too many messages were refused or deferred."""
        self.reason = reason
        with suppress(OSError):
            ask_to_stop(self.folder)

    def failure(self) -> None:
        """A worker can't go on: its disk is full, its mail server gone, or a message wasn't the reference's."""
        self.failed = True
        with suppress(OSError):  # a worker's own failure says more
            ask_to_stop(self.folder)

    def listener(self) -> Callable[[], None]:
        """What to call now and then during the last work of a run: it raises KeyboardInterrupt when a signal came and that takes too long."""
        began = monotonic()

        def listen() -> None:
            if self.interrupted and monotonic() - max(began, self._since) > _GRACE / 2:
                raise KeyboardInterrupt

        return listen

    @contextmanager
    def asking(self, *, patient: bool = False) -> Iterator[None]:
        """While workers are busy: the first signal only asks them to stop. `patient`: they are waited for, because what they send stays sent.

        Raises:
            KeyboardInterrupt: a signal came before.
        """
        if self.interrupted:
            raise KeyboardInterrupt
        self._asking, self._patient = True, patient
        try:
            yield
        finally:
            self._asking = self._patient = False

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Listen to Ctrl-C and SIGTERM."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._signalled) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        again, self.interrupted = self.interrupted, True
        if again or not self._asking:
            raise KeyboardInterrupt
        self._since = monotonic()
        with suppress(OSError):  # a full disk: workers are ended when it's overdue
            ask_to_stop(self.folder)


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Keep Ctrl-C back, from this process until the end of the block and from those that it starts until they `allow_ctrl_c`."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def allow_ctrl_c() -> None:
    """Let Ctrl-C through again in a process that was started `without_ctrl_c`."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
