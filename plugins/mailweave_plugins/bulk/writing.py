"""Write a part's messages into files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TextIO

from mailweave.deliverers import FileDeliverer, Letter
from mailweave_plugins.bulk.delivering import delivering
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.manifest import part_name
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.signals import Pulse


def write_part(job: Job, deliverer: FileDeliverer, order: Order, seen: Seen) -> None:
    """Write a part's messages and ledger; both are whole or not there."""
    guard = Guard(job, order, seen, Pulse(job.folder, order.index))
    guard.compare()
    name = part_name(order.index)
    with (
        put_in_place(job.folder / "ledger" / f"{name}.ndjson") as ledger_path,
        ledger_path.open("w", encoding="utf-8") as ledger,
        put_in_place(job.folder / "messages" / f"{name}{deliverer.suffix}") as path,
    ):
        delivering(job, "write", partial(deliverer.write, path, _letters(guard, ledger)))


def _letters(guard: Guard, ledger: TextIO) -> Iterator[Letter]:
    job, order = guard.job, guard.order
    for number, row in job.rows(job.manifest.parts[order.index]):
        tried = guard.build(number, row)
        entry = tried.entry("written" if tried.letter else "rejected")
        failed = guard.seen.add(entry)
        ledger.write(json_line(entry))
        if tried.letter:
            yield tried.letter
        guard.pulse.beat(failed=failed, allowed=order.allowed)
