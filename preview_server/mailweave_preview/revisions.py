"""The workspace as it was at a git revision, in a folder of its own; the repository is only read."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
import weakref
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.workspace import Workspace
from mailweave_preview.building import Builder

# Seconds that git may take, and revisions that are offered.
_PATIENCE: Final = 30
_MOST: Final = 30


@dataclass(frozen=True)
class Revision:
    """A workspace that was, with a builder for its messages. Its folder goes when nobody uses it any more."""

    commit: str
    engine: Engine
    folder: Path

    @cached_property
    def workspace(self) -> Workspace:
        """Raises MailweaveError: mistakes in its mailweave.yaml."""
        return self.engine.open(self.folder, base=self.folder)

    @cached_property
    def builder(self) -> Builder:
        return Builder(self.engine)


def recent(root: Path) -> list[tuple[str, str]]:
    """The last revisions that changed the workspace as (short name, subject); none when it isn't in git."""
    try:
        lines = _git(root, "log", f"--max-count={_MOST}", "--format=%h %s", "--", ".").decode(errors="replace").splitlines()
    except MailweaveError:
        return []
    return [(name, subject) for name, _, subject in (line.partition(" ") for line in lines)]


def commit_of(root: Path, revision: str) -> str:
    """The commit that a revision names.

    Raises:
        MailweaveError: the workspace isn't in git, or there is no such revision.
    """
    return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()


def take(engine: Engine, root: Path, commit: str) -> Revision:
    """The workspace at a commit. `git archive` writes nothing into the repository and runs none of its hooks.

    Raises:
        MailweaveError: git fails, or the workspace wasn't there yet.
    """
    prefix = _git(root, "rev-parse", "--show-prefix").decode().strip()
    top = Path(_git(root, "rev-parse", "--show-toplevel").decode().strip())
    archive = _git(top, "archive", "--format=tar", f"{commit}:{prefix}")
    folder = Path(tempfile.mkdtemp(prefix="mailweave-revision-"))
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    made = Revision(commit, engine, folder)
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made


def _git(root: Path, *arguments: str) -> bytes:
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise MailweaveError(Problem("git can't be asked", "install git, or leave the version empty", code="git")) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        what = f"git says: {said[-1]}" if said else "there is no such revision"
        raise MailweaveError(Problem(what, "name a commit, branch or tag, like HEAD~1; empty is the working tree", code="git"))
    return done.stdout
