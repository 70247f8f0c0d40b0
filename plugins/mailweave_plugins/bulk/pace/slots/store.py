"""What all workers of a run share about its pace: a small file in the run's folder, under a lock, and a copy of it.

It is written in place and flushed once a second: a message costs half a millisecond that way, and 9 ms when the file is replaced and flushed each
time (measured on two cores). So a process that is killed loses nothing, and a power failure the counts of the last second. The copy stands in
another folder: when one file is damaged or gone the other one counts; when both are damaged, nothing more is sent that day of a warm-up.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

from filelock import FileLock

from mailweave import Problem
from mailweave_plugins.bulk.durable import make_folder
from mailweave_plugins.bulk.kept import DamagedError, damaged
from mailweave_plugins.bulk.pace.slots.buckets import Bucket

_DIGITS: Final = 64  # of the checksum that stands before the data
_FLUSHED: Final = 1.0  # seconds between two flushes
_MOST: Final = 4_000_000  # bytes
# With so many buckets those that say nothing any more are removed before another is made.
_BUCKETS: Final = 500


@dataclass
class State:
    """Buckets by receiver (the whole run's is ""), and the warm-up's day: its date, the how many-th day it is, and what it has used.

    `row` are the receivers of the last messages, as long as all of them were deferred. `lost` is when both files were found to be damaged, and what
    was used on that day isn't known.
    """

    buckets: dict[str, Bucket] = field(default_factory=dict)
    day: str = ""
    number: int = 0
    used: dict[str, int] = field(default_factory=dict)
    row: list[str] = field(default_factory=list)
    lost: float = 0.0
    lost_day: str = ""

    def bucket(self, name: str, now: float) -> Bucket:
        """A receiver's bucket, made when there is none."""
        if name not in self.buckets and len(self.buckets) >= _BUCKETS:
            self.buckets = {each: bucket for each, bucket in self.buckets.items() if not bucket.is_idle(now)}
        return self.buckets.setdefault(name, Bucket(self.lost))


def exists(folder: Path) -> bool:
    """Whether a run has written down anything of its pace."""
    return _main(folder).exists()


class Store:
    """The shared state of the run in a folder. `notes` are damages that were found.

    Raises:
        DamagedError: something else stands where a file of it belongs.
    """

    def __init__(self, folder: Path) -> None:
        self.notes: list[Problem] = []
        self._paths = (_main(folder), _copy(folder))
        for path in self._paths:
            make_folder(path.parent)
            if path.exists() and not path.is_file():  # who opens a pipe waits for somebody at its other end
                raise DamagedError(damaged(path, "isn't a file", "move it away, and go on with the same command"))
        self._lock = FileLock(folder / ".run" / "pace.lock")
        self._flushed = monotonic()

    @contextmanager
    def change(self, now: float) -> Iterator[State]:
        """The state, which nobody else changes meanwhile; what the block made of it is written.

        Raises:
            OSError: it can't be written.
        """
        with self._lock:
            state = self._read(now)
            yield state
            self._write(state)

    def look(self, now: float) -> State:
        """The state as it is now."""
        with self._lock:
            return self._read(now)

    def _read(self, now: float) -> State:
        there = False
        for path in self._paths:
            try:
                raw = path.read_bytes() if path.stat().st_size <= _MOST else b"-"
            except FileNotFoundError:
                continue
            except OSError:
                raw = b"-"
            there = True
            found = _parsed(raw)
            if found is not None:
                return found
        return self._damaged(now) if there else State()

    def _damaged(self, now: float) -> State:
        remedy = "where a warm-up is on, nothing more is sent today; rates start over, and slow-downs are forgotten"
        self.notes.append(damaged(self._paths[0], "isn't what mailweave wrote, nor is its copy", remedy, "warning"))
        return State(lost=now, lost_day="?")

    def _write(self, state: State) -> None:
        body = json.dumps(asdict(state)).encode()
        raw = hashlib.sha256(body).hexdigest().encode() + body
        flush = monotonic() - self._flushed >= _FLUSHED
        for path in self._paths:
            try:
                _overwrite(path, raw, flush=flush)
            except OSError as error:
                error.filename = error.filename or str(path)
                raise
        if flush:
            self._flushed = monotonic()


def _overwrite(path: Path, raw: bytes, *, flush: bool) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        left = memoryview(raw)
        while left:
            left = left[os.write(file, left) :]
        os.ftruncate(file, len(raw))
        if flush:
            os.fsync(file)
    finally:
        os.close(file)


def _parsed(raw: bytes) -> State | None:
    digits, body = raw[:_DIGITS], raw[_DIGITS:]
    if not body or hashlib.sha256(body).hexdigest().encode() != digits:
        return None
    data: dict[str, Any] = json.loads(body)
    try:
        return State(**{**data, "buckets": {name: Bucket(**bucket) for name, bucket in data["buckets"].items()}})
    except (TypeError, KeyError):  # another version's
        return None


def _main(folder: Path) -> Path:
    return folder / ".run" / "pace"


def _copy(folder: Path) -> Path:
    return folder / "parts" / "pace"
