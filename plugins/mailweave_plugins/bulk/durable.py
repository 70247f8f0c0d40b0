"""Files and folders that are there whole or not at all, also after a power failure."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# What a name ends in until it is whole.
UNFINISHED = ".part"




@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """A temporary path to write a file or folder to; when the block ends well, its bytes are on the disk and it is moved to `path`.

    The caller sees to it that nobody else writes `path` meanwhile. What an interrupted try left is removed first.
    """
    make_folder(path.parent)
    temporary = path.with_name(path.name + UNFINISHED)
    remove(temporary)
    try:
        yield temporary
        _flush(temporary)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        temporary.replace(path)
        flush_one(path.parent)
    except BaseException as error:
        # What the disk refuses while it is written names no file.
        if isinstance(error, OSError) and error.filename is None and error.errno is not None:
            error.filename = str(path)
        with suppress(OSError):
            remove(temporary)
        raise


def put_quietly(path: Path, raw: bytes) -> None:
    """Put a small file in place whole, without waiting for the disk: for what others may look at, and no run goes on by. What the disk doesn't take
    isn't there.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(raw)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()


def make_folder(path: Path) -> None:
    """Make a folder with those above it, unless it is there.

    Raises:
        OSError: something else is in its place, or it can't be written into.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        found = next((each for each in (path, *path.parents) if each.is_symlink() or each.exists()), path)
        if found.is_symlink() and not found.exists():
            raise FileNotFoundError(errno.ENOENT, "this is a symbolic link to nothing", str(found)) from error
        raise NotADirectoryError(errno.ENOTDIR, "a file stands where a folder is needed", str(found)) from error


def remove(path: Path) -> None:
    """Remove a file or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()


def _flush(path: Path) -> None:
    for inner in sorted(path.rglob("*")) if path.is_dir() else ():
        flush_one(inner)
    flush_one(path)


def flush_one(path: Path) -> None:
    """Have a file's bytes, or a folder's names, written to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no way to open a folder, and needs none
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
