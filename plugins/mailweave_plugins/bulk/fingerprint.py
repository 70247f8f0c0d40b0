"""Hashes of all that a run depends on, so that it goes on only as what it began as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points, version
from pathlib import Path

from mailweave import MailweaveError, Problem
from mailweave.config import FILE_NAME
from mailweave.folders import BLOCKS, CAMPAIGNS, LAYOUTS, MESSAGES
from mailweave.hookspecs import NAME
from mailweave.readers import Reader, file_digest
from mailweave.workspace import Workspace
from mailweave.zones import PACKAGE

_SHOWN = 5


def versions() -> dict[str, str]:
    """The version of mailweave, of every distribution that brings a plugin, and of the time zones."""
    owners = {point.dist.name: point.dist.version for point in entry_points(group=NAME) if point.dist}
    return {f"version of {name}": found for name, found in {**owners, PACKAGE: version(PACKAGE)}.items()}


def fingerprint(workspace: Workspace, campaign: str, reader: Reader, profiles: str, database: Path | None) -> dict[str, str]:
    """Input → hash. Connected content isn't among them: a run keeps what was fetched when it began.

    Raises:
        MailweaveError: the profiles can't be read.
    """
    paths = [*_files(workspace.root, campaign), *(workspace.root / path for path in sorted(workspace.campaign(campaign).files))]
    files = {path.relative_to(workspace.root).as_posix(): file_digest(path) for path in paths}
    return {"content of --profiles": reader.fingerprint(profiles), "--database": str(database or ""), **files, **versions()}


def _files(root: Path, campaign: str) -> Iterable[Path]:
    yield root / FILE_NAME
    yield root / CAMPAIGNS / f"{campaign}.yaml"
    for folder in (BLOCKS, LAYOUTS, MESSAGES):
        yield from sorted(path for path in (root / folder).rglob("*") if path.is_file() and not path.name.startswith("."))


def refuse_changes(before: Mapping[str, str], now: Mapping[str, str], folder: Path) -> None:
    """Compare the inputs of a run's first start with those of now.

    Raises:
        MailweaveError: naming every input that changed.
    """
    changed = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    if changed:
        named = ", ".join(changed[:_SHOWN]) + (f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else "")
        verb = "has" if len(changed) == 1 else "have"
        what = f"{named} {verb} changed since the run in {folder} began"
        raise MailweaveError(Problem(what, "undo the change to go on with it, or begin another run in another folder", code="inputs-changed"))
