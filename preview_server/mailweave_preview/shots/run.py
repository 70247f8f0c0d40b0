"""One run: build, leave out what didn't change, take the rest, compare, and write down what was found."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.workspace import Workspace
from mailweave_preview.shots import fonts
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.build import Builder
from mailweave_preview.shots.camera import Camera, camera
from mailweave_preview.shots.judge import Judge, Shot, failed
from mailweave_preview.shots.masks import unmatched
from mailweave_preview.shots.results import Result, Run, Taken
from mailweave_preview.shots.scene import Frame, Mask, Scene
from mailweave_preview.shots.sets import Source, subjects_of
from mailweave_preview.shots.subject import Pattern, Subject

RESULTS: Final = "results.json"
Done = Callable[[Result], None]


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
    notes: tuple[str, ...] = ()

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


def run(wanted: Plan, done: Done = lambda _: None) -> Run:
    """Carry out a plan; `done` is told each result as it comes. The results are also in the plan's folder.

    Raises:
        MailweaveError: there is no browser, or it fails.
    """
    started = perf_counter()
    _cleared(wanted.out)
    found = asyncio.run(_Running(wanted, done).all())
    finished = found.model_copy(update={"seconds": round(perf_counter() - started, 2)})
    write_run(wanted.out, finished)
    return finished


def write_run(out: Path, found: Run) -> None:
    """Write results.json. It is there only when a run came to its end."""
    part = out / f"{RESULTS}.part"
    part.write_text(found.model_dump_json(), encoding="utf-8")
    part.replace(out / RESULTS)


def _cleared(out: Path) -> None:
    (out / RESULTS).unlink(missing_ok=True)
    for kind in ("before", "after", "diff", "aligned", "report"):
        shutil.rmtree(out / kind, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    # Git needn't know of this folder, wherever it is.
    (out / ".gitignore").write_text("*\n")


class _Running:
    """A plan being carried out."""

    def __init__(self, wanted: Plan, done: Done) -> None:
        self.plan = wanted
        self.done = done
        self.builder = Builder(wanted.engine, wanted.workspace, wanted.at)
        self.subjects: dict[str, Taken] = {}
        self.matched: dict[Mask, int] = {}

    async def all(self) -> Run:
        options = self.plan.options
        with ExitStack() as stack:
            # Templates and style sheets are worked on one at a time; comparing leaves Python to numpy.
            building = stack.enter_context(ThreadPoolExecutor(1))
            judging = stack.enter_context(ThreadPoolExecutor(max(1, options.jobs)))
            async with camera(self.builder.assets, options.jobs) as made:
                judge = Judge(self.plan.baselines, self.plan.workspace.config.shots.tolerance, self.plan.out, made.version, fonts.version())
                turn = asyncio.Semaphore(options.jobs + 2)
                one = partial(self._one, made, judge, turn, building, judging)
                groups = await asyncio.gather(*(one(subject, frames) for subject, frames in self.plan.wanted))
        results = [*(result for group in groups for result in group), *self._removed()]
        return Run(
            workspace=self.plan.workspace.config.name,
            at=self.plan.at,
            finished=datetime.now(UTC).replace(microsecond=0),
            seconds=0,
            browser=made.version,
            fonts=fonts.version(),
            sets=options.sets,
            only=options.only,
            against=options.against,
            notes=(*self.plan.notes, *_other_tools(self.plan.baselines, made.version)),
            errors=tuple(str(unmatched(mask)) for mask, times in self.matched.items() if not times and not options.only),
            subjects=self.subjects,
            results=tuple(results),
        )

    async def _one(
        self, made: Camera, judge: Judge, turn: asyncio.Semaphore, building: Executor, judging: Executor, subject: Subject, frames: tuple[Frame, ...]
    ) -> list[Result]:
        async with turn:
            try:
                results = await self._results(made, judge, building, judging, subject, frames)
            except MailweaveError as error:
                self.subjects.setdefault(subject.digest, _taken(subject, {}))
                results = [failed(subject, frame, error) for frame in frames]
        for result in results:
            self.done(result)
        return results

    async def _results(
        self, made: Camera, judge: Judge, building: Executor, judging: Executor, subject: Subject, frames: tuple[Frame, ...]
    ) -> list[Result]:
        loop = asyncio.get_running_loop()
        html, masks, files = await loop.run_in_executor(building, self._built, subject)
        inputs = {frame: self.builder.inputs(html, masks, frame, made.version, fonts.version()) for frame in frames}
        found = {} if self.plan.options.fresh else {frame: judge.unchanged(subject, frame, inputs[frame]) for frame in frames}
        left = tuple(frame for frame in frames if found.get(frame) is None)
        shots = []
        if left:
            kept = {frame.name: self.plan.baselines.find(subject.digest, frame.name) for frame in left}
            scene = Scene(html, left, masks, {name: picture.raw for name, picture in kept.items() if picture})
            pictures = await made.take(scene)
            shots = [Shot(subject, one.frame, one, masks, inputs[one.frame], files) for one in pictures]
            self._count(masks, shots)
        judged = await asyncio.gather(*(loop.run_in_executor(judging, judge.decide, shot) for shot in shots))
        by_frame: dict[str, Result] = {result.frame: result for result in (*judged, *(one for one in found.values() if one))}
        return [by_frame[frame.name] for frame in frames]

    def _built(self, subject: Subject) -> tuple[str, tuple[Mask, ...], dict[str, str]]:
        html = self.builder.html(subject)
        masks, files = self.builder.masks(subject), self.builder.files(subject, html)
        self.subjects[subject.digest] = _taken(subject, files)
        return html, masks, files

    def _count(self, masks: tuple[Mask, ...], shots: list[Shot]) -> None:
        for index, mask in enumerate(masks):
            if mask.slot is None:
                self.matched[mask] = self.matched.get(mask, 0) + sum(shot.picture.masked[index] for shot in shots)

    def _removed(self) -> Iterable[Result]:
        """Approved pictures of the sets taken that no message leads to any more."""
        options = self.plan.options
        taken = {(subject.digest, frame.name) for subject, frames in self.plan.wanted for frame in frames}
        for digest, kept in self.plan.baselines.manifest.subjects.items():
            subject = Subject(kept.kind, kept.of, kept.name, digest, kept.locale, kept.choice, kept.origin)
            for name, picture in kept.pictures.items():
                viewport, _, scheme = name.rpartition("-")
                frame = Frame(viewport, picture.width, scheme)
                meant = not options.only or any(Pattern(text).matches(subject, frame) for text in options.only)
                if kept.origin in options.sets and meant and (digest, name) not in taken:
                    self.subjects.setdefault(digest, _taken(subject, dict(kept.files)))
                    yield self._removed_one(subject, frame, picture.height)

    def _removed_one(self, subject: Subject, frame: Frame, height: int) -> Result:
        notes: tuple[str, ...] = ()
        before = None
        try:
            png = self.plan.baselines.png(subject.digest, frame.name)
        except MailweaveError as error:
            png, notes = None, (str(error),)
        if png is not None:
            path = self.plan.out / "before" / subject.folder / f"{frame.name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png)
            before = path.relative_to(self.plan.out).as_posix()
        fields: dict[str, Any] = {"digest": subject.digest, "title": subject.title, "viewport": frame.viewport, "width": frame.width, "scheme": frame.scheme}
        return Result(**fields, status="removed", taken=False, before=before, before_size=(frame.width, height), notes=notes)


def _taken(subject: Subject, files: dict[str, str]) -> Taken:
    return Taken(
        kind=subject.kind,
        of=subject.of,
        name=subject.name,
        locale=subject.locale,
        origin=subject.origin,
        choice=dict(subject.choice),
        data=dict(subject.data),
        extra=subject.extra,
        files=files,
        title=subject.title,
        profiles=subject.profiles,
        why=dict(subject.why),
    )


def _other_tools(baselines: Baselines, browser: str) -> list[str]:
    """What to say when the approved pictures were taken with another browser or other fonts."""
    pictures = [picture for kept in baselines.manifest.subjects.values() for picture in kept.pictures.values()]
    browsers = sorted({picture.browser for picture in pictures if _major(picture.browser) != _major(browser)})
    said = [f"the baselines were taken with {', '.join(browsers)}, this is {browser}"] if browsers else []
    said += ["the baselines were taken with other fonts"] if any(picture.fonts != fonts.version() for picture in pictures) else []
    remedy = "what differs may come from that; `--against REV` takes both sides now, with this browser and these fonts"
    return [f"{what}: {remedy}" for what in said]


def _major(browser: str) -> str:
    return browser.split(".")[0]
