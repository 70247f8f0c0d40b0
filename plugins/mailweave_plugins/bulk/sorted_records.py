"""A file of records that are sorted and have one width: looked up in place, so that memory doesn't grow with their number."""

from __future__ import annotations

import hashlib
import mmap
from bisect import bisect_left
from pathlib import Path


def mapped(path: Path) -> memoryview:
    """A file's bytes, which stay on the disk. The file must not be empty.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def is_kept(path: Path, checksum: str) -> bool:
    """Whether a file has this SHA-256."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == checksum
    except OSError:
        return False


def find(records: memoryview, width: int, key: bytes) -> int | None:
    """Where the first record stands that begins with a key, in bytes; None when there is none.

    Example:
        >>> find(memoryview(b"a1c2e3"), 2, b"c"), find(memoryview(b"a1c2e3"), 2, b"d")
        (2, None)
    """
    at = width * bisect_left(range(len(records) // width), key, key=lambda number: bytes(records[width * number : width * number + len(key)]))
    return at if records[at : at + len(key)] == key else None
