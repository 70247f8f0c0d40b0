"""Codecs of files, as `--compression` names them: `zstd`, `gzip:9`, `none`."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from mailweave import MailweaveError, Problem
from mailweave.errors import did_you_mean

NONE: Final = "none"
GZIP: Final = range(1, 10)
ZSTD: Final = range(1, 23)
# Of text that is one frame; each is held in memory.
_FRAME: Final = 1024 * 1024


class Codec(NamedTuple):
    """A codec and its level; None: the codec's own default."""

    name: str
    level: int | None = None

    @classmethod
    def parse(cls, text: str, levels: Mapping[str, range | None], deliverer: str) -> Codec:
        """Read `NAME` or `NAME:LEVEL`.

        Raises:
            MailweaveError: the deliverer has no such codec, or the codec no such level.
        """
        name, colon, level = text.strip().lower().partition(":")
        if name not in levels:
            raise _wrong(f"'{deliverer}' has no codec '{name}'", did_you_mean(name, levels))
        allowed = levels[name]
        if not colon:
            return cls(name)
        if allowed is None:
            raise _wrong(f"the codec '{name}' has no levels", f"write --compression {name}")
        if not (level.isascii() and level.isdigit() and int(level[:9]) in allowed):
            remedy = f"write one from {allowed[0]} to {allowed[-1]}, like {name}:{allowed[len(allowed) // 2]}"
            raise _wrong(f"the codec '{name}' has no level '{level}'", remedy)
        return cls(name, int(level))


def _wrong(what: str, remedy: str) -> MailweaveError:
    return MailweaveError(Problem(f"--compression: {what}", remedy, code="wrong-option"))


@contextmanager
def compressed(path: Path, codec: Codec) -> Iterator[BinaryIO | gzip.GzipFile | _Zstd]:
    """A new file to write bytes to. The same bytes give the same file, whenever and whatever it is called."""
    with path.open("wb") as file:
        if codec.name == "gzip":
            with gzip.GzipFile("", "wb", codec.level or 6, file, mtime=0) as packed:
                yield packed
        elif codec.name == "zstd":
            frames = _Zstd(file, codec.level or 3)
            yield frames
            frames.flush()
        else:
            yield file


class _Zstd:
    """Zstandard as frames, one after the other, which is a file of it, too (RFC 8878, section 3.1): the library's stream takes no level."""

    def __init__(self, file: BinaryIO, level: int) -> None:
        # Only here: a run without it doesn't need the library.
        from mailweave_plugins.bulk.extras import library

        self._file, self._codec = file, library("pyarrow", "bulk").Codec("zstd", compression_level=level)
        self._held: list[Any] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        self._held.append(data)
        self._size += len(data)
        if self._size >= _FRAME:
            self.flush()

    def flush(self) -> None:
        """End the frame."""
        if self._held:
            self._file.write(self._codec.compress(b"".join(self._held), asbytes=True))
        self._held, self._size = [], 0
