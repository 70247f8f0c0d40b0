"""Have workers do the parts of a run that aren't done, count what they come to, and stop when it goes wrong."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from mailweave_plugins.bulk.before.first import rows_meant
from mailweave_plugins.bulk.before.orders import Bounds
from mailweave_plugins.bulk.counts import WELL, Counts
from mailweave_plugins.bulk.differences import note, noted, write_suspects
from mailweave_plugins.bulk.journal import Entry
from mailweave_plugins.bulk.lists import write_lists
from mailweave_plugins.bulk.orders import Done, Order
from mailweave_plugins.bulk.pace.course import Course
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.result import Result
from mailweave_plugins.bulk.sample import sampled
from mailweave_plugins.bulk.sight.watching import Watching
from mailweave_plugins.bulk.signals import clear, reset, under_way
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.work import do_part, tally


def build(result: Result, folder: Path, done: dict[int, Counts], workers: Workers, stop: Stop, watching: Watching) -> None:
    """Have workers do the parts that aren't in `done`, which then are, and count what they come to.

    Raises:
        MailweaveError: nothing can be written or sent any more; a part ends its workers again and again.
    """
    manifest, start = result.manifest, result.start
    allowed = start.budget.whole(manifest.total) if start.budget else None
    reset(folder, len(manifest.parts))
    result.differences = noted(folder, manifest.run)
    stopped: list[Done] = []
    waiting = 0
    course = Course(folder, manifest.run, start.pace, _orders(result, folder, done, allowed))
    silent = start.sight.silent
    with Meter("Choosing" if start.dry else "Building", result.total, result.counts.done, start.pace.seconds_each, silent=silent) as meter:
        for part in workers.each(tally if start.dry else do_part, course.backlog, stop):
            result.notes += part.notes if part else ()
            waits = bool(part and course.waits(part, stop))
            watching.tick(None if waits else part)
            if waits:
                pass  # what it came to counts as under way
            elif part and part.finished:
                clear(folder, part.index)
                result.counts.merge(part.counts)
                done[part.index] = part.counts
                waiting += part.counts.charged - part.counts.failed
            elif part:
                stopped.append(part)
                _stopped(part, folder, manifest.run, stop)
            running, failed = under_way(folder)
            meter.show(result.counts.done + running, result.counts.failed + failed, course.note())
            course.watch(stop)
            if allowed is not None and result.counts.failed + waiting + failed > allowed and not stop:
                stop.budget()
    result.reason = course.ended(stop)
    for part in course.waiting.values():
        if part.finished:
            watching.tick(part)
            result.counts.merge(part.counts)
            done[part.index] = part.counts
    result.reached = result.end is not None and all(index in done for index, part in enumerate(manifest.parts) if part.row < result.end)
    _finish(result, folder, done, stopped, stop, course.left(stop))


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
        bounds = Bounds(result.end, manifest.duplicates)
        meant = rows_meant(part, bounds)
        rows = sample[bisect_left(sample, part.row) : bisect_left(sample, part.row + meant)]
        if meant and index not in done:
            found.append(replace(order_of(result, folder, index, bounds), allowed=left, sample=tuple(rows)))
    return found


def order_of(result: Result, folder: Path, index: int, bounds: Bounds) -> Order:
    """What holds for whatever a worker is told to hand over."""
    manifest, start = result.manifest, result.start
    order = Order(folder, manifest.run, index, start.resend, reference=start.reference, suppressed=manifest.suppressed, before=bounds)
    order = replace(order, tell=bool(start.sight.observers))
    return replace(order, patience=start.pace.patience(start.patience), connections=start.connections, pace=start.pace)


def _stopped(part: Done, folder: Path, run: str, stop: Stop) -> None:
    if part.different:
        note(folder, run, part.different)
        stop.failure()


def _finish(result: Result, folder: Path, done: dict[int, Counts], stopped: Iterable[Done], stop: Stop, left: Iterable[Entry]) -> None:
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
        write_lists(folder, written, chain(failures, left), listen)
        result.differences = noted(folder, result.manifest.run)
        result.suspects = write_suspects(folder, result.manifest.run, result.differences, len(result.manifest.parts), listen)
