"""Folders of bulk runs, as workers leave them."""

from __future__ import annotations

import time
from pathlib import Path

from mailweave.readers import Part
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.kept import write_kept
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.lists import write_lists
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest, marker, part_name
from mailweave_plugins.bulk.sight.snapshots import Tally, write_snapshot
from mailweave_plugins.bulk.sight.starts import StartFile

RUN = "0" * 32
DETAILS = {"refused": "550 5.1.1 <nobody@shop.example>: no such mailbox", "deferred": "450 4.2.1 try again later", "in doubt": "the connection broke at text"}
REJECTED = [{"path": "customers.csv", "line": 12, "column": 1, "level": "error", "code": "bad-address", "what": "'ann@' is no email address", "remedy": "correct it"}]
MANY = ["sent"] * 90 + ["deferred"] * 5 + ["refused"] * 3 + ["rejected", "in doubt"]


def make_run(folder: Path, outcomes=MANY, *, campaign="spring", parts_done=1, target="smtp://mail.example", size=100, parts=2) -> Path:
    """A run of parts of 100 messages, of which some are done; each has these outcomes."""
    rows = [Part(start=size * index, stop=size * (index + 1), line=size * index + 1, row=size * index, rows=size) for index in range(parts)]
    words = {"campaign": campaign, "at": "2026-11-23T10:00:00+00:00", "workspace": "/w", "base": "/w", "reader": "csv", "profiles": "customers.csv", "path": "/customers.csv"}
    folder.mkdir(parents=True)
    (folder / ".run").mkdir()
    (folder / "ledger").mkdir()
    Manifest(run=RUN, **words, mapped=(), limit=None, deliverer="smtp", target=target, inputs={}, parts=tuple(rows)).write(folder / MANIFEST)
    for index in range(parts_done):
        done(folder, index, outcomes, size)
    write_lists(folder, range(parts_done), [])
    return folder


def done(folder: Path, index: int, outcomes=MANY, size=100) -> None:
    """Have a part be done."""
    counts, tally = Counts(), Tally()
    with (folder / "ledger" / f"{part_name(index)}.ndjson").open("w") as ledger:
        for row, outcome in enumerate(outcomes, size * index):
            entry = {"row": row, "id": f"p{row}", "email": f"u{row}@{'gmail' if row % 2 else 'shop'}.example", "outcome": outcome}
            entry |= {"problems": REJECTED} if outcome == "rejected" else {"detail": DETAILS[outcome]} if outcome in DETAILS else {}
            counts.add(entry)
            tally.add(entry)
            ledger.write(json_line(entry))
    write_kept(marker(folder, index), {"run": RUN, "part": index, "counts": counts.json(), "files": {}})
    write_snapshot(folder, RUN, index, tally)


def begin(folder: Path, command="mailweave run spring --profiles customers.csv --ledger sent", **fields) -> StartFile:
    """Have a start of it be at work, in this process."""
    file = StartFile.begin(folder, command)
    file.change(run=RUN, working=time.time() - 10, **fields)
    return file
