"""Rows whose address an earlier row has, and which row that is, for `--unique address`.

Memory doesn't grow with them: a run's folder keeps them sorted by row, and a worker looks them up in place.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from struct import Struct
from typing import Final

from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.kept import DamagedError, damaged

_FILE: Final = Path(".run/duplicates")
_HEAD: Final = b"mailweave duplicates\n"  # an empty file can't be mapped
_PAIR: Final = Struct(">QQ")  # the row, and the one that gets the message


def write_duplicates(folder: Path, pairs: Iterable[tuple[int, int]]) -> str:
    """Keep pairs of a row and the one that gets its message, sorted by row; the file's checksum."""
    checksum = hashlib.sha256(_HEAD)
    with put_in_place(folder / _FILE) as path, path.open("wb") as file:
        file.write(_HEAD)
        for pair in pairs:
            packed = _PAIR.pack(*pair)
            checksum.update(packed)
            file.write(packed)
    return checksum.hexdigest()


def is_kept(folder: Path, checksum: str) -> bool:
    """Whether the list is what was written."""
    try:
        with (folder / _FILE).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == checksum
    except OSError:
        return False


@lru_cache(maxsize=2)
def duplicates(folder: Path, checksum: str) -> Duplicates | None:
    """A run's list, or None when it has none (an empty checksum).

    Raises:
        DamagedError: it isn't what was written.
    """
    if not checksum:
        return None
    if not is_kept(folder, checksum):
        raise DamagedError(damaged(folder / _FILE, "isn't what was written", "go on with the same command, which makes it again"))
    return Duplicates(folder / _FILE)


@dataclass
class Duplicates:
    """A list that `write_duplicates` wrote."""

    path: Path
    _map: memoryview = field(init=False)

    def __post_init__(self) -> None:
        with self.path.open("rb") as file:
            self._map = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))[len(_HEAD) :]

    def first(self, row: int) -> int | None:
        """The row that gets the message of this one's address; None when it is this one."""
        low, high = 0, len(self._map) // _PAIR.size
        while low < high:
            middle = (low + high) // 2
            found, first = _PAIR.unpack_from(self._map, middle * _PAIR.size)
            if found == row:
                return int(first)
            low, high = (middle + 1, high) if found < row else (low, middle)
        return None
