"""Write a part's messages into files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from mailweave.deliverers import FileDeliverer, Letter
from mailweave.readers import Row
from mailweave_plugins.bulk.delivering import DelivererError, delivering
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.manifest import part_name
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.output.remote import place_of_messages, upload
from mailweave_plugins.bulk.signals import ALONE, Pulse
from mailweave_plugins.bulk.tried import Tried


def write_part(job: Job, deliverer: FileDeliverer, order: Order, seen: Seen) -> None:
    """Write a part's messages and ledger; both are whole or not there. Where they go into a store, they are uploaded.

    When the deliverer fails, each message is tried by itself first: those that it can't take are rejected, and all others are written.

    Raises:
        MailweaveError: the world's fault, or the deliverer fails though it takes each message alone.
    """
    try:
        _write_part(job, deliverer, order, seen, each_alone=order.singly)
    except DelivererError:
        seen.forget()
        _write_part(job, deliverer, order, seen, each_alone=True)
    if job.store:
        messages, ledger = _paths(job, deliverer, order)
        listen = Pulse(job.folder, order.index).listen
        seen.stored = upload(job.store, messages, ledger, order.patience, listen)


def _paths(job: Job, deliverer: FileDeliverer, order: Order) -> tuple[Path, Path]:
    name = part_name(order.index)
    return place_of_messages(job.folder, job.store) / f"{name}{deliverer.suffix}", job.folder / "ledger" / f"{name}.ndjson"


def _write_part(job: Job, deliverer: FileDeliverer, order: Order, seen: Seen, *, each_alone: bool) -> None:
    guard = Guard(job, order, seen, Pulse(job.folder, order.index))
    guard.compare()
    messages_path, final_path = _paths(job, deliverer, order)
    with (
        put_in_place(final_path) as ledger_path,
        ledger_path.open("w", encoding="utf-8") as ledger,
        put_in_place(messages_path) as path,
    ):
        delivering(job, "write", partial(deliverer.write, path, _letters(guard, ledger, deliverer if each_alone else None)))


def _letters(guard: Guard, ledger: TextIO, doubted: FileDeliverer | None) -> Iterator[Letter]:
    for number, row in guard.rows():
        tried = guard.build(number, row)
        if doubted and tried.letter:
            tried = _judged(guard.job, doubted, tried, tried.letter, row)
        entry = tried.entry("written" if tried.letter else "rejected")
        failed = guard.seen.add(entry)
        ledger.write(json_line(entry))
        if tried.letter:
            yield tried.letter
        guard.pulse.beat(failed=failed, allowed=guard.order.allowed)


def _judged(job: Job, deliverer: FileDeliverer, tried: Tried, letter: Letter, row: Row) -> Tried:
    """A letter that the deliverer takes, or the problem that it has with it."""
    try:
        write_alone(job, deliverer, letter)
    except DelivererError as error:
        return replace(tried, letter=None, problems=tuple(replace(problem, place=job.place(row)) for problem in error.problems))
    return tried


def write_alone(job: Job, deliverer: FileDeliverer, letter: Letter) -> None:
    """Write a single message where nobody looks.

    Raises:
        MailweaveError: as `delivering` does.
    """
    with TemporaryDirectory(dir=job.folder / ".run", prefix=ALONE) as folder:
        delivering(job, "write", lambda: deliverer.write(Path(folder) / f"part{deliverer.suffix}", iter([letter])))
