"""Files and folders that are there whole or not at all, also after a power failure."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mailweave_plugins.bulk.lines import json_text


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """A temporary path to write a file or folder to; when the block ends well, its bytes are on the disk and it is moved to `path`.

    The caller sees to it that nobody else writes `path` meanwhile. What an interrupted try left is removed first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    _remove(temporary)
    try:
        yield temporary
    except BaseException:
        _remove(temporary)
        raise
    _flush(temporary)
    if path.is_dir():
        shutil.rmtree(path)
    temporary.replace(path)
    flush_one(path.parent)


def write_json(path: Path, data: Any) -> None:
    """Write JSON, whole or not at all."""
    with put_in_place(path) as temporary:
        temporary.write_text(json_text(data), encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
