"""The lists of a run's folder, as far as a page shows them."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISREG
from typing import Final

# Bytes of a list that are shown.
MOST: Final = 1 << 20


def first_lines(folder: Path, name: str) -> str | None:
    """The first lines of a list, with a last one that says so when there are more; None when it isn't a file of the folder's own.

    A link isn't followed and a pipe isn't waited for: a run's folder may come from anybody.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    path = folder / name
    if path.is_symlink() or path.parent != folder:
        return None
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not S_ISREG(found.st_mode):
            return None
        raw = file.read(MOST)
    if len(raw) == found.st_size:
        return raw.decode("utf-8", "replace")
    whole = raw[: raw.rfind(b"\n") + 1] or raw
    return f"{whole.decode('utf-8', 'replace')}… {found.st_size - len(whole):,} bytes more stand in {path}\n"
