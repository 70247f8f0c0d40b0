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
from mailweave.deliverers import AwayError, Deliverer, SendingDeliverer
from mailweave.engine import Engine
from mailweave.workspace import Workspace
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.counts import WELL, Counts
from mailweave_plugins.bulk.delivering import undeliverable
from mailweave_plugins.bulk.differences import DIFFERENCES, SUSPECT, Suspects, note, noted, write_suspects
from mailweave_plugins.bulk.done import Check
from mailweave_plugins.bulk.durable import make_folder
from mailweave_plugins.bulk.lists import FILES, write_lists
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest
from mailweave_plugins.bulk.orders import CONNECTIONS, PATIENCE, Done, Order
from mailweave_plugins.bulk.plan import Request, begin, find, make_ready
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.sample import sampled
from mailweave_plugins.bulk.sight.begun import begun, sent_so_far, settled
from mailweave_plugins.bulk.sight.reasons import without_addresses
from mailweave_plugins.bulk.sight.starts import How
from mailweave_plugins.bulk.sight.watching import NOBODY, Sight, Watching, watched
from mailweave_plugins.bulk.signals import clear, reset, under_way
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.suppression import keep
from mailweave_plugins.bulk.work import do_part, ids_of, tally


@dataclass(frozen=True)
class Start:
    """What a person may say otherwise each time a run is started.

    How many messages may fail, whether to send what is in doubt again, whether to build every message the reference way,
    whether only to choose and count, how many seconds to wait for a server that is away, and who watches.
    """

    budget: Amount | None = None
    resend: bool = False
    reference: bool = False
    dry: bool = False
    patience: float = PATIENCE
    connections: int = CONNECTIONS
    suppress: tuple[Path, ...] = ()
    sight: Sight = NOBODY


@dataclass
class Result:
    """What a run came to. `before` is how many messages earlier starts had done; `seconds` is this start's time.

    `counts` are those of parts that are done; `begun` those of messages that were handed to a server in parts that aren't, as the journals say.
    `differences` are the lines of differences.ndjson, of all starts. `notes` are damages that were found and mended; `sent` is how many
    messages the server has taken, or None where nothing is sent.
    """

    manifest: Manifest
    start: Start
    counts: Counts = field(default_factory=Counts)
    begun: Counts = field(default_factory=Counts)
    before: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    over_budget: bool = False
    differences: list[dict[str, Any]] = field(default_factory=list)
    suspects: Suspects = field(default_factory=Suspects)
    notes: list[Problem] = field(default_factory=list)
    sent: int | None = None

    @property
    def so_far(self) -> Counts:
        """What became of every message that anything became of."""
        both = Counts()
        both.merge(self.counts)
        both.merge(self.begun)
        return both

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
    deliverer = engine.registry.deliverers[request.deliverer]
    _check(engine, request, start)
    stop = Stop(request.folder)
    with stop.on_signals():
        make_folder(request.folder / ".run")
        with _alone(request.folder), watched(start.sight, request.folder) as watching:
            found = find(workspace, engine, request)
            began = monotonic()
            workers.seconds, workers.died = workspace.config.limits.seconds, watching.died
            own = _Own(engine, request, start, deliverer, workers, stop, watching)
            result = own.work(found, workspace)
            result.interrupted, result.over_budget = stop.interrupted, stop.over_budget
            own.count_begun(result)
            watching.end(_how(result))
    result.seconds = monotonic() - began
    return result


def _how(result: Result) -> How:
    """How a run ended, as its folder keeps it."""
    if result.interrupted:
        return "interrupted"
    if result.over_budget:
        return "over budget"
    return "complete" if result.complete else "incomplete"


@dataclass
class _Own:
    """What a start has to itself."""

    engine: Engine
    request: Request
    start: Start
    deliverer: Deliverer
    workers: Workers
    stop: Stop
    watching: Watching
    done: dict[int, Counts] = field(default_factory=dict)

    @property
    def sends(self) -> bool:
        return isinstance(self.deliverer, SendingDeliverer) and not self.start.dry

    def work(self, found: Manifest | None, workspace: Workspace) -> Result:
        """Do what isn't done of a run that was found, or of a new one.

        Raises:
            KeyboardInterrupt: a signal came before there was anything to go on with.
        """
        folder, result = self.request.folder, None
        try:
            with self.workers:
                manifest = _with_suppressed(found or self._new(workspace), folder, self.start)
                result = Result(manifest, self.start)
                check = Check(folder, manifest, self.deliverer, self.start.resend, result.notes.append)
                _find_done(check, self.done, result.counts, silent=self.start.sight.silent)
                if len(self.done) < len(manifest.parts):
                    make_ready(self.engine, self.request, manifest)
                self._begin(result, known=found is not None)
                with self.stop.asking(patient=self.sends), _saying(result, folder, sends=self.sends):
                    _work(result, folder, self.done, self.workers, self.stop, self.watching)
        except KeyboardInterrupt:
            # Workers that a second signal didn't wait for have ended by now; what they had sent stays sent.
            if result is None:
                raise
            self.stop.interrupted = True
        return result

    def _new(self, workspace: Workspace) -> Manifest:
        workers, silent = self.workers, self.start.sight.silent
        self.watching.prepare(self.request.campaign)
        digests = partial(_digests, self.request.folder, workers=workers, stop=self.stop, silent=silent)
        return begin(workspace, self.engine, self.request, workers.jobs, digests)

    def _begin(self, result: Result, *, known: bool) -> None:
        earlier = begun(self.request.folder, result.manifest, self.done) if self.sends and known else {}
        result.before = result.counts.done + settled(earlier.values(), resend=self.start.resend)
        self.watching.begin(result.manifest, self.done, earlier, result.before)
        self.watching.notes(result.notes)

    def count_begun(self, result: Result) -> None:
        """Count what was handed over in parts that aren't done: that stays, whatever becomes of the part."""
        if not (self.sends or self.stop.interrupted):
            return
        for counts in begun(self.request.folder, result.manifest, self.done).values():
            result.begun.merge(counts)
        if result.over_budget:  # the reasons stand with those of the parts that are done
            result.begun.reasons.clear()
        result.sent = result.so_far.outcomes["sent"] if self.sends else None


def _with_suppressed(manifest: Manifest, folder: Path, start: Start) -> Manifest:
    """Whoever was in a list of an earlier start must not get a message of this one either."""
    if not start.suppress:
        return manifest
    found = replace(manifest, suppressed=keep(folder, start.suppress))
    found.write(folder / MANIFEST)
    return found


def _find_done(check: Check, done: dict[int, Counts], total: Counts, *, silent: bool) -> None:
    """Find the parts that are done; `total` becomes their sum."""
    with Meter("Checking", check.manifest.total, silent=silent) as meter:
        for index, counts in check.done():
            done[index] = counts
            total.merge(counts)
            meter.show(total.done, 0)


@contextmanager
def _saying(result: Result, folder: Path, *, sends: bool) -> Iterator[None]:
    """Have an error that ends a run say, too, what was damaged and how many messages are sent."""
    try:
        yield
    except MailweaveError as error:
        told = [sent_so_far(folder, result.manifest)] if sends else []
        raise type(error)(*error.problems, *result.notes, *told) from error


def _check(engine: Engine, request: Request, start: Start) -> None:
    try:
        engine.registry.deliverers[request.deliverer].check(request.target)
    except AwayError as error:
        # Who has more patience than that has the workers wait.
        if start.patience <= PATIENCE:
            raise
        start.sight.tell("waiting-for-server", campaign=request.campaign, answer=without_addresses(error.problems[0].what))


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


def _digests(folder: Path, draft: Manifest, workers: Workers, stop: Stop, *, silent: bool) -> Iterator[tuple[int, list[bytes]] | None]:
    reset(folder, len(draft.parts))
    orders = [Order(folder, draft.run, index) for index in range(len(draft.parts))]
    rows = 0
    with stop.asking(), Meter("Comparing ids", draft.total, silent=silent) as meter:
        for part in workers.each(ids_of, orders, stop):
            rows += len(part[1]) if part else 0
            meter.show(rows, 0)
            yield part
    if stop:
        raise KeyboardInterrupt


def _work(result: Result, folder: Path, done: dict[int, Counts], workers: Workers, stop: Stop, watching: Watching) -> None:
    manifest, start = result.manifest, result.start
    allowed = start.budget.whole(manifest.total) if start.budget else None
    reset(folder, len(manifest.parts))
    result.differences = noted(folder, manifest.run)
    stopped: list[Done] = []
    waiting = 0
    orders = _orders(result, folder, done, allowed)
    with Meter("Choosing" if start.dry else "Building", manifest.total, result.counts.done, silent=start.sight.silent) as meter:
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
            watching.tick(part)
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
            order = Order(folder, manifest.run, index, start.resend, left, tuple(rows), start.reference, tell=bool(start.sight.observers))
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


def listed(folder: Path, outcomes: Iterable[str]) -> list[Path]:
    """The files that list messages to look at: those of these outcomes, and those that weren't the reference's."""
    names = {FILES[outcome] for outcome in outcomes if outcome in FILES} | {DIFFERENCES, SUSPECT}
    return [folder / name for name in sorted(names) if (folder / name).exists()]
