"""What a file or folder holds, in two numbers, by which a later start knows that it is still what was written."""

from __future__ import annotations

import errno
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from pydantic import Field

# Large enough to be quick, small enough that a signal is heeded at once.
_CHUNK: Final = 1024 * 1024


class Contents(NamedTuple):
    """Bytes, and their CRC-32. Of a folder: those of its files by name, with the names."""

    size: Annotated[int, Field(ge=0)]
    crc32: Annotated[int, Field(ge=0, lt=2**32)]


def contents_of(path: Path) -> Contents:
    """What a file or folder holds. CRC-32 because SHA-256 would take as long as building a message does, and only accidents are looked for.

    Raises:
        OSError: it isn't there, or can't be read.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        # A pipe would be waited for.
        raise OSError(errno.EINVAL, "it is neither a file nor a folder", str(path))
    size = crc = 0
    for inner in _files(path):
        if inner != path:
            crc = zlib.crc32(str(inner.relative_to(path)).encode("utf-8", "surrogatepass") + b"\0", crc)
        with inner.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        if inner != path:
            crc = zlib.crc32(str(size).encode(), crc)
    return Contents(size, crc)


def _files(path: Path) -> Iterator[Path]:
    yield from sorted(inner for inner in path.rglob("*") if inner.is_file()) if path.is_dir() else (path,)
