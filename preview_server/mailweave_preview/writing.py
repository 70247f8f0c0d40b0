"""Write a file of the workspace: whole or not at all, and never outside of it."""

from __future__ import annotations

from pathlib import Path

from mailweave.errors import MailweaveError, Problem
from mailweave.whole import write_whole


def write(root: Path, name: str, text: str) -> Path:
    """Write `root`/`name`; the path written. A folder that leads out of the workspace (a link) isn't followed.

    Raises:
        MailweaveError: it can't be written, or would lie outside.
    """
    path = root / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(root.resolve()):
            raise MailweaveError(Problem(f"{name} leads out of the workspace", "write it by hand", code="outside"))
        write_whole(path, text.encode())
    except OSError as error:
        remedy = "check the folder's permissions"
        raise MailweaveError(Problem(f"{name} can't be written: {error.strerror}", remedy, code="unwritable")) from error
    return path
