"""Try what an import is about to write: as `mailweave check` would, in a workspace of its own beside the team's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Final

import yaml

from mailweave.audit import audit
from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Place, Problem
from mailweave.folders import BLOCKS, CAMPAIGNS, LAYOUTS, MESSAGES, PROFILES
from mailweave.workspace import Workspace
from mailweave_plugins.importing.writing import Made

_OWN: Final = frozenset({BLOCKS, CAMPAIGNS, PROFILES})
_COPIED: Final = frozenset({LAYOUTS, MESSAGES, "partials"})
_PROFILE: Final = "import_sample"


class _Trial(Workspace):
    """A workspace whose only blocks are its own: those that come with mailweave needn't be read again."""

    def block_names(self) -> list[str]:
        return sorted(path.parent.name for path in self.root.glob(f"{BLOCKS}/*/block.yaml"))


def problems_of(engine: Engine, workspace: Workspace, made: Made, at: datetime) -> list[Problem]:
    """Every error that `check` will find in the files, with their places in the workspace. The message is built for a customer who has everything."""
    with TemporaryDirectory(prefix="mailweave-import-") as folder:
        root = Path(folder).resolve()
        _link(workspace.root, root)
        profile = yaml.safe_dump({"email": "sample@mail.example", **made.customer}, allow_unicode=True)
        for path, text in {**made.files, f"{PROFILES}/{_PROFILE}.yaml": profile}.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="")
        found = _tried(lambda: audit(_Trial(root, engine.registry), at))
        if found and not any(_is_of(problem, made) for problem in found):
            # A file of the team's that can't be read keeps `audit` from building anything.
            found = _tried(lambda: _built(engine, engine.open(root), made, at))
    return [_placed(problem, workspace) for problem in found if problem.level == "error" and _is_of(problem, made)]


def _built(engine: Engine, trial: Workspace, made: Made, at: datetime) -> list[Problem]:
    """Nothing, when what was made can be read and built.

    Raises:
        MailweaveError: it can't.
    """
    for name in made.blocks:
        trial.block(name)
    if made.kind == "campaign":
        engine.render(trial, made.name, _PROFILE, at)
    return []


def _tried(find: Callable[[], list[Problem]]) -> list[Problem]:
    try:
        return find()
    except MailweaveError as error:
        return list(error.problems)


def _link(team: Path, root: Path) -> None:
    """Let the trial see the team's settings, layouts, partials, messages and data, but no campaign, block or profile of theirs.

    Templates are copied, because none is read from outside of a workspace.
    """
    for path in team.iterdir():
        if path.name in _COPIED and path.is_dir():
            copytree(path, root / path.name)
        elif path.name not in _OWN and not path.name.startswith("."):
            (root / path.name).symlink_to(path)


def _is_of(problem: Problem, made: Made) -> bool:
    """It is about what was made, not about the team's other files."""
    return problem.place is None or problem.place.path in made.files or problem.place.path.startswith(PROFILES)


def _placed(problem: Problem, workspace: Workspace) -> Problem:
    place: Place | None = problem.place
    if place is None:
        return problem
    shown = workspace.folders.shown(workspace.root / place.path)
    return replace(problem, place=replace(place, path=shown), what=problem.what.replace(f", profile '{_PROFILE}'", ""))
