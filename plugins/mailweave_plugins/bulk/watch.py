"""How long a worker has been at one row.

Only time in which it could have worked counts: neither what it waited for a processor, on a machine with much to do, nor what its parent slept
through, on a machine that was suspended.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Final

from mailweave_plugins.bulk.position import COMPARING, COMPILING, SENDING, Position

# A parent that looks again after longer than this was stopped itself.
_LONGEST_LOOK: Final = 2.0  # seconds
# What takes long once a document, not once a message.
_COMPILING: Final = 10.0  # seconds
# Mail servers may take their time; RFC 5321 4.5.3.2 speaks of ten minutes.
_SENDING: Final = 10


class Watch:
    """Watches a process, while it has one order. `seconds` is how long a row may take."""

    def __init__(self, pid: int, seconds: float) -> None:
        self.seconds = seconds
        self._pid = pid
        self._row: int | None = None
        self._looked = self._began = 0.0
        self._busy = 0.0
        self._compiled = False

    def overdue(self, position: Position) -> bool:
        """Whether the row where the process is takes too long. Call this often."""
        now = monotonic()
        if position.row is None or position.row != self._row:
            self._row, self._busy, self._compiled = position.row, 0.0, False
            self._began = self._waited()
        else:
            self._busy += min(now - self._looked, _LONGEST_LOOK)
        self._looked = now
        self._compiled |= position.doing in (COMPILING, COMPARING)
        allowed = self._allowed(position.doing)
        # The system is only asked when it matters.
        return self._row is not None and self._busy >= allowed and self._busy - (self._waited() - self._began) >= allowed

    def _allowed(self, doing: str) -> float:
        if doing == SENDING:
            return self.seconds * _SENDING
        return max(self.seconds, _COMPILING) if self._compiled else self.seconds

    def _waited(self) -> float:
        """How long the process was ready to work and had no processor, in seconds; 0 where the system doesn't say (only Linux does)."""
        try:
            return int(Path(f"/proc/{self._pid}/schedstat").read_text().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0
