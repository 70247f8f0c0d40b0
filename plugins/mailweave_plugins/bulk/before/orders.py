"""What a person asks for before a run, and what workers are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailweave_plugins.bulk.amount import Amount


@dataclass(frozen=True)
class Before:
    """What a start was asked for: `--first`, `--sample`, `--go` and `--seed-list`."""

    first: Amount | None = None
    sample: int | None = None
    go: str | None = None
    seeds: tuple[str, ...] = ()


NOTHING: Final = Before()


@dataclass(frozen=True)
class Bounds:
    """What a worker is told besides its part.

    `end` is the first row that isn't this start's, or None; `duplicates` the checksum of the run's list of rows whose address an earlier row has
    (empty: there is none). `rows` are the only ones to look at, where not all of a part are; `seeds` the test addresses.
    """

    end: int | None = None
    duplicates: str = ""
    rows: tuple[int, ...] = ()
    seeds: tuple[str, ...] = ()


ALL: Final = Bounds()
