"""When a run stops before its end, and how it tells its workers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mailweave_plugins.bulk.signals import ask_to_stop


class Stop:
    """Whether it's time to stop, and why. The first Ctrl-C (or SIGTERM) asks the workers to; the second doesn't wait for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.interrupted = self.over_budget = self.failed = False

    def __bool__(self) -> bool:
        return self.interrupted or self.over_budget or self.failed

    def budget(self) -> None:
        """Too many messages failed."""
        self.over_budget = True
        ask_to_stop(self.folder)

    def failure(self) -> None:
        """A worker can't go on: its disk is full, its mail server gone, or a message wasn't the reference's."""
        self.failed = True
        ask_to_stop(self.folder)

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
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        ask_to_stop(self.folder)
