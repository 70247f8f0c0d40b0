"""The studio as tests use it: open for the whole session, one call at a time, in a thread of its own."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.profiles import Profile
from mailweave_preview.shots.approve import approve
from mailweave_preview.shots.baselines import FOLDER, Baselines
from mailweave_preview.shots.outputs import sentence
from mailweave_preview.shots.plan import Options, plan
from mailweave_preview.shots.results import Result
from mailweave_preview.shots.run import clear, write_run
from mailweave_preview.shots.scene import Frame
from mailweave_preview.shots.sets import Source
from mailweave_preview.shots.studio import Studio, studio
from mailweave_preview.shots.subject import Subject

T = TypeVar("T")


class PytestStudio:
    """Takes and compares pictures for tests. The browser starts with the first one. `worker` tells parallel test processes apart."""

    def __init__(self, folder: Path, sets: tuple[str, ...], update: bool, worker: str = "") -> None:
        """Find out what there is to take.

        Raises:
            MailweaveError: mistakes in the workspace's files.
        """
        self.engine = Engine()
        workspace = self.engine.open(folder, base=Path.cwd())
        self.update = update
        self.worker = worker
        out = folder / "build" / "shots" / "-".join(["pytest", *([worker] if worker else [])])
        baselines = Baselines(folder / FOLDER, workspace.folders.shown(folder / FOLDER))
        self.plan = plan(self.engine, workspace, baselines, out, Options(sets or workspace.config.shots.sets))
        self.found: dict[str, Result] = {}
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._stack = AsyncExitStack()
        self._open: Studio | None = None

    def result(self, subject: Subject, frame: Frame, together: tuple[Frame, ...]) -> Result:
        """A picture's result; those of `together` are taken at once, unless other processes share the work."""
        wanted = (frame,) if self.worker or frame not in together else together
        if f"{subject.title}/{frame.name}" not in self.found:
            self._take(subject, wanted)
        return self.found[f"{subject.title}/{frame.name}"]

    def message(self, campaign: str, profile: str | Mapping[str, Any], viewport: str | None, scheme: str | None, *, name: str) -> list[Result]:
        """The results of one message at the viewports and schemes meant.

        Raises:
            MailweaveError: there is no such viewport or scheme.
        """
        source = Source(self.engine, self.plan.workspace, self.plan.at, {})
        data = self.plan.workspace.profile(profile) if isinstance(profile, str) else Profile.from_data(dict(profile))
        named = profile if isinstance(profile, str) else re.sub(r"[^\w.-]+", "-", name).strip("-")
        # Two tests may have one choice and different data.
        subject = source.subject(campaign, data, named, f"test {named}")
        settings, views = self.plan.workspace.config.shots, self.plan.workspace.config.viewports
        for given, known in ((viewport, [*views]), (scheme, [*settings.schemes])):
            if given is not None and given not in known:
                raise MailweaveError(Problem(f"there is no '{given}'", did_you_mean(given, known), code="no-match"))
        frames = tuple(
            Frame(view, width, one) for view, width in views.items() for one in settings.schemes if viewport in (None, view) and scheme in (None, one)
        )
        return self._take(_of_tests(subject), frames)

    def _take(self, subject: Subject, frames: tuple[Frame, ...]) -> list[Result]:
        opened = self._studio()
        results = self._call(opened.results(subject, frames))
        if self.update and any(result.status in ("different", "new") for result in results):
            results = self._kept(opened, results)
        self.found |= {result.id: result for result in results}
        return results

    def _kept(self, opened: Studio, results: list[Result]) -> list[Result]:
        """Approve what is different or new."""
        write_run(self.plan.out, opened.run(results))
        done = approve(self.plan.baselines, self.plan.out, lambda _: True, keep=self.plan.workspace.config.shots.keep)
        kept = {result.id for result in done.kept}
        return [result.model_copy(update={"status": "same", "decision": "approved"}) if result.id in kept else result for result in results]

    def complaint(self, result: Result) -> str:
        """What a failing test says."""
        files = [f"  file changed: {file}" for file in result.files]
        pictures = [
            f"  {kind}: {self.plan.out / path}"
            for kind, path in (("approved", result.before), ("now", result.after), ("difference", result.diff))
            if path
        ]
        look = f"  look: mailweave report -w {self.plan.workspace.root} --out {self.plan.out}"
        keep = "  keep it: pytest --mailweave-update" if result.status in ("different", "new") else ""
        return "\n".join(filter(None, [sentence(result), *(f"  {note}" for note in result.notes), *files, *pictures, look, keep]))

    def _studio(self) -> Studio:
        if self._open is None:
            clear(self.plan.out)
            self._thread = threading.Thread(target=self._loop.run_forever, name="mailweave-shots", daemon=True)
            self._thread.start()
            self._open = self._call(self._stack.enter_async_context(studio(self.plan)))
        return self._open

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Write the results down and close the browser."""
        if self._open is not None:
            write_run(self.plan.out, self._open.run([*self.found.values()]))
            self._call(self._stack.aclose())
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()


def _of_tests(subject: Subject) -> Subject:
    """`mailweave shots` doesn't miss what only a test takes."""
    from dataclasses import replace

    return replace(subject, origin="pytest")
