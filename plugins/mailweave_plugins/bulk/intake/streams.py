"""Streams of bytes that profiles come from, and how they are unpacked."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from mailweave import MailweaveError, Problem
from mailweave.readers import Reader
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.bulk.output.store_faults import fault
from mailweave_plugins.bulk.output.urls import FOLDERS, divided, file_system, is_store

STDIN: Final = "-"
# Suffix → what a file of that kind begins with.
PACKED: Final = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}
_NAMES: Final = {".gz": "gzip", ".zst": "zstd"}
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_CHUNK: Final = 1024 * 1024


def is_stream(source: str, reader: Reader) -> bool:
    """Whether what stands behind --profiles is read once and copied, not where it is."""
    return source == STDIN or is_url(source) or is_pipe(source) or bool(packing(source) and not reader.takes(source))


def is_url(source: str) -> bool:
    """Whether it is a file in a store."""
    return bool(_URL.match(source))


def is_pipe(source: str) -> bool:
    """Whether it can be read only once: a named pipe, as the shell makes them of <(command), or a device."""
    path = Path(source)
    try:
        return path.is_fifo() or path.is_char_device()
    except (OSError, ValueError):  # a query is no path
        return False


def packing(source: str) -> str:
    """The suffix of a compressed file's name, or nothing."""
    suffix = Path(_path(source)).suffix.lower()
    return suffix if suffix in PACKED else ""


def unpacked_name(source: str) -> str:
    """The file's name without the suffix of its compression."""
    name = Path(_path(source)).name
    return name[: -len(packing(source))] if packing(source) else name


def _path(source: str) -> str:
    # A query is of many lines and may hold anything, but no reader of files is asked about it.
    return urlsplit(divided(source)[0]).path if is_url(source) else source


@contextmanager
def opened(source: str, say: Callable[[str], None]) -> Iterator[Iterator[bytes]]:
    """Its bytes, unpacked. `say` is told when its name doesn't tell that it is compressed.

    Raises:
        MailweaveError: there is nothing to read, or it isn't what its name says. EmptyError: nothing came on standard input.
    """
    with _file(source) as file:
        head = _read(file, 4)
        suffix = packing(source)
        if not head and source == STDIN:
            raise EmptyError(Problem("nothing came on standard input", "pipe the profiles into the command", code="no-profiles"))
        if suffix and not head.startswith(PACKED[suffix]):
            what = f"'{source}' isn't {_NAMES[suffix]}, as its name says"
            raise MailweaveError(Problem(what, "check how it was made, or name it by what it is", code="not-packed"))
        if not suffix:
            suffix = next((each for each, magic in PACKED.items() if head.startswith(magic)), "")
            if suffix:
                shown = "standard input" if source == STDIN else source
                say(f"{shown} is compressed with {_NAMES[suffix]}, and is unpacked")
        yield _chunks(source, _Joined(head, file), suffix)


class EmptyError(MailweaveError):
    """Nothing came on standard input."""


@contextmanager
def _file(source: str) -> Iterator[Any]:
    if source == STDIN:
        yield _standard_input()
        return
    if is_url(source):
        with _from_store(source) as file:
            yield file
        return
    with _opened_file(source) as file:
        if file.isatty():
            raise _terminal()
        yield file


def _opened_file(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except FileNotFoundError as error:
        raise MailweaveError(Problem(f"there is no file '{path}'", "check --profiles", code="no-file")) from error


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise EmptyError(Problem("standard input is closed", "pipe the profiles into the command", code="no-profiles"))
    if sys.stdin.isatty():
        raise _terminal()
    return sys.stdin.buffer


def _terminal() -> EmptyError:
    remedy = "pipe the profiles into the command, like: export-customers | mailweave run … --profiles - --profiles-format csv; or name a file"
    return EmptyError(Problem("standard input is a terminal", remedy, code="no-profiles"))


@contextmanager
def _from_store(url: str) -> Iterator[Any]:
    place, options = divided(url)
    scheme, _, rest = place.partition("://")
    if scheme in FOLDERS:
        with _opened_file(rest) as file:
            yield file
        return
    if not is_store(scheme):
        remedy = "name a file, or one in a store like s3://bucket/customers.csv"
        raise MailweaveError(Problem(f"--profiles: nothing reads {place}", remedy, code="bad-url"))
    system, path = file_system(place, options)
    try:
        file = system.open(path, "rb")
    except Exception as error:  # each store's library has exceptions of its own
        raise fault(place, error) from error
    with file:
        yield file


class _Joined(io.RawIOBase):
    """What was read already, then the rest."""

    def __init__(self, head: bytes, rest: Any) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._rest.read(len(buffer)) or b""
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _read(file: Any, size: int) -> bytes:
    """So many bytes, unless there are fewer."""
    data = b""
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def _chunks(source: str, joined: _Joined, suffix: str) -> Iterator[bytes]:
    stream: Any = io.BufferedReader(joined, _CHUNK)
    if suffix == ".gz":
        stream = gzip.GzipFile(fileobj=stream)
    elif suffix == ".zst":
        pyarrow = library("pyarrow", "bulk")
        stream = pyarrow.CompressedInputStream(pyarrow.PythonFile(stream, mode="r"), "zstd")
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut(source, error) from error
    except Exception as error:
        if suffix == ".zst" and not isinstance(error, MailweaveError):
            raise _cut(source, error) from error
        raise fault(source, error) if is_url(source) else error from error


def _cut(source: str, error: Exception) -> MailweaveError:
    shown = "standard input" if source == STDIN else f"'{source}'"
    return MailweaveError(Problem(f"{shown} can't be unpacked: {error}", "was it cut off? Make it again", code="not-packed"))
