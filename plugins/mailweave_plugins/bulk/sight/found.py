"""Find runs in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from mailweave_plugins.bulk.sight.reader import is_run
from mailweave_plugins.bulk.sight.starts import start_file

# So many entries of a folder are looked at.
_MOST: Final = 10_000


def runs_in(folders: Iterable[Path]) -> list[Path]:
    """Every folder that is a run, or is right below one of these; those that were begun last come first."""
    found = dict.fromkeys(run for folder in folders for run in _runs(folder))
    return sorted(found, key=_begun, reverse=True)


def _runs(folder: Path) -> Iterator[Path]:
    if _is(folder):
        yield folder
        return
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(_MOST), entries, strict=False):
                # What a link leads to may be anywhere.
                if entry.is_dir(follow_symlinks=False) and _is(Path(entry.path)):
                    yield Path(entry.path)
    except OSError:
        return


def _is(folder: Path) -> bool:
    try:
        return is_run(folder)
    except OSError:
        return False


def _begun(folder: Path) -> float:
    for path in (start_file(folder), folder / ".run", folder):
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return 0.0
