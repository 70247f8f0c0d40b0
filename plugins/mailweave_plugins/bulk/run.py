"""A whole run: begin or find it, see what is done, and do the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic

import click
from filelock import FileLock, Timeout

from mailweave import MailweaveError, Problem
from mailweave.deliverers import AwayError, Deliverer, SendingDeliverer
from mailweave.engine import Engine
from mailweave.workspace import Workspace
from mailweave_plugins.bulk.before.approval import found_again, with_approval
from mailweave_plugins.bulk.before.first import end_of
from mailweave_plugins.bulk.before.orders import Bounds
from mailweave_plugins.bulk.before.preparing import Preparation
from mailweave_plugins.bulk.before.sampling import write_sample
from mailweave_plugins.bulk.before.seeding import seed
from mailweave_plugins.bulk.building import build, order_of
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.delivering import undeliverable
from mailweave_plugins.bulk.differences import note, noted
from mailweave_plugins.bulk.done import Check
from mailweave_plugins.bulk.durable import make_folder
from mailweave_plugins.bulk.ids import Ids
from mailweave_plugins.bulk.intake.taking import taken_in
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest
from mailweave_plugins.bulk.orders import PATIENCE, Order
from mailweave_plugins.bulk.output.remote import claim, publish, store_of, take
from mailweave_plugins.bulk.output.stores import Store
from mailweave_plugins.bulk.patience import patiently
from mailweave_plugins.bulk.plan import Request, begin, find, make_ready
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.result import Result, Start
from mailweave_plugins.bulk.sight.begun import begun, sent_so_far, settled
from mailweave_plugins.bulk.sight.reasons import without_addresses
from mailweave_plugins.bulk.sight.starts import How
from mailweave_plugins.bulk.sight.watching import Watching, watched
from mailweave_plugins.bulk.signals import reset
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.suppression import keep
from mailweave_plugins.bulk.work import ids_of
from mailweave_plugins.preflight.machine import warn_of_full_disk


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
    store = None if start.dry else store_of(deliverer, request.target)
    stop = Stop(request.folder)
    with stop.on_signals():
        make_folder(request.folder / ".run")
        with _alone(request.folder), watched(start.sight, request.folder) as watching:
            request = taken_in(request, engine.registry.readers[request.reader], start.patience, _nobody if start.sight.silent else _say)
            found = found_again(lambda: find(workspace, engine, request), request.folder, start.before)
            began = monotonic()
            if store:
                patiently(partial(take, store, found, request.folder), start.patience, lambda: None)
            workers.seconds, workers.died = workspace.config.limits.seconds, watching.died
            own = _Own(engine, request, start, deliverer, workers, stop, watching, store)
            result = own.work(found, workspace)
            result.interrupted, result.over_budget = stop.interrupted, stop.over_budget
            own.count_begun(result)
            watching.end(_how(result))
    result.seconds = monotonic() - began
    return result


def _say(text: str) -> None:
    click.echo(text, err=True)


def _nobody(_text: str) -> None:
    """Nobody is told."""


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
    store: Store | None = None
    done: dict[int, Counts] = field(default_factory=dict)

    @property
    def sends(self) -> bool:
        return isinstance(self.deliverer, SendingDeliverer) and not self.start.dry

    def work(self, found: Manifest | None, workspace: Workspace) -> Result:
        """Do what isn't done of a run that was found, or of a new one.

        Raises:
            KeyboardInterrupt: a signal came before there was anything to go on with.
        """
        folder, under_way = self.request.folder, False
        try:
            with self.workers:
                manifest = with_approval(_with_suppressed(found or self._new(workspace), folder, self.start), folder, self.start.before)
                whole = not self.sends and not self.start.dry
                result = Result(manifest, self.start, end=end_of(manifest.parts, self.start.before.first, whole=whole))
                check = Check(folder, manifest, self.deliverer, self.start.resend, result.notes.append, self.store)
                _find_done(check, self.done, result.counts, silent=self.start.sight.silent)
                self._prepare(result)
                if result.waits:
                    result.manifest = write_sample(self._preparation(result))
                    return result
                self._begin(result, known=found is not None)
                under_way = True
                with _saying(result, folder, sends=self.sends):
                    if self.start.before.seeds and self.sends:
                        _seed(result, self._preparation(result))
                    with self.stop.asking(patient=self.sends):
                        self._claim(result, known=found is not None)
                        build(result, folder, self.done, self.workers, self.stop, self.watching)
                        self._publish(result)
        except KeyboardInterrupt:
            # Workers that a second signal didn't wait for have ended by now; what they had sent stays sent.
            if not under_way:
                raise
            self.stop.interrupted = True
        return result

    def _new(self, workspace: Workspace) -> Manifest:
        workers, silent = self.workers, self.start.sight.silent
        self.watching.prepare(self.request.campaign)
        digests = partial(_digests, self.request.folder, workers=workers, stop=self.stop, silent=silent)
        return begin(workspace, self.engine, self.request, workers.jobs, digests)

    def _prepare(self, result: Result) -> None:
        """See to what the run has kept, unless there is nothing to do."""
        if len(self.done) < len(result.manifest.parts) or self.start.before.seeds:
            make_ready(self.engine, self.request, result.manifest)
            result.manifest = self._preparation(result).with_duplicates()
        if self.sends and not result.waits:
            result.notes += warn_of_full_disk(self.request.folder, result.total - result.counts.done)

    def _claim(self, result: Result, *, known: bool) -> None:
        """Say in the store whose it is, before the first part is uploaded."""
        if self.store and not (known and len(self.done) == len(result.manifest.parts)):
            patiently(partial(claim, self.store, result.manifest), self.start.patience, self.stop.listener())

    def _publish(self, result: Result) -> None:
        if self.store:
            state = {"complete": result.complete, "outcomes": dict(result.counts.outcomes)}
            upload = partial(publish, self.store, self.request.folder, result.manifest, state)
            patiently(upload, self.start.patience, self.stop.listener())

    def _preparation(self, result: Result) -> Preparation:
        return Preparation(self.request.folder, result.manifest, self.workers, self.stop, silent=self.start.sight.silent)

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


def _seed(result: Result, preparation: Preparation) -> None:
    """Serve the seeds first, unless a message wasn't the reference's."""
    folder, run = preparation.folder, result.manifest.run
    if result.start.reference or not noted(folder, run):
        order = order_of(result, folder, 0, Bounds(duplicates=result.manifest.duplicates))
        result.seeds = seed(preparation, order, result.start.before.seeds)
        result.notes += result.seeds.notes
        result.counts.merge(result.seeds.counts)
        if result.seeds.different:
            note(folder, run, result.seeds.different)


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


def _digests(folder: Path, draft: Manifest, workers: Workers, stop: Stop, *, silent: bool) -> Iterator[Ids | None]:
    reset(folder, len(draft.parts))
    orders = [Order(folder, draft.run, index) for index in range(len(draft.parts))]
    rows = 0
    with stop.asking(), Meter("Comparing ids", draft.total, silent=silent) as meter:
        for part in workers.each(ids_of, orders, stop):
            rows += len(part.digests) if part else 0
            meter.show(rows, 0)
            yield part
    if stop:
        raise KeyboardInterrupt
