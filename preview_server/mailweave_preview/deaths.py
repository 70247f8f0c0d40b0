"""Why a process ended, and at what: read from what Python's faulthandler wrote while it did."""

from __future__ import annotations

import re
import signal
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_THREAD: Final = re.compile(r"(Current thread|Thread) 0x([0-9a-f]+)[^\n]*:\n((?:  .*\n?)*)")
_FRAME: Final = re.compile(r'  File "([^"\n]*)", line (\d+) in ([^\n]*)')
_STANDARD: Final = sysconfig.get_path("stdlib")


@dataclass(frozen=True)
class Frame:
    """A line of Python that was being run."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"`{self.function}` ({Path(self.file).name}, line {self.line})"


@dataclass(frozen=True)
class Death:
    """How a process ended: its exit code (negative: a signal's number), the thread that was at fault, if that is known, and each thread's frames."""

    code: int | None
    culprit: int | None
    threads: dict[int, tuple[Frame, ...]]

    @property
    def how(self) -> str:
        """In words."""
        if self.code is None or self.code >= 0:
            return f"exit code {self.code}"
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"

    def at(self, thread: int | None) -> Frame | None:
        """What a thread was at: the innermost line that isn't of Python's own library."""
        frames = self.threads.get(thread or 0, ())
        return next((frame for frame in frames if not _standard(frame.file)), frames[0] if frames else None)


def read_death(code: int | None, said: str) -> Death:
    """What faulthandler said, understood as far as it goes: it may be cut short."""
    threads: dict[int, tuple[Frame, ...]] = {}
    culprit = None
    for kind, ident, body in _THREAD.findall(said):
        number = int(ident, 16)
        threads[number] = tuple(Frame(file, int(line), name) for file, line, name in _FRAME.findall(body))
        culprit = number if kind == "Current thread" else culprit
    return Death(code, culprit, threads)


def _standard(file: str) -> bool:
    return (file.startswith(_STANDARD) and "site-packages" not in file) or file.startswith("<")
