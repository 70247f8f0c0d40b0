"""Follow what workers tell of: new lines of their files, as they come."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mailweave_plugins.bulk.sight.names import EVENTS
from mailweave_plugins.bulk.sight.teller import events_folder

# Bytes of a file that are read at a time: what comes faster waits until the next look.
_AT_ONCE: Final = 1 << 20
# What workers say of an event, and when at the latest: the year 9999.
_FIELDS: Final = ("part", "row", "rows", "id", "reason", "place", "answer", "connections")
_LAST: Final = 253_402_300_799

# When, which event, and what is known of it.
Heard = tuple[float, str, dict[str, Any]]


@dataclass
class Follower:
    """Reads the events of a run's folder, each once."""

    folder: Path
    _read: dict[str, int] = field(default_factory=dict)

    def forget(self) -> None:
        """Remove what an earlier start left."""
        shutil.rmtree(events_folder(self.folder), ignore_errors=True)
        self._read.clear()

    def new(self) -> Iterator[Heard]:
        """The events that came since the last call, those of a part in their order."""
        try:
            names = sorted(entry.name for entry in os.scandir(events_folder(self.folder)))
        except OSError:
            return
        for name in names:
            yield from self._lines(name)

    def rest(self) -> Iterator[Heard]:
        """All that there is."""
        while found := list(self.new()):
            yield from found

    def _lines(self, name: str) -> Iterator[Heard]:
        path, start = events_folder(self.folder) / name, self._read.get(name, 0)
        try:
            if path.stat().st_size <= start:
                return
            with path.open("rb") as file:
                file.seek(start)
                raw = file.read(_AT_ONCE)
        except OSError:
            return
        # A line that is being written has no end yet.
        whole = raw[: raw.rfind(b"\n") + 1]
        self._read[name] = start + len(whole)
        for line in whole.splitlines():
            heard = _heard(line)
            if heard:
                yield heard


def _heard(line: bytes) -> Heard | None:
    """A line's event; None for what no worker writes."""
    try:
        found = json.loads(line)
        at, name = float(found.pop("at")), found.pop("event")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    known = {key: value for key, value in found.items() if key in _FIELDS}
    return (at, name, known) if isinstance(name, str) and name in EVENTS and 0 <= at < _LAST else None
