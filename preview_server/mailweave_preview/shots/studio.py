"""A plan being carried out: the browser is open, results come one subject at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailweave.errors import MailweaveError
from mailweave_preview.shots import fonts
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.build import Builder
from mailweave_preview.shots.camera import Camera, camera
from mailweave_preview.shots.judge import Judge, Shot, failed, gone
from mailweave_preview.shots.masks import unmatched
from mailweave_preview.shots.plan import Plan
from mailweave_preview.shots.results import Result, Run, Taken
from mailweave_preview.shots.scene import Frame, Mask, Scene
from mailweave_preview.shots.subject import Pattern, Subject


@dataclass
class Studio:
    """An open browser with what builds and what judges. `subjects` are those taken so far; `matched` counts what workspace masks found."""

    plan: Plan
    builder: Builder
    camera: Camera
    judge: Judge
    # Templates and style sheets are worked on one at a time; comparing leaves Python to numpy.
    building: ThreadPoolExecutor
    judging: ThreadPoolExecutor
    subjects: dict[str, Taken] = field(default_factory=dict)
    matched: dict[Mask, int] = field(default_factory=dict)

    async def results(self, subject: Subject, frames: tuple[Frame, ...]) -> list[Result]:
        """A result for each frame of a subject; one that can't be built or taken is an error among them."""
        try:
            return await self._results(subject, frames)
        except MailweaveError as error:
            self.subjects.setdefault(subject.digest, _taken(subject, {}))
            return [failed(subject, frame, error) for frame in frames]

    async def _results(self, subject: Subject, frames: tuple[Frame, ...]) -> list[Result]:
        loop = asyncio.get_running_loop()
        html, masks, files = await loop.run_in_executor(self.building, self._built, subject)
        inputs = {frame: self.builder.inputs(html, masks, frame, self.camera.version, fonts.version()) for frame in frames}
        known = {} if self.plan.options.fresh else {frame: self.judge.unchanged(subject, frame, inputs[frame]) for frame in frames}
        left = tuple(frame for frame in frames if known.get(frame) is None)
        shots = []
        if left:
            kept = {frame.name: self.plan.baselines.find(subject.digest, frame.name) for frame in left}
            scene = Scene(html, left, masks, {name: picture.raw for name, picture in kept.items() if picture})
            shots = [Shot(subject, one.frame, one, masks, inputs[one.frame], files) for one in await self.camera.take(scene)]
            self._count(masks, shots)
        judged = await asyncio.gather(*(loop.run_in_executor(self.judging, self.judge.decide, shot) for shot in shots))
        by_frame = {result.frame: result for result in (*judged, *(one for one in known.values() if one))}
        return [by_frame[frame.name] for frame in frames]

    def _built(self, subject: Subject) -> tuple[str, tuple[Mask, ...], dict[str, str]]:
        html = self.builder.html(subject)
        masks, files = self.builder.masks(subject), self.builder.files(subject, html)
        self.subjects[subject.digest] = _taken(subject, files)
        return html, masks, files

    def _count(self, masks: tuple[Mask, ...], shots: Sequence[Shot]) -> None:
        for index, mask in enumerate(masks):
            if mask.slot is None:
                self.matched[mask] = self.matched.get(mask, 0) + sum(shot.picture.masked[index] for shot in shots)

    def removed(self) -> Iterable[Result]:
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
                    yield gone(self.judge, subject, frame, picture.height)

    def run(self, results: Sequence[Result]) -> Run:
        """The results so far, with what holds for all of them."""
        options = self.plan.options
        return Run(
            workspace=self.plan.workspace.config.name,
            at=self.plan.at,
            finished=datetime.now(UTC).replace(microsecond=0),
            seconds=0,
            browser=self.camera.version,
            fonts=fonts.version(),
            sets=options.sets,
            only=options.only,
            against=options.against,
            notes=tuple(_other_tools(self.plan.baselines, self.camera.version)),
            errors=tuple(str(unmatched(mask)) for mask, times in self.matched.items() if not times and not options.only),
            subjects=self.subjects,
            results=tuple(results),
        )


@asynccontextmanager
async def studio(plan: Plan) -> AsyncIterator[Studio]:
    """An open studio for the time of a `with`.

    Raises:
        MailweaveError: there is no browser.
    """
    jobs = plan.options.jobs
    builder = Builder(plan.engine, plan.workspace, plan.at)
    async with AsyncExitStack() as stack:
        building = stack.enter_context(ThreadPoolExecutor(1))
        judging = stack.enter_context(ThreadPoolExecutor(jobs))
        made = await stack.enter_async_context(camera(builder.assets, jobs))
        judge = Judge(plan.baselines, plan.workspace.config.shots.tolerance, plan.out, made.version, fonts.version())
        yield Studio(plan, builder, made, judge, building, judging)


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
