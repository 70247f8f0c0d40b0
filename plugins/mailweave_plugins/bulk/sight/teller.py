"""What a worker tells of its part while it is at it: counts about once a second, and single events when somebody asked for them.

Both stand in files of the run's folder, so that workers on other machines are heard, too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from mailweave_plugins.bulk.counts import LEFT_OUT, WELL
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.sight.reasons import reasons_of, without_addresses
from mailweave_plugins.bulk.sight.snapshots import Tally, write_snapshot

_EVERY: Final = 1.0  # seconds
# Ids may be as long as any text.
_LONGEST_ID: Final = 500


class Teller:
    """Tells of one part. Nothing here stops the run: what the disk doesn't take isn't told.

    `earlier` are rows that were settled by an earlier start, which has told of them.
    """

    def __init__(self, folder: Path, run: str, index: int, *, events: bool) -> None:
        self.earlier: Collection[int] = ()
        self._folder, self._run, self._index = folder, run, index
        self._events = events
        self._tally = Tally()
        self._due = time.monotonic() + _EVERY / 5
        self._writing = threading.Lock()

    def add(self, entry: dict[str, Any]) -> None:
        """Count a line of the ledger, and tell of it when its message is none."""
        self._tally.add(entry)
        if self._events and entry["outcome"] not in WELL and entry["row"] not in self.earlier:
            self._message(entry)
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY
            self.note()

    def forget(self) -> None:
        """The part starts over."""
        self._tally = Tally()

    def note(self) -> None:
        """Have the part's snapshot say what is known now."""
        write_snapshot(self._folder, self._run, self._index, self._tally)

    def event(self, name: str, **fields: Any) -> None:
        """Tell of an event. Threads may call this."""
        if not self._events:
            return
        line = json_line({"at": time.time(), "event": name, "part": self._index, **fields}).encode()
        path = events_folder(self._folder) / f"{self._index:05d}.ndjson"
        with self._writing:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
                try:
                    os.write(descriptor, line)
                finally:
                    os.close(descriptor)
            except OSError:  # a full disk is told of by whoever must write there
                return

    def _message(self, entry: dict[str, Any]) -> None:
        """Ids and codes only: what a problem says may quote a profile's values."""
        fields: dict[str, Any] = {"row": entry["row"], "id": entry["id"][:_LONGEST_ID]}
        outcome = entry["outcome"]
        if outcome not in LEFT_OUT:
            fields["reason"] = next(reasons_of(entry))[0]
        if entry.get("problems"):
            first = entry["problems"][0]
            fields["place"] = f"{first['path']}:{first['line']}:{first['column']}" if first.get("path") else None
        elif entry.get("detail") and outcome not in LEFT_OUT:
            fields["answer"] = without_addresses(entry["detail"])
        self.event(f"message-{outcome.replace(' ', '-')}", **fields)


def events_folder(folder: Path) -> Path:
    """Where workers write events."""
    return folder / ".run" / "events"
