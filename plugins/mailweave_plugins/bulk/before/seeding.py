"""Have a worker send a run's messages to its seeds, and keep what became of them where a person looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from mailweave import Problem
from mailweave_plugins.bulk.before.preparing import Preparation
from mailweave_plugins.bulk.before.seeds import Seeded, send_seeds
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.orders import Order

SEEDS: Final = "seeds.ndjson"


@dataclass
class Seeding:
    """What became of the seeds, in all starts together: outcome → how many, and which of their messages were compared with the reference.

    `different` and `notes` are as in `Done`.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    counts: Counts = field(default_factory=Counts)
    different: dict[str, Any] | None = None
    notes: list[Problem] = field(default_factory=list)


def seed(preparation: Preparation, order: Order, seeds: Sequence[str]) -> Seeding:
    """Serve the seeds that weren't served yet, with messages of the first part that has any.

    Raises:
        MailweaveError: nothing can be sent any more.
        KeyboardInterrupt: a signal came.
    """
    found = Seeding()
    order = replace(order, before=replace(order.before, end=None, seeds=tuple(seeds)))
    for index in range(len(preparation.manifest.parts)):
        done = _one(preparation, replace(order, index=index))
        found.notes += done.notes
        if done.different or not done.without:
            break
    entries = sorted(done.entries, key=lambda entry: str(entry["email"]))
    if entries:
        _list(preparation.folder / SEEDS, entries)
    found.outcomes.update(entry["outcome"] for entry in entries)
    for entry in entries:
        found.counts.compare(entry.get("compared", ()), entry.get("document"))
    found.different = done.different
    if done.without and not done.different:
        what = f"{done.without} seeds got no message, as none of the run can be built"
        found.notes.append(Problem(what, "see why in the list of rejected profiles", code="no-seed-message", level="warning"))
    found.notes += [_told(entry) for entry in entries if entry["outcome"] not in ("sent", "suppressed")]
    return found


def _one(preparation: Preparation, order: Order) -> Seeded:
    answers = [done for done in preparation.each(send_seeds, [order], patient=True) if done]
    return answers[0] if answers else Seeded()


def _list(path: Path, entries: Sequence[dict[str, Any]]) -> None:
    with put_in_place(path) as new, new.open("w", encoding="utf-8") as file:
        file.writelines(json_line({name: value for name, value in entry.items() if name != "row"}) for entry in entries)


def _told(entry: dict[str, Any]) -> Problem:
    what = f"the seed {entry['email']} is {entry['outcome']}: {entry.get('detail', 'the run was interrupted while it was sent')}"
    return Problem(what, f"look at {SEEDS}", code="seed", level="warning")
