"""An observer that logs a run's events.

Python's own `logging` takes them: loggers `mailweave.run`, `mailweave.run.part`, `mailweave.run.message`, `mailweave.run.connection` and
`mailweave.run.worker`. No handler is added here; a host's own handlers get them, and the command adds one.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from mailweave_plugins.bulk.sight.names import EVENTS
from mailweave_plugins.bulk.sight.watching import Event, Progress

# The attribute of a log record in which an event's name and fields stand.
ATTRIBUTE: Final = "mailweave"
_PROGRESS: Final = 10.0  # seconds


class Logged:
    """Logs every event, and every ten seconds how far the run is."""

    def __init__(self) -> None:
        self._due = time.monotonic() + _PROGRESS

    def event(self, event: Event) -> None:
        """Log it."""
        kind = event.name.partition("-")[0]
        logger = logging.getLogger(f"mailweave.run.{kind}" if kind in ("part", "message", "connection", "worker") else "mailweave.run")
        level, text = EVENTS[event.name]
        if event.name == "run-ended" and event.fields.get("exit_code"):
            level = logging.ERROR if event.fields["exit_code"] in (1, 2) else logging.WARNING
        if not logger.isEnabledFor(level):
            return
        record = logger.makeRecord(logger.name, level, __file__, 0, text, (), None, extra={ATTRIBUTE: {"event": event.name, **event.fields}})
        record.created = event.at
        record.msecs = (event.at % 1) * 1000
        logger.handle(record)

    def progress(self, progress: Progress) -> None:
        """Log it now and then."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _PROGRESS
        self.event(Event("run-progress", time.time(), progress_fields(progress)))


def progress_fields(progress: Progress) -> dict[str, Any]:
    """How far a run is, as plain data."""
    left = progress.total - progress.done
    return {
        "campaign": progress.campaign,
        "run": progress.run,
        "profiles": progress.total,
        "done": progress.done,
        "rate": round(progress.rate, 1),
        "seconds_left": round(left / progress.rate) if progress.rate else None,
        "outcomes": dict(progress.tally.outcomes.most_common()),
    }
