"""Seeds: test addresses that get the run's own messages before anybody else, once a run. `--seed-list FILE`.

They have a journal of their own, so what holds for recipients holds for them: nobody gets a second message, whatever happens. A seed is known by
its address, so the list may grow from start to start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from mailweave import MailweaveError, Place, Problem
from mailweave.addresses import ascii_address, normalised
from mailweave_plugins.bulk.alone import try_alone
from mailweave_plugins.bulk.connections import Connections
from mailweave_plugins.bulk.counts import SUPPRESSED
from mailweave_plugins.bulk.delivering import undeliverable
from mailweave_plugins.bulk.durable import make_folder
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job, open_job
from mailweave_plugins.bulk.journal import Entry, Files, Journal
from mailweave_plugins.bulk.manifest import MANIFEST
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.sending import Sender
from mailweave_plugins.bulk.signals import Pulse, StoppedError
from mailweave_plugins.bulk.suppression import cells, suppressed
from mailweave_plugins.bulk.tried import Tried, with_envelope
from mailweave_plugins.bulk.work import ONE

# More are no test addresses but somebody's recipients.
_MOST: Final = 1000
_SHOWN: Final = 20


def read_seeds(path: Path) -> tuple[str, ...]:
    """The addresses of a list: one a line, or a CSV file with a column `email`. Each is there once.

    Raises:
        MailweaveError: lines that are no address, the first twenty of them; none, or more than a thousand; a file that can't be read.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for line, text in cells(path, "--seed-list"):
        try:
            ascii_address(text)
            found.setdefault(normalised(text), text)
        except MailweaveError as error:
            problems.append(replace(error.problems[0], place=Place(path.name, line), code="bad-seed"))
        if len(problems) == _SHOWN or len(found) > _MOST:
            break
    if len(found) > _MOST:
        remedy = "seeds are test addresses of your own; is this the list of recipients? That is --profiles"
        problems.insert(0, Problem(f"--seed-list: {path} has more than {_MOST:,} addresses", remedy, code="bad-seed"))
    if not found and not problems:
        problems.append(Problem(f"--seed-list: {path} has no address", "write one a line, or leave out --seed-list", code="bad-seed"))
    if problems:
        raise MailweaveError(*problems)
    return tuple(found.values())


@dataclass(frozen=True)
class SeedFiles(Files):
    """Where the journal of seeds stands, which is no part's."""

    index: int = -1

    @property
    def main(self) -> Path:
        return self.folder / "journal" / "seeds.ndjson"

    @property
    def copy(self) -> Path:
        return self.folder / ".run" / "journal" / "seeds.ndjson"

    @property
    def begun(self) -> Path:
        return self.folder / "parts" / "seeds.begun"


@dataclass(frozen=True)
class SeedTried(Tried):
    """A letter to a seed, with the id of the profile that it was built for."""

    profile: str = ""

    def entry(self, outcome: str) -> dict[str, Any]:
        return {**super().entry(outcome), "profile": self.profile}


@dataclass
class Seeded:
    """What a worker answers: the journal's last entry of each seed, and how many have none, as the part has no message for them.

    `different` and `notes` as in `Done`.
    """

    entries: list[Entry] = field(default_factory=list)
    without: int = 0
    different: dict[str, Any] | None = None
    notes: list[Problem] = field(default_factory=list)


def send_seeds(order: Order) -> Seeded:
    """Send the seeds `order.before.seeds` that aren't served yet the messages of the part's profiles, from the first on.

    Raises:
        MailweaveError: nothing can be sent any more.
    """
    seen, done = Seen(), Seeded()
    with ONE:
        try:
            locks = order.folder / ".run" / "locks"
            make_folder(locks)
            with FileLock(locks / "seeds"):  # a worker of an earlier start may not be dead yet
                job = open_job(order.folder, MANIFEST, order.run)
                if order.alone is None:
                    _send(job, order, seen, done)
                else:
                    try_alone(job, order, seen)
        except MailweaveError as error:
            raise type(error)(*error.problems, *seen.notes) from error
        except StoppedError:
            done.different = seen.different
        except OSError as error:
            raise undeliverable(error) from error
    done.notes = seen.notes
    return done


def _send(job: Job, order: Order, seen: Seen, done: Seeded) -> None:
    seeds = {number_of(address): address for address in order.before.seeds}
    with Journal.opened(SeedFiles(job.folder), job.manifest.run, partial(_in_doubt, seeds)) as journal:
        seen.notes += journal.notes
        _suppress(job, order, seeds, journal)
        open_again = {"deferred", *(["in doubt"] if order.resend else [])}
        due = [row for row in seeds if row not in journal.known or journal.known[row]["outcome"] in open_again]
        pulse = Pulse(job.folder, order.index)
        sender = Sender(job, order, journal)
        with Connections(sender.open, sender.send, sender.judge, pulse.listen, pulse.heed, order.connections, order.patience) as connections:
            for tried in _letters(Guard(job, order, seen, pulse), seeds, due):
                for _ in connections.hand_over(tried):
                    pass
            for _ in connections.rest():
                pass
        done.entries = list(journal.known.values())
        done.without = sum(row not in journal.known for row in due)


def _suppress(job: Job, order: Order, seeds: dict[int, str], journal: Journal) -> None:
    listed = suppressed(job.folder, order.suppressed)
    for row, address in seeds.items() if listed else ():
        if listed and row not in journal.known and listed.has(address):
            why = "the address is in a list of --suppress"
            journal.result({"row": row, "id": address, "email": address, "outcome": SUPPRESSED, "detail": why})


def _letters(guard: Guard, seeds: dict[int, str], due: Iterable[int]) -> Iterator[Tried]:
    """A letter for each seed: the first gets the first profile's message, the next one the next profile's, again from the start when there are more
    seeds. None, when no message of the part can be built."""
    left = list(due)
    while left:
        before = len(left)
        for number, row in guard.rows():
            guard.pulse.listen()
            tried = guard.build(number, row)
            if tried.letter:
                row_of_seed = left.pop(0)
                yield _to(guard.job, row_of_seed, seeds[row_of_seed], tried)
            if not left:
                return
        if len(left) == before:
            return


def _to(job: Job, row: int, address: str, tried: Tried) -> Tried:
    assert tried.letter
    message = with_envelope(job, row, replace(tried.letter.message, to_email=address, to_name=""))
    letter = tried.letter._replace(row=row, id=address, message=message)
    return SeedTried(row, address, address, letter, (), tried.document, tried.compared, profile=tried.id)


def number_of(address: str) -> int:
    """What stands for a seed in place of a row: always the same for the same address, so that the list may change."""
    return int.from_bytes(hashlib.blake2b(normalised(address).encode(), digest_size=6).digest(), "big")


def _in_doubt(seeds: dict[int, str], known: Collection[int]) -> Iterator[Entry]:
    """Lines for the seeds of which a damaged journal may have lost something."""
    for row, address in seeds.items():
        if row not in known:
            detail = "the journal was damaged, so nobody knows whether it was sent"
            yield {"row": row, "id": address, "email": address, "outcome": "in doubt", "detail": detail}
