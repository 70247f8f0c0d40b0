"""Hashes of all that a run depends on, so that it goes on only as what it began as."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave.config import FILE_NAME
from mailweave.folders import BLOCKS, CAMPAIGNS, LAYOUTS, MESSAGES
from mailweave.hookspecs import NAME
from mailweave.readers import Reader, file_digest
from mailweave.workspace import Workspace
from mailweave.zones import PACKAGE

_SHOWN = 5


# What an input is called that must be the same for every worker of a run, too.
SOFTWARE: Final = ("version of ", "code of ")

# What the profiles are called among the inputs.
PROFILES: Final = "content of --profiles"


def software() -> dict[str, str]:
    """The version of mailweave, of every distribution that brings a plugin, and of the time zones; and a hash of the code of all but the last.

    Code that is changed in place keeps its version.
    """
    points = [point for point in entry_points(group=NAME) if point.dist]
    owners = {point.dist.name: point.dist.version for point in points if point.dist}
    packages: dict[str, set[str]] = {name: set() for name in owners}
    for point in points:
        if point.dist:
            packages[point.dist.name].add(point.module.partition(".")[0])
    # The engine is no plugin.
    packages.setdefault("mailweave", set()).add("mailweave")
    return {
        **{f"version of {name}": found for name, found in {**owners, PACKAGE: version(PACKAGE)}.items()},
        **{f"code of {name}": _digest(found) for name, found in packages.items()},
    }


def _digest(packages: Iterable[str]) -> str:
    """SHA-256 of what stands in these packages, by name."""
    digest = hashlib.sha256()
    for package in sorted(packages):
        for name, path in _code(package):
            digest.update(f"{name}\0{file_digest(path)}\0".encode())
    return digest.hexdigest()


def _code(package: str) -> Iterator[tuple[str, Path]]:
    spec = find_spec(package)
    if spec and spec.submodule_search_locations is None and spec.origin and Path(spec.origin).is_file():
        yield package, Path(spec.origin)
    for root in (spec and spec.submodule_search_locations) or ():
        # Not `Path.rglob`, which takes three times as long, in every worker.
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
            for name in sorted(name for name in names if not name.startswith(".")):
                path = Path(folder, name)
                yield f"{package}/{path.relative_to(root).as_posix()}", path


def fingerprint(workspace: Workspace, campaign: str, reader: Reader, profiles: str, database: Path | None) -> dict[str, str]:
    """Input → hash. Connected content isn't among them: a run keeps what was fetched when it began.

    Raises:
        MailweaveError: the profiles can't be read.
    """
    paths = [*_files(workspace.root, campaign), *(workspace.root / path for path in sorted(workspace.campaign(campaign).files))]
    files = {path.relative_to(workspace.root).as_posix(): file_digest(path) for path in paths}
    return {PROFILES: reader.fingerprint(profiles), "--database": str(database or ""), **files, **software()}


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
