"""A whole run: begin or find it, have workers do what isn't done, count, and stop when it goes wrong."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
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
from mailweave_plugins.bulk.delivering import undeliverable
from mailweave_plugins.bulk.differences import DIFFERENCES, SUSPECT, Suspects, note, noted, write_suspects
from mailweave_plugins.bulk.done import Check, done_before
from mailweave_plugins.bulk.durable import make_folder
from mailweave_plugins.bulk.ids import Ids
from mailweave_plugins.bulk.intake.taking import taken_in
from mailweave_plugins.bulk.journal import sent_of
from mailweave_plugins.bulk.lists import FILES, write_lists
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest
from mailweave_plugins.bulk.orders import CONNECTIONS, PATIENCE, Done, Order
from mailweave_plugins.bulk.output.remote import claim, publish, store_of, take
from mailweave_plugins.bulk.output.stores import Store
from mailweave_plugins.bulk.patience import patiently
from mailweave_plugins.bulk.plan import Request, begin, find, make_ready
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.sample import sampled
from mailweave_plugins.bulk.signals import clear, reset, under_way
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.suppression import keep
from mailweave_plugins.bulk.work import do_part, ids_of, tally


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
    connections: int = CONNECTIONS
    suppress: tuple[Path, ...] = ()


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
        KeyboardInterrupt: a signal came before there was anything to go on with, or came twice.
    """
    try:
        return _run(engine, workspace, request, workers, start)
    except BrokenPipeError:
        raise  # whoever read our output may have had enough
    except OSError as error:
        raise undeliverable(error) from error


def _run(engine: Engine, workspace: Workspace, request: Request, workers: Workers, start: Start) -> Result:
    workspace.campaign(request.campaign)
    deliverer = engine.registry.deliverers[request.deliverer].configured(request.output.options)
    _check(engine, request, start)
    sends = isinstance(deliverer, SendingDeliverer) and not start.dry
    store = None if start.dry else store_of(deliverer, request.target)
    stop = Stop(request.folder)
    with stop.on_signals():
        make_folder(request.folder / ".run")
        with _alone(request.folder):
            request = taken_in(request, engine.registry.readers[request.reader], start.patience)
            found = find(workspace, engine, request)
            began = monotonic()
            if store:
                patiently(partial(take, store, found, request.folder), start.patience, lambda: None)
            workers.seconds = workspace.config.limits.seconds
            with workers:
                manifest = found or begin(workspace, engine, request, workers.jobs, lambda draft: _digests(request.folder, draft, workers, stop))
                manifest = _with_suppressed(manifest, request.folder, start)
                result = Result(manifest, start)
                check = Check(request.folder, manifest, deliverer, start.resend, result.notes.append, store)
                done = _done(check)
                if len(done) < len(manifest.parts):
                    make_ready(engine, request, manifest)
                with stop.asking(patient=sends), _saying(result, request.folder, sends=sends):
                    if store and not (found and len(done) == len(manifest.parts)):
                        patiently(partial(claim, store, manifest), start.patience, stop.listener())
                    _work(result, request.folder, done, workers, stop)
                    if store:
                        _publish(store, request.folder, result, stop)
    result.seconds = monotonic() - began
    result.interrupted, result.over_budget = stop.interrupted, stop.over_budget
    return result


def _publish(store: Store, folder: Path, result: Result, stop: Stop) -> None:
    state = {"complete": result.complete, "outcomes": dict(result.counts.outcomes)}
    patiently(partial(publish, store, folder, result.manifest, state), result.start.patience, stop.listener())


def _with_suppressed(manifest: Manifest, folder: Path, start: Start) -> Manifest:
    """Whoever was in a list of an earlier start must not get a message of this one either."""
    if not start.suppress:
        return manifest
    found = replace(manifest, suppressed=keep(folder, start.suppress))
    found.write(folder / MANIFEST)
    return found


def _done(check: Check) -> dict[int, Counts]:
    done: dict[int, Counts] = {}
    rows = 0
    with Meter("Checking", check.manifest.total) as meter:
        for index, counts in check.done():
            done[index] = counts
            rows += counts.done
            meter.show(rows, 0)
    return done


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


def _digests(folder: Path, draft: Manifest, workers: Workers, stop: Stop) -> Iterator[Ids | None]:
    reset(folder, len(draft.parts))
    orders = [Order(folder, draft.run, index) for index in range(len(draft.parts))]
    rows = 0
    with stop.asking(), Meter("Comparing ids", draft.total) as meter:
        for part in workers.each(ids_of, orders, stop):
            rows += len(part.digests) if part else 0
            meter.show(rows, 0)
            yield part
    if stop:
        raise KeyboardInterrupt


def _work(result: Result, folder: Path, done: dict[int, Counts], workers: Workers, stop: Stop) -> None:
    manifest, start = result.manifest, result.start
    allowed = start.budget.whole(manifest.total) if start.budget else None
    reset(folder, len(manifest.parts))
    for counts in done.values():
        result.counts.merge(counts)
    result.before = result.counts.done
    result.differences = noted(folder, manifest.run)
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
                _stopped(part, folder, manifest.run, stop)
            running, failed = under_way(folder)
            meter.show(result.counts.done + running, result.counts.failed + failed)
            if allowed is not None and result.counts.failed + waiting + failed > allowed and not stop:
                stop.budget()
    _finish(result, folder, done, stopped, stop)


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
            order = Order(folder, manifest.run, index, start.resend, left, tuple(rows), start.reference)
            found.append(replace(order, patience=start.patience, connections=start.connections, suppressed=manifest.suppressed))
    return found


def _stopped(part: Done, folder: Path, run: str, stop: Stop) -> None:
    if part.different:
        note(folder, run, part.different)
        stop.failure()


def _finish(result: Result, folder: Path, done: dict[int, Counts], stopped: Iterable[Done], stop: Stop) -> None:
    failures: list[dict[str, Any]] = []
    for part in stopped:
        if stop.over_budget:
            # Why it was stopped stands in the part that isn't done.
            result.counts.reasons.update(part.counts.reasons)
            result.counts.examples = {**part.counts.examples, **result.counts.examples}
            failures += part.failures
        if part.different:
            result.counts.compared.update(part.counts.compared)
    if not result.start.dry:
        listen = stop.listener()
        written = [index for index, counts in sorted(done.items()) if set(counts.outcomes) - set(WELL)]
        write_lists(folder, written, failures, listen)
        result.differences = noted(folder, result.manifest.run)
        result.suspects = write_suspects(folder, result.manifest.run, result.differences, len(result.manifest.parts), listen)


def _sent(folder: Path, manifest: Manifest) -> Problem:
    what = f"{sent_so_far(folder, manifest):,} of {manifest.total:,} messages are sent and stay so"
    return Problem(what, "nobody gets a second one from the same command", code="sent-so-far", level="warning")


def sent_so_far(folder: Path, manifest: Manifest) -> int:
    """How many messages the server has taken in all starts together, also those of parts that aren't done."""
    sent = 0
    for index in range(len(manifest.parts)):
        done = done_before(folder, manifest, index)
        sent += done.outcomes["sent"] if done else sent_of(folder, manifest.run, index)
    return sent


def listed(folder: Path, outcomes: Iterable[str]) -> list[Path]:
    """The files that list messages to look at: those of these outcomes, and those that weren't the reference's."""
    names = {FILES[outcome] for outcome in outcomes if outcome in FILES} | {DIFFERENCES, SUSPECT}
    return [folder / name for name in sorted(names) if (folder / name).exists()]
