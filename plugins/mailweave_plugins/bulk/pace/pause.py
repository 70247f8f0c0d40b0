"""Pause a run from another terminal, and have it go on: a file in its folder, which all of its workers look for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mailweave import MailweaveError, Problem
from mailweave.errors import did_you_mean
from mailweave_plugins.bulk.durable import put_in_place, remove
from mailweave_plugins.bulk.manifest import MANIFEST
from mailweave_plugins.bulk.signals import paused_file


def pause(folder: Path) -> bool:
    """Have the run in a folder wait; whether it didn't before.

    Raises:
        MailweaveError: there is no run in the folder.
    """
    _check(folder)
    if since(folder):
        return False
    with put_in_place(paused_file(folder)) as path:
        path.write_text(datetime.now(UTC).isoformat(timespec="seconds"), encoding="utf-8")
    return True


def resume(folder: Path) -> bool:
    """Have it go on; whether it was paused.

    Raises:
        MailweaveError: there is no run in the folder.
    """
    _check(folder)
    if not since(folder):
        return False
    remove(paused_file(folder))
    return True


def since(folder: Path) -> str:
    """Since when a run is paused, for a person; empty when it isn't."""
    try:
        text = paused_file(folder).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError:  # something else stands there, which means the same to the workers
        return "an unknown time"
    try:
        return f"{datetime.fromisoformat(text.strip()).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return "an unknown time"


def at_work(folder: Path) -> bool:
    """Whether a run is at work in a folder."""
    lock = FileLock(folder / ".run" / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _check(folder: Path) -> None:
    if not (folder / MANIFEST).exists():
        inner = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}")) if folder.is_dir() else []
        remedy = did_you_mean(folder.name, inner) if inner else "name what --to or --ledger named when it was started"
        raise MailweaveError(Problem(f"there is no run in {folder}", remedy, code="no-run"))
