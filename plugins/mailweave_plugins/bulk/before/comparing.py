"""What workers do to compare addresses: give a part's digests, and say which of some rows can't be built."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailweave import MailweaveError
from mailweave.addresses import normalised
from mailweave_plugins.bulk.job import DiffersError, Job, open_job
from mailweave_plugins.bulk.manifest import MANIFEST
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.position import BUILDING
from mailweave_plugins.bulk.rows import rows_of
from mailweave_plugins.bulk.signals import Pulse, StoppedError
from mailweave_plugins.bulk.tried import build, data_of
from mailweave_plugins.bulk.work import ONE


def addresses_of(order: Order) -> tuple[int, list[bytes]]:
    """The part's first row, and a digest of each row's address; empty where there is none, or the row is rejected for its id."""
    with ONE, suppress(StoppedError):
        job = open_job(order.folder, MANIFEST, order.run)
        pulse = Pulse(job.folder, order.index)
        found, only = [], job.columns.identifying()
        for number, row in rows_of(job, order, pulse, only):
            known = row._replace(columns={name: row.columns[name] for name in only & row.columns.keys()})
            found.append(b"" if row.problem or number in job.twice else _digest(data_of(job, known)))
            pulse.beat()
        return job.manifest.parts[order.index].row, found
    return 0, []


def _digest(data: dict[str, Any]) -> bytes:
    try:
        address = normalised(str(data.get("email") or ""))
    except (ValueError, MailweaveError):
        return b""
    return hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def unbuilt_of(order: Order) -> list[int]:
    """Those of the rows `order.before.rows` that can't be built, and have no message therefore."""
    bad: list[int] = []
    with ONE, suppress(StoppedError):
        job = _own_job(order.folder, order.run)
        pulse = Pulse(job.folder, order.index)
        wanted = set(order.before.rows)
        for number, row in rows_of(job, order, pulse):
            if number in wanted:
                pulse.at(BUILDING, number)
                if not _builds(job, number, row):
                    bad.append(number)
                pulse.listen()
            if number >= order.before.rows[-1]:
                break
    return bad


@lru_cache(maxsize=1)
def _own_job(folder: Path, run: str) -> Job:
    """A job with documents of its own, so that the run itself still compares the first message of each of its documents."""
    return replace(open_job(folder, MANIFEST, run))


def _builds(job: Job, number: int, row: Any) -> bool:
    try:
        return build(job, number, row, "compiled").letter is not None
    except DiffersError:  # which the run finds, too, and stops for it
        return True
