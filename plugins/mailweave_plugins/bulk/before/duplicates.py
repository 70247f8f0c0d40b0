"""Rows whose address an earlier row has, and which row that is, for `--unique address`.

Memory doesn't grow with them: a run's folder keeps them sorted by row, and a worker looks them up in place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from struct import Struct
from typing import Final

from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.kept import DamagedError, damaged
from mailweave_plugins.bulk.sorted_records import find, is_kept, mapped

_FILE: Final = Path(".run/duplicates")
_HEAD: Final = b"mailweave duplicates\n"  # an empty file can't be mapped
# The row, and the one that gets the message. Big-endian numbers are sorted as their bytes are.
_PAIR: Final = Struct(">QQ")
_ROW: Final = Struct(">Q")


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


def has_duplicates(folder: Path, checksum: str) -> bool:
    """Whether the list is what was written."""
    return is_kept(folder / _FILE, checksum)


@lru_cache(maxsize=2)
def duplicates(folder: Path, checksum: str) -> Duplicates | None:
    """A run's list, or None when it has none (an empty checksum).

    Raises:
        DamagedError: it isn't what was written.
    """
    if not checksum:
        return None
    if not has_duplicates(folder, checksum):
        raise DamagedError(damaged(folder / _FILE, "isn't what was written", "go on with the same command, which makes it again"))
    return Duplicates(folder / _FILE)


@dataclass
class Duplicates:
    """A list that `write_duplicates` wrote."""

    path: Path
    _pairs: memoryview = field(init=False)

    def __post_init__(self) -> None:
        self._pairs = mapped(self.path)[len(_HEAD) :]

    def first(self, row: int) -> int | None:
        """The row that gets the message of this one's address; None when it is this one."""
        found = find(self._pairs, _PAIR.size, _ROW.pack(row))
        return None if found is None else int(_PAIR.unpack_from(self._pairs, found)[1])
