"""What a run's processes tell each other through its folder: how far a part is, and that it's time to stop."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from mailweave.errors import PassingError
from mailweave_plugins.bulk.durable import remove
from mailweave_plugins.bulk.position import BETWEEN, PositionFile, forget_position

# Messages done, among them failed ones; and those that a server answered in this start: all, the refused and the deferred ones.
_COUNTS: Final = struct.Struct("<IIiii")
_EVERY: Final = 0.2  # seconds

# What folders are called in which a message is written where nobody looks; a worker that dies leaves its own.
ALONE: Final = "alone-"


class StoppedError(PassingError):
    """Somebody asked this part to stop, it used up the run's budget of failures, or a message wasn't the reference's.

    What it didn't finish will be done again.
    """


class OutOfMemoryError(PassingError):
    """This process has no memory left. A fresh one may have enough for the same row, so this counts as the process's death."""


class Pulse:
    """One part's running counts, messages done and failed, and the row that it is at. Others read them while the part is under way."""

    def __init__(self, folder: Path, index: int) -> None:
        self._path, self._at = _file(folder), index * _COUNTS.size
        self._stop, self._paused = _stop(folder), paused_file(folder)
        self._due = 0.0
        self.answers: Mapping[str, int] = {}
        self.at = PositionFile(folder, index).note
        self.done = self.failed = 0
        # A part that is gone through again had got further.
        self._least = _record(folder, index)

    def beat(self, *, failed: bool = False, allowed: int | None = None) -> None:
        """Count a message. `allowed` is how many may fail.

        Raises:
            StoppedError: more failed than that, or somebody asked to stop.
        """
        self.done += 1
        self.failed += failed
        over = allowed is not None and self.failed > allowed
        if over or monotonic() >= self._due:
            self._due = monotonic() + _EVERY
            with self._path.open("r+b", buffering=0) as file:
                file.seek(self._at)
                file.write(_COUNTS.pack(*map(max, self._least, (self.done, self.failed)), *_answers(self.answers)))
            if over:
                raise StoppedError
            self.listen()

    def listen(self) -> None:
        """Raise StoppedError when somebody asked to stop, and wait while the run is paused.

        Who has time to listen isn't at work on a row: it waits for a server, or was done.
        """
        self.at(BETWEEN)
        self.heed()
        while self._paused.exists():
            sleep(_EVERY)
            self.heed()

    def heed(self) -> None:
        """The same in a thread beside the one that is at a row."""
        if self._stop.exists():
            raise StoppedError


def reset(folder: Path, parts: int) -> None:
    """Begin: nothing is under way, nobody has asked to stop."""
    remove(_file(folder))
    _file(folder).write_bytes(bytes(parts * _COUNTS.size))
    remove(_stop(folder))
    for left in (folder / ".run" / "at", *(folder / ".run").glob(f"{ALONE}*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def ask_to_stop(folder: Path) -> None:
    """Have every worker stop at its next message."""
    _stop(folder).touch()


def clear(folder: Path, index: int) -> None:
    """A part is no longer under way."""
    forget_position(folder, index)
    with _file(folder).open("r+b", buffering=0) as file:
        file.seek(index * _COUNTS.size)
        file.write(bytes(_COUNTS.size))


def set_aside(folder: Path, index: int, done: int, failed: int) -> None:
    """A part that has come so far waits to be gone through again; what servers answered is counted elsewhere by now."""
    with _file(folder).open("r+b", buffering=0) as file:
        file.seek(index * _COUNTS.size)
        file.write(_COUNTS.pack(done, failed, 0, 0, 0))


def under_way(folder: Path) -> tuple[int, int]:
    """How many messages the parts under way have done, and how many of them failed."""
    counts = _read(folder)
    return sum(each[0] for each in counts), sum(each[1] for each in counts)


def answers_under_way(folder: Path) -> dict[str, int]:
    """What servers answered to messages of the parts under way, by outcome."""
    answered, refused, deferred = (sum(each[number] for each in _read(folder)) for number in (2, 3, 4))
    return {"refused": refused, "deferred": deferred, "sent": answered - refused - deferred}


def _record(folder: Path, index: int) -> tuple[int, int]:
    with _file(folder).open("rb") as file:
        file.seek(index * _COUNTS.size)
        raw = file.read(_COUNTS.size)
    return _COUNTS.unpack(raw)[:2] if len(raw) == _COUNTS.size else (0, 0)


def _read(folder: Path) -> list[tuple[int, ...]]:
    raw = _file(folder).read_bytes()
    return list(_COUNTS.iter_unpack(raw[: len(raw) // _COUNTS.size * _COUNTS.size]))


def _answers(counts: Mapping[str, int]) -> tuple[int, int, int]:
    return sum(counts.values()), counts.get("refused", 0), counts.get("deferred", 0)


def paused_file(folder: Path) -> Path:
    """The file that says a run is paused."""
    return folder / ".run" / "paused"


def _file(folder: Path) -> Path:
    return folder / ".run" / "pulse"


def _stop(folder: Path) -> Path:
    return folder / ".run" / "stop"
