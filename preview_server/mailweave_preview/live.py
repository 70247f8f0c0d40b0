"""The workspace as its files are now, and whoever wants to know when they change."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.reopen import reopen
from mailweave.workspace import Workspace

# Seconds between signs of life on an open connection.
HEARTBEAT: Final = 15.0
# Versions and ids of one process, far more than it will come to.
GENERATION: Final = 1_000_000_000


class Live:
    """A workspace that follows its files. `workspace` is the last one whose mailweave.yaml could be read, None before there was one.

    `problems`: what is wrong with mailweave.yaml now. `version` counts the changes.
    """

    def __init__(self, engine: Engine, root: Path, base: Path | None = None, version: int = 0) -> None:
        self.engine = engine
        self.root = root.resolve()
        self.base = base
        self.workspace: Workspace | None = None
        self.problems: tuple[Problem, ...] = ()
        self.version = version
        self._lock = threading.Lock()
        self._listeners: set[SimpleQueue[str]] = set()
        self._open(())

    def changed(self, paths: Iterable[Path]) -> None:
        """Take in that these files (absolute paths) changed, and tell everybody who listens."""
        paths = list(paths)
        with self._lock:
            self._open(paths)
            self.version += 1
        self.tell("changed", {"version": self.version, "paths": sorted(self._shown(path) for path in paths)[:20]})

    def tell(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to everybody who listens."""
        text = f"event: {event}\ndata: {json.dumps(data)}\n\n"
        for listener in list(self._listeners):
            listener.put(text)

    def listen(self) -> Iterator[str]:
        """Server-sent events, without end; a comment when nothing happens for a while."""
        queue: SimpleQueue[str] = SimpleQueue()
        self._listeners.add(queue)
        try:
            yield f"event: hello\ndata: {json.dumps({'version': self.version})}\n\n"
            while True:
                try:
                    yield queue.get(timeout=HEARTBEAT)
                except Empty:
                    yield ": still here\n\n"
        finally:
            self._listeners.discard(queue)

    def _open(self, paths: Iterable[Path]) -> None:
        try:
            # After an error nobody knows any more what changed since the last good workspace.
            known = self.workspace if not self.problems else None
            self.workspace = reopen(known, paths) if known else self.engine.open(self.root, base=self.base)
            self.problems = ()
        except MailweaveError as error:
            self.problems = error.problems

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name
