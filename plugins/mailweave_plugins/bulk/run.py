"""A whole run: begin or find it, have workers do what isn't done, count, and stop when it goes wrong."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from filelock import FileLock, Timeout

from mailweave import MailweaveError, Problem
from mailweave.deliverers import AwayError, SendingDeliverer
from mailweave.engine import Engine
from mailweave.workspace import Workspace
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.counts import WELL, Counts
from mailweave_plugins.bulk.differences import DIFFERENCES, SUSPECT, Suspects, note, noted, write_suspects
from mailweave_plugins.bulk.durable import read_json
from mailweave_plugins.bulk.journal import sent_of
from mailweave_plugins.bulk.lists import FILES, write_lists
from mailweave_plugins.bulk.manifest import Manifest, marker
from mailweave_plugins.bulk.orders import PATIENCE, Done, Order
from mailweave_plugins.bulk.plan import Request, begin, find
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.sample import sampled
from mailweave_plugins.bulk.signals import clear, reset, under_way
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.work import do_part, ids_of, tally, unfinished


@dataclass(frozen=True)
class Start:
    """What a person may say otherwise each time a run is started.

    How many messages may fail, whether to send what is in doubt again, whether to build every message the reference way,
    whether only to choose and count, and how many seconds to wait for a server that is away.
    """

    budget: Amount | None = None
    resend: bool = False
    reference: bool = False
    dry: bool = False
    patience: float = PATIENCE


@dataclass
class Result:
    """What a run came to. `before` is how many messages earlier starts had done; `seconds` is this start's time.

    `differences` are the lines of differences.ndjson, of all starts. `notes` are damages that were found and mended; `sent` is how many
    messages the server has taken, also those of parts that aren't done, or None where nothing is sent.
    """

    manifest: Manifest
    start: Start
    counts: Counts = field(default_factory=Counts)
    before: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    over_budget: bool = False
    differences: list[dict[str, Any]] = field(default_factory=list)
    suspects: Suspects = field(default_factory=Suspects)
    notes: list[Problem] = field(default_factory=list)
    sent: int | None = None

    @property
    def complete(self) -> bool:
        """Whether every message has an outcome."""
        return self.counts.done == self.manifest.total

    @property
    def differs(self) -> bool:
        """Whether the run stopped, or didn't go on, because a message wasn't the reference's."""
        return bool(self.differences) and not self.start.reference and not self.complete

    @property
    def open(self) -> int:
        """How many messages wait for another try, or are in doubt."""
        return sum(count for outcome, count in self.counts.outcomes.items() if outcome in ("deferred", "in doubt"))


def run(engine: Engine, workspace: Workspace, request: Request, workers: Workers, start: Start) -> Result:
    """Do a run, or go on with it.

    Raises:
        MailweaveError: it can't begin, or can't go on; what is done stays done.
    """
    workspace.campaign(request.campaign)
    _check(engine, request, start)
    (request.folder / ".run").mkdir(parents=True, exist_ok=True)
    with _alone(request.folder):
        stop = Stop(request.folder)
        found = find(workspace, engine, request)
        began = monotonic()
        with workers, stop.on_signals():
            manifest = found or begin(workspace, engine, request, workers.jobs, lambda draft: _digests(request.folder, draft, workers, stop))
            result = Result(manifest, start)
            sends = isinstance(engine.registry.deliverers[request.deliverer], SendingDeliverer) and not start.dry
            with _saying(result, request.folder, sends=sends):
                if not stop:
                    _work(result, request.folder, workers, stop)
        result.seconds = monotonic() - began
        result.interrupted, result.over_budget = stop.interrupted, stop.over_budget
    return result


@contextmanager
def _saying(result: Result, folder: Path, *, sends: bool) -> Iterator[None]:
    """Have an error that ends a run say, too, what was damaged and how many messages are sent."""
    try:
        yield
    except MailweaveError as error:
        told = [_sent(folder, result.manifest)] if sends else []
        raise type(error)(*error.problems, *result.notes, *told) from error
    result.sent = sent_so_far(folder, result.manifest) if sends else None


def _check(engine: Engine, request: Request, start: Start) -> None:
    try:
        engine.registry.deliverers[request.deliverer].check(request.target)
    except AwayError:
        # Who has more patience than that has the workers wait.
        if start.patience <= PATIENCE:
            raise


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


def _work(result: Result, folder: Path, workers: Workers, stop: Stop) -> None:
    manifest, start = result.manifest, result.start
    allowed = start.budget.whole(manifest.total) if start.budget else None
    reset(folder, len(manifest.parts))
    done = {index: Counts.of(read_json(marker(folder, index))) for index in range(len(manifest.parts)) if marker(folder, index).exists()}
    done = {index: counts for index, counts in done.items() if not unfinished(counts, start.resend)}
    for counts in done.values():
        result.counts.merge(counts)
    result.before = result.counts.done
    result.differences = noted(folder)
    stopped: list[Done] = []
    waiting = 0
    orders = _orders(result, folder, done, allowed)
    with Meter("Choosing" if start.dry else "Building", manifest.total, result.before) as meter:
        for part in workers.each(tally if start.dry else do_part, orders, stop):
            result.notes += part.notes if part else ()
            if part and part.finished:
                clear(folder, part.index)
                result.counts.merge(part.counts)
                done[part.index] = part.counts
                waiting += part.counts.charged - part.counts.failed
            elif part:
                stopped.append(part)
                _stopped(part, folder, stop)
            running, failed = under_way(folder)
            meter.show(result.counts.done + running, result.counts.failed + failed)
            if allowed is not None and result.counts.failed + waiting + failed > allowed and not stop:
                stop.budget()
    _finish(result, folder, done, stopped, over=stop.over_budget)


def _orders(result: Result, folder: Path, done: Container[int], allowed: int | None) -> list[Order]:
    """What is to be done: nothing, once a difference was found, unless the reference way."""
    if result.differs:
        return []
    manifest, start = result.manifest, result.start
    left = None if allowed is None else max(0, allowed - result.counts.failed)
    size = 0 if start.reference or start.dry else manifest.sample or 0
    sample = sampled(manifest.run, manifest.total, size)
    found = []
    for index, part in enumerate(manifest.parts):
        rows = sample[bisect_left(sample, part.row) : bisect_left(sample, part.row + part.rows)]
        if index not in done:
            found.append(Order(folder, manifest.run, index, start.resend, left, tuple(rows), start.reference, start.patience))
    return found


def _stopped(part: Done, folder: Path, stop: Stop) -> None:
    if part.different:
        note(folder, part.different)
        stop.failure()


def _finish(result: Result, folder: Path, done: dict[int, Counts], stopped: Iterable[Done], *, over: bool) -> None:
    failures: list[dict[str, Any]] = []
    for part in stopped:
        if over:
            # Why it was stopped stands in the part that isn't done.
            result.counts.reasons.update(part.counts.reasons)
            result.counts.examples = {**part.counts.examples, **result.counts.examples}
            failures += part.failures
        if part.different:
            result.counts.compared.update(part.counts.compared)
    if not result.start.dry:
        written = [index for index, counts in sorted(done.items()) if set(counts.outcomes) - set(WELL)]
        write_lists(folder, written, failures)
        result.differences = noted(folder)
        result.suspects = write_suspects(folder, result.manifest.run, result.differences, len(result.manifest.parts))


def _sent(folder: Path, manifest: Manifest) -> Problem:
    what = f"{sent_so_far(folder, manifest):,} of {manifest.total:,} messages are sent and stay so"
    return Problem(what, "nobody gets a second one from the same command", code="sent-so-far", level="warning")


def sent_so_far(folder: Path, manifest: Manifest) -> int:
    """How many messages the server has taken in all starts together, also those of parts that aren't done."""
    sent = 0
    for index in range(len(manifest.parts)):
        done = marker(folder, index)
        sent += Counts.of(read_json(done)).outcomes["sent"] if done.exists() else sent_of(folder, manifest.run, index)
    return sent


def listed(folder: Path, outcomes: Iterable[str]) -> list[Path]:
    """The files that list messages to look at: those of these outcomes, and those that weren't the reference's."""
    names = {FILES[outcome] for outcome in outcomes if outcome in FILES} | {DIFFERENCES, SUSPECT}
    return [folder / name for name in sorted(names) if (folder / name).exists()]
