"""Take the approved side now too: the workspace as it was at a revision, with today's browser and fonts."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import TypeAlias

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.workspace import Workspace
from mailweave_preview.shots.approve import approve
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.plan import Options, plan
from mailweave_preview.shots.run import Done, run

# Told how many pictures there will be, gives what is told each of them.
Watch: TypeAlias = Callable[[int], Done]


def baselines_of(engine: Engine, workspace: Workspace, revision: str, out: Path, options: Options, watch: Watch) -> Baselines:
    """Baselines in a folder below `out`, taken from a revision. `options.at` should be set, so that both sides are of one moment.

    Raises:
        MailweaveError: the workspace isn't in git, there is no such revision, or its files have mistakes.
    """
    with at_revision(workspace.root, revision) as folder:
        base = engine.open(folder, base=folder)
        return baselines_from(engine, base, out, options, watch)


def baselines_from(engine: Engine, base: Workspace, out: Path, options: Options, watch: Watch) -> Baselines:
    """The same from a workspace that is already there."""
    taken, kept = out / "base-run", out / "base"
    rmtree(kept, ignore_errors=True)
    planned = plan(engine, base, Baselines(kept, "base"), taken, options)
    found = run(planned, watch(planned.pictures))
    if found.errors or found.count("error"):
        notes = [*found.errors, *(note for result in found.results if result.status == "error" for note in result.notes)]
        raise MailweaveError(*(Problem(f"at {options.against}: {note}", code="base") for note in dict.fromkeys(notes)))
    baselines = Baselines(kept, "base")
    approve(baselines, taken, lambda _: True, small=False)
    rmtree(taken, ignore_errors=True)
    return baselines


@contextmanager
def at_revision(root: Path, revision: str) -> Iterator[Path]:
    """The workspace's folder as it was at a git revision, for the time of a `with`."""
    top = Path(_git(root, "rev-parse", "--show-toplevel"))
    commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="mailweave-base-") as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree / root.relative_to(top.resolve())
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise MailweaveError(Problem("git isn't there", "install it, or leave out --against", code="git")) from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise MailweaveError(Problem(f"git {arguments[0]}: {said[-1] if said else done.returncode}", "name a revision with --against", code="git"))
    return done.stdout.strip()
