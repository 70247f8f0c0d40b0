"""A whole run: begin or find it, have workers do what isn't done, count, and stop when it goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from filelock import FileLock, Timeout

from mailweave import MailweaveError, Problem
from mailweave.engine import Engine
from mailweave.workspace import Workspace
from mailweave_plugins.bulk.budget import Budget
from mailweave_plugins.bulk.counts import WELL, Counts
from mailweave_plugins.bulk.durable import read_json
from mailweave_plugins.bulk.lists import FILES, write_lists
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.plan import Request, begin, find
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.signals import clear, reset, under_way
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.work import Done, Order, do_part, ids_of, marker, tally, unfinished


@dataclass
class Result:
    """What a run came to. `before` is how many messages earlier starts had done; `seconds` is this start's time."""

    manifest: Manifest
    counts: Counts = field(default_factory=Counts)
    before: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    over_budget: bool = False

    @property
    def complete(self) -> bool:
        """Whether every message has an outcome."""
        return self.counts.done == self.manifest.total

    @property
    def open(self) -> int:
        """How many messages wait for another try, or are in doubt."""
        return sum(count for outcome, count in self.counts.outcomes.items() if outcome in ("deferred", "in doubt"))


def run(engine: Engine, workspace: Workspace, request: Request, workers: Workers, budget: Budget | None, *, resend: bool, dry: bool) -> Result:
    """Do a run, or go on with it. With `dry`, choices are made and counted and nothing is delivered.

    Raises:
        MailweaveError: it can't begin, or can't go on; what is done stays done.
    """
    workspace.campaign(request.campaign)
    engine.registry.deliverers[request.deliverer].check(request.target)
    (request.folder / ".run").mkdir(parents=True, exist_ok=True)
    with _alone(request.folder):
        stop = Stop(request.folder)
        found = find(workspace, engine, request)
        began = monotonic()
        with workers, stop.on_signals():
            manifest = found or begin(workspace, engine, request, workers.jobs, lambda draft: _digests(request.folder, draft, workers, stop))
            result = Result(manifest)
            if not stop:
                _work(result, request.folder, workers, budget, stop, resend=resend, dry=dry)
        result.seconds = monotonic() - began
        result.interrupted, result.over_budget = stop.interrupted, stop.over_budget
    return result


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".run" / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise MailweaveError(Problem(f"another run is at work in {folder}", "wait for it, or stop it", code="busy")) from error
    try:
        yield
    finally:
        lock.release()


def _digests(folder: Path, draft: Manifest, workers: Workers, stop: Stop) -> Iterator[tuple[int, list[bytes]] | None]:
    reset(folder, len(draft.parts))
    orders = [Order(folder, draft.run, index) for index in range(len(draft.parts))]
    rows = 0
    with Meter("Comparing ids", draft.total) as meter:
        for part in workers.each(ids_of, orders, stop):
            rows += len(part[1]) if part else 0
            meter.show(rows, 0)
            yield part
    if stop:
        raise KeyboardInterrupt


def _work(result: Result, folder: Path, workers: Workers, budget: Budget | None, stop: Stop, *, resend: bool, dry: bool) -> None:
    manifest = result.manifest
    allowed = budget.of(manifest.total) if budget else None
    reset(folder, len(manifest.parts))
    done = {index: Counts.of(read_json(marker(folder, index))) for index in range(len(manifest.parts)) if marker(folder, index).exists()}
    done = {index: counts for index, counts in done.items() if not unfinished(counts, resend)}
    for counts in done.values():
        result.counts.merge(counts)
    result.before = result.counts.done
    left = None if allowed is None else max(0, allowed - result.counts.failed)
    orders = [Order(folder, manifest.run, index, resend, left) for index in range(len(manifest.parts)) if index not in done]
    stopped: list[Done] = []
    with Meter("Choosing" if dry else "Building", manifest.total, result.before) as meter:
        for part in workers.each(tally if dry else do_part, orders, stop):
            if part and part.finished:
                clear(folder, part.index)
                result.counts.merge(part.counts)
                done[part.index] = part.counts
            elif part:
                stopped.append(part)
            running, failed = under_way(folder)
            meter.show(result.counts.done + running, result.counts.failed + failed)
            if allowed is not None and result.counts.failed + failed > allowed and not stop:
                stop.budget()
    _finish(result, folder, done, stopped, dry=dry, over=stop.over_budget)


def _finish(result: Result, folder: Path, done: dict[int, Counts], stopped: Iterable[Done], *, dry: bool, over: bool) -> None:
    failures: list[dict[str, Any]] = []
    for part in stopped if over else ():
        # Why it was stopped stands in the part that isn't done.
        result.counts.reasons.update(part.counts.reasons)
        result.counts.examples = {**part.counts.examples, **result.counts.examples}
        failures += part.failures
    if not dry:
        noted = [index for index, counts in sorted(done.items()) if set(counts.outcomes) - set(WELL)]
        write_lists(folder, noted, failures)


def listed(folder: Path, outcomes: Iterable[str]) -> list[Path]:
    """The files that list messages of these outcomes."""
    names = {FILES[outcome] for outcome in outcomes if outcome in FILES}
    return [folder / name for name in sorted(names) if (folder / name).exists()]
