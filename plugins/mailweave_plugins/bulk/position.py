"""Where a worker is: the row that it is at and what it does with it. Its parent reads this when the worker died, or takes long.

It stands in a small file of the part, so it outlives the process and is seen from other machines.
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

READING: Final = "reading its row"
CHOOSING: Final = "choosing its blocks"
COMPARING: Final = "comparing its message with the reference"
BUILDING: Final = "building its message"
COMPILING: Final = "compiling the first message of its document"
WRITING: Final = "writing its message"
SENDING: Final = "sending its message"
BETWEEN: Final = "between rows"
OPENING: Final = "opening the workspace"

# How many bytes of text follow, and the row (-1: none).
_HEAD: Final = Struct("<Hq")
_LONGEST: Final = 400


class Position(NamedTuple):
    """The row's number among all, or None between rows, and what is done with it."""

    row: int | None
    doing: str


class PositionFile:
    """The file in which a worker notes where it is."""

    def __init__(self, folder: Path, index: int) -> None:
        path = _file(folder, index)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        weakref.finalize(self, os.close, self._descriptor)

    def note(self, doing: str, row: int | None = None) -> None:
        """Say what the worker is about to do. A single write: this is done several times for every message."""
        text = doing.encode("utf-8", "replace")[:_LONGEST]
        entry = _HEAD.pack(len(text), -1 if row is None else row) + text
        if hasattr(os, "pwrite"):
            os.pwrite(self._descriptor, entry, 0)
        else:  # Windows
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, entry)


def position_of(folder: Path, index: int) -> Position:
    """Where the worker of a part is, or was when it died."""
    try:
        raw = _file(folder, index).read_bytes()
    except OSError:  # it isn't there yet; or the worker can't write it, and says so
        raw = b""
    if len(raw) < _HEAD.size:
        return Position(None, OPENING)
    length, row = _HEAD.unpack_from(raw)
    text = raw[_HEAD.size : _HEAD.size + length].decode("utf-8", "replace")
    return Position(None if row < 0 else row, text)


def forget_position(folder: Path, index: int) -> None:
    """Before a worker gets a part, and when it has done it."""
    with suppress(OSError):  # which the worker meets, too
        _file(folder, index).unlink(missing_ok=True)


def _file(folder: Path, index: int) -> Path:
    return folder / ".run" / "at" / f"{index:05d}"
