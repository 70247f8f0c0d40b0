"""The folders of bulk runs that the previewer shows: which there are, and what each says of itself."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mailweave_plugins.bulk.sight.reader import Reader
    from mailweave_plugins.bulk.sight.state import RunState

# So many runs are listed, those that were begun last.
MOST: Final = 200
# Seconds for all that a page reads; what isn't read by then is read for the next one.
_TIME: Final = 2.0


class RunFolders:
    """Runs by an id that an address can hold. Whatever is asked for, only folders that were found are read; safe to be used by several threads."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders
        self._readers: dict[str, Reader] = {}
        self._lock = threading.Lock()

    def states(self) -> tuple[list[tuple[str, RunState]], int]:
        """The state of each run by its id, and how many more there are that aren't listed."""
        found = self._found()
        shown = list(found.items())[:MOST]
        until = time.monotonic() + _TIME
        with self._lock:
            self._readers = {name: reader for name, reader in self._readers.items() if name in found}
            return [(name, self._reader(name, path).state(until)) for name, path in shown], len(found) - len(shown)

    def state(self, name: str) -> RunState | None:
        """The state of the run with an id; None when there is none."""
        path = self._found().get(name)
        if path is None:
            return None
        with self._lock:
            return self._reader(name, path).state(time.monotonic() + _TIME)

    def _found(self) -> dict[str, Path]:
        from mailweave_plugins.bulk.sight.found import runs_in

        return {id_of(path): path for path in runs_in(self.folders)}

    def _reader(self, name: str, path: Path) -> Reader:
        from mailweave_plugins.bulk.sight.reader import Reader

        return self._readers.setdefault(name, Reader(path))


def id_of(path: Path) -> str:
    """A folder's name as far as it reads well in an address, and a few digits that tell it from all others of that name."""
    name = re.sub(r"[^a-z0-9]+", "-", path.name.lower())[:40].strip("-") or "run"
    return f"{name}-{hashlib.sha256(str(path).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
