"""What a worker does: take a part, build its messages, deliver them, and say so last."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from typing import Any, Final

from filelock import FileLock

from mailweave import MailweaveError, Problem
from mailweave.deliverers import FileDeliverer
from mailweave.errors import PassingError
from mailweave.readers import Row
from mailweave_plugins.bulk.alone import try_alone
from mailweave_plugins.bulk.before.first import rows_meant, within
from mailweave_plugins.bulk.counts import Counts, chosen
from mailweave_plugins.bulk.delivering import undeliverable
from mailweave_plugins.bulk.done import done_before, unfinished, write_marker
from mailweave_plugins.bulk.durable import make_folder, remove
from mailweave_plugins.bulk.ids import Ids
from mailweave_plugins.bulk.job import Job, id_of, open_job
from mailweave_plugins.bulk.manifest import DRAFT, MANIFEST, marker, part_name
from mailweave_plugins.bulk.orders import Done, Order, Seen
from mailweave_plugins.bulk.position import CHOOSING
from mailweave_plugins.bulk.rows import rows_of
from mailweave_plugins.bulk.sending import send_part
from mailweave_plugins.bulk.sight.teller import Teller
from mailweave_plugins.bulk.signals import OutOfMemoryError, Pulse, StoppedError
from mailweave_plugins.bulk.tried import left_out, problems_of
from mailweave_plugins.bulk.writing import write_part

# One part at a time in a process, also where a scheduler gives it several threads: rendering is all computing.
ONE: Final = threading.Lock()


def do_part(order: Order) -> Done:
    """Build and deliver a part, unless it is done.

    Raises:
        MailweaveError: the run can't go on: a full disk, a mail server that is gone.
    """
    # A worker of an earlier start may not be dead yet, and a cluster may give a part to two workers.
    seen = Seen()
    with ONE:
        try:
            with _lock(order):
                counts = _told(open_job(order.folder, MANIFEST, order.run), order, seen)
            return Done(order.index, counts, not seen.held.missing, notes=tuple(seen.notes), held=seen.held)
        except MailweaveError as error:
            raise type(error)(*error.problems, *seen.notes) from error
        except StoppedError:
            return seen.stopped(order.index)
        except OSError as error:
            raise undeliverable(error) from error


def _lock(order: Order) -> FileLock:
    locks = order.folder / ".run" / "locks"
    make_folder(locks)
    return FileLock(locks / part_name(order.index))


def _told(job: Job, order: Order, seen: Seen) -> Counts:
    """Do a part, and have those who watch hear of it."""
    if order.alone is not None:
        return _do(job, order, seen)
    seen.teller = Teller(order.folder, order.run, order.index, events=order.tell)
    seen.teller.event("part-began", rows=job.manifest.parts[order.index].rows)
    try:
        return _do(job, order, seen)
    finally:
        seen.teller.note()


def _do(job: Job, order: Order, seen: Seen) -> Counts:
    if order.alone is not None:
        try_alone(job, order, seen)
        return seen.counts
    before = done_before(job.folder, job.manifest, order.index)
    if before and not unfinished(before, order.resend):
        return before
    remove(marker(job.folder, order.index))
    if isinstance(job.deliverer, FileDeliverer):
        write_part(job, job.deliverer, order, seen)
    else:
        send_part(job, order, seen)
        if seen.held.missing:
            return seen.counts
    part = job.manifest.parts[order.index]
    expected = rows_meant(part, order.before)
    if seen.counts.done != expected:
        what = f"{job.shown} changed while the run was at work: a part has {seen.counts.done:,} rows, not {expected:,}"
        raise MailweaveError(Problem(what, "put the file back as it was, and go on with the same command", code="inputs-changed"))
    if expected == part.rows:
        write_marker(job.folder, job.manifest.run, order.index, seen.counts, job.deliverer, seen.stored)
    return seen.counts


def ids_of(order: Order) -> Ids:
    """The ids of a part, and what the columns to pass through are like."""
    with ONE, suppress(StoppedError):
        job = open_job(order.folder, DRAFT, order.run)
        part = job.manifest.parts[order.index]
        pulse = Pulse(job.folder, order.index)
        found, only, look = [], job.columns.identifying(), job.look()
        for _, row in rows_of(job, order, pulse, only):
            # Some readers give the other columns too; what is wrong with those tells nothing of the id.
            found.append(_digest(job, row._replace(columns={name: row.columns[name] for name in only & row.columns.keys()})))
            if look:
                look.take(row.columns)
            pulse.beat()
        return Ids(part.row, found, look.shape() if look else None)
    return Ids(0, [])


def _digest(job: Job, row: Row) -> bytes:
    try:
        name = id_of(job.data(row))
    except MemoryError as error:
        raise OutOfMemoryError from error
    except Exception:  # the row is rejected for it when its message is built
        return b""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest() if name else b""


def tally(order: Order) -> Done:
    """Only choose, for a dry run: nothing is filled or delivered."""
    seen = Seen()
    with ONE, suppress(StoppedError):
        job = open_job(order.folder, MANIFEST, order.run)
        pulse = Pulse(job.folder, order.index)
        for number, row in within(rows_of(job, order, pulse), job.manifest.parts[order.index], order.before):
            pulse.at(CHOOSING, number)
            tried = left_out(job, order, number, row)
            entry = tried.entry("") if tried else choose(job, number, row)
            pulse.beat(failed=seen.add(entry), allowed=order.allowed)
        return Done(order.index, seen.counts)
    return seen.stopped(order.index)


def choose(job: Job, number: int, row: Row) -> dict[str, Any]:
    """Only choose for a row: a line like the ledger's, of the outcome "chosen" or "rejected"."""
    try:
        profile = job.profile(number, row, job.data(row))
        return {"outcome": "chosen", "choice": chosen(job.engine.choose(job.workspace, job.campaign, profile, job.at))}
    except MemoryError as error:
        raise OutOfMemoryError from error
    except PassingError:
        raise
    except BaseException as error:  # as `build` takes it
        return {"row": number, "outcome": "rejected", "problems": [problem.json() for problem in problems_of(error, job.place(row))]}
