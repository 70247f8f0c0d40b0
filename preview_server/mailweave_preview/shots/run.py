"""One run: build, leave out what didn't change, take the rest, compare, and write down what was found."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Final

from mailweave_preview.shots.plan import Plan
from mailweave_preview.shots.results import Result, Run
from mailweave_preview.shots.scene import Frame
from mailweave_preview.shots.studio import studio
from mailweave_preview.shots.subject import Subject

RESULTS: Final = "results.json"
Done = Callable[[Result], None]


def run(wanted: Plan, done: Done = lambda _: None) -> Run:
    """Carry out a plan; `done` is told each result as it comes. The results are also in the plan's folder.

    Raises:
        MailweaveError: there is no browser, or it fails.
    """
    started = perf_counter()
    clear(wanted.out)
    found = _apart(wanted, done) if _in_a_loop() else asyncio.run(_all(wanted, done))
    finished = found.model_copy(update={"seconds": round(perf_counter() - started, 2)})
    write_run(wanted.out, finished)
    return finished


def _in_a_loop() -> bool:
    """Whether this thread runs an event loop already, as Playwright's synchronous pages do."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _apart(wanted: Plan, done: Done) -> Run:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_all(wanted, done))).result()


async def _all(wanted: Plan, done: Done) -> Run:
    async with studio(wanted) as open_studio:
        turn = asyncio.Semaphore(wanted.options.jobs + 2)

        async def one(subject: Subject, frames: tuple[Frame, ...]) -> list[Result]:
            async with turn:
                results = await open_studio.results(subject, frames)
            for result in results:
                done(result)
            return results

        groups = await asyncio.gather(*(one(subject, frames) for subject, frames in wanted.wanted))
        return open_studio.run([*(result for group in groups for result in group), *open_studio.removed()])


def write_run(out: Path, found: Run) -> None:
    """Write results.json. It is there only when a run came to its end."""
    part = out / f"{RESULTS}.part"
    part.write_text(found.model_dump_json(), encoding="utf-8")
    part.replace(out / RESULTS)


def clear(out: Path) -> None:
    """Make a run's folder, without what an earlier run left in it."""
    (out / RESULTS).unlink(missing_ok=True)
    for kind in ("before", "after", "diff", "aligned", "report"):
        shutil.rmtree(out / kind, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    # Git needn't know of this folder, wherever it is.
    (out / ".gitignore").write_text("*\n")
