"""What a run takes, of which messages, compared with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.workspace import Workspace
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.scene import Frame
from mailweave_preview.shots.sets import Source, subjects_of
from mailweave_preview.shots.subject import Pattern, Subject


@dataclass(frozen=True)
class Options:
    """What a run takes. `fresh`: also what didn't change since it was approved. `at` None: the approved pictures' moment, else now."""

    sets: tuple[str, ...]
    only: tuple[str, ...] = ()
    jobs: int = 2
    fresh: bool = False
    at: datetime | None = None
    against: str | None = None


@dataclass(frozen=True)
class Plan:
    """A run that is about to begin: what will be taken, of what, compared with what."""

    engine: Engine
    workspace: Workspace
    baselines: Baselines
    out: Path
    options: Options
    at: datetime
    wanted: list[tuple[Subject, tuple[Frame, ...]]]

    @property
    def pictures(self) -> int:
        """How many pictures there will be."""
        return sum(len(frames) for _, frames in self.wanted)


def plan(engine: Engine, workspace: Workspace, baselines: Baselines, out: Path, options: Options) -> Plan:
    """Find out what there is to take.

    Raises:
        MailweaveError: mistakes in the workspace's files, or `only` matches nothing.
    """
    settings = workspace.config.shots
    at = options.at or settings.at or baselines.manifest.at or datetime.now(UTC).replace(microsecond=0)
    source = Source(engine, workspace, at, baselines.manifest.subjects)
    frames = [Frame(name, width, scheme) for name, width in workspace.config.viewports.items() for scheme in settings.schemes]
    found = subjects_of(source, options.sets)
    wanted = list(_wanted(found, frames, options.only))
    return Plan(engine, workspace, baselines, out, options, at, wanted)


def _wanted(subjects: Iterable[Subject], frames: list[Frame], only: tuple[str, ...]) -> Iterable[tuple[Subject, tuple[Frame, ...]]]:
    subjects = list(subjects)
    for text in only:
        if not any(Pattern(text).matches(subject, frame) for subject in subjects for frame in frames):
            names = {name for subject in subjects for name in (subject.of, subject.name, *subject.profiles)} | {frame.viewport for frame in frames}
            raise MailweaveError(Problem(f"no picture matches '{text}'", did_you_mean(text, names), code="no-match"))
    for subject in subjects:
        chosen = tuple(frame for frame in frames if not only or any(Pattern(text).matches(subject, frame) for text in only))
        if chosen:
            yield subject, chosen
