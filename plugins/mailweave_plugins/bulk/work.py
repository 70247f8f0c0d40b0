"""What a worker does: take a part, build its messages, deliver them, and say so last."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

from filelock import FileLock

from mailweave import MailweaveError, Problem
from mailweave.deliverers import FileDeliverer, Letter
from mailweave.message import Message
from mailweave.plugins import blame
from mailweave.profiles import Profile
from mailweave.readers import Row
from mailweave_plugins.bulk.counts import FAILED, Counts, chosen
from mailweave_plugins.bulk.durable import put_in_place, read_json, write_json
from mailweave_plugins.bulk.job import Job, content_hash, id_of, open_job
from mailweave_plugins.bulk.manifest import DRAFT, MANIFEST, part_name
from mailweave_plugins.bulk.signals import Pulse, StoppedError

T = TypeVar("T")

# One part at a time in a process, also where a scheduler gives it several threads: rendering is all computing.
_ONE: Final = threading.Lock()

# Failures of an unfinished part that are handed back, so that a person sees why a run was stopped.
_KEPT: Final = 1000


@dataclass(frozen=True)
class Order:
    """What a worker is told: the run, the part, whether to send what is in doubt again, and how many messages may still fail."""

    folder: Path
    run: str
    index: int
    resend: bool = False
    allowed: int | None = None


@dataclass(frozen=True)
class Done:
    """What a worker answers. A part that was stopped isn't `finished`; then its failures so far are `failures` (the first of them)."""

    index: int
    counts: Counts
    finished: bool = True
    failures: tuple[dict[str, Any], ...] = ()


def marker(folder: Path, index: int) -> Path:
    """The file that says a part is done."""
    return folder / "parts" / f"{part_name(index)}.json"


def do_part(order: Order) -> Done:
    """Build and deliver a part, unless it is done.

    Raises:
        MailweaveError: the run can't go on: a full disk, a mail server that is gone.
    """
    # A worker of an earlier start may not be dead yet, and a cluster may give a part to two workers.
    seen = Seen()
    with _ONE, _lock(order):
        try:
            return Done(order.index, _do(open_job(order.folder, MANIFEST, order.run), order, seen))
        except StoppedError:
            return Done(order.index, seen.counts, finished=False, failures=tuple(seen.failures))
        except OSError as error:
            raise undeliverable(error) from error


@dataclass
class Seen:
    """What a part has come to so far."""

    counts: Counts = field(default_factory=Counts)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def add(self, entry: dict[str, Any]) -> bool:
        """Count a line of the ledger; whether it is a failure."""
        self.counts.add(entry)
        failed = entry["outcome"] in FAILED
        if failed and len(self.failures) < _KEPT:
            self.failures.append(entry)
        return failed


def _lock(order: Order) -> FileLock:
    locks = order.folder / ".run" / "locks"
    locks.mkdir(exist_ok=True)
    return FileLock(locks / part_name(order.index))


def undeliverable(error: OSError) -> MailweaveError:
    """A full disk, a connection that broke: the run stops, and can go on."""
    where = f" ({error.filename})" if error.filename else ""
    return MailweaveError(Problem(f"{error.strerror or error}{where}", "mend that, and go on with the same command", code="undeliverable"))


def _do(job: Job, order: Order, seen: Seen) -> Counts:
    from mailweave_plugins.bulk.sending import send_part

    done = marker(job.folder, order.index)
    if done.exists():
        counts = Counts.of(read_json(done))
        if not unfinished(counts, order.resend):
            return counts
        done.unlink()
    if isinstance(job.deliverer, FileDeliverer):
        write_part(job, job.deliverer, order, seen)
    else:
        send_part(job, order, seen)
    write_json(done, seen.counts.json())
    return seen.counts


def unfinished(counts: Counts, resend: bool) -> bool:
    """Whether a part that was done has messages that want another try."""
    return counts.outcomes["deferred"] > 0 or (resend and counts.outcomes["in doubt"] > 0)


def write_part(job: Job, deliverer: FileDeliverer, order: Order, seen: Seen) -> None:
    """Write a part's messages and ledger; both are whole or not there."""
    name = part_name(order.index)
    with (
        put_in_place(job.folder / "ledger" / f"{name}.ndjson") as ledger_path,
        ledger_path.open("w", encoding="utf-8") as ledger,
        put_in_place(job.folder / "messages" / f"{name}{deliverer.suffix}") as path,
    ):
        letters = _letters(job, order, seen, ledger)
        delivering(job, "write", partial(deliverer.write, path, letters))


def delivering(job: Job, doing: str, call: Callable[[], T]) -> T:
    """Call a deliverer; what fails names its plugin, unless it is the world's fault.

    Raises:
        MailweaveError: in both cases.
    """

    def attempt() -> T:
        try:
            return call()
        except OSError as error:
            raise undeliverable(error) from error

    name = job.deliverer.name
    result: T = blame(job.engine.registry.plugin_of.get(("deliverers", name), name), doing, attempt)
    return result


def _letters(job: Job, order: Order, seen: Seen, ledger: TextIO) -> Iterator[Letter]:
    pulse = Pulse(job.folder, order.index)
    for number, row in job.rows(job.manifest.parts[order.index]):
        tried = build(job, number, row)
        entry = tried.entry("written" if tried.letter else "rejected")
        failed = seen.add(entry)
        ledger.write(json_line(entry))
        if tried.letter:
            yield tried.letter
        pulse.beat(failed=failed, allowed=order.allowed)


@dataclass(frozen=True)
class Tried:
    """What became of a row: a letter, or the problems that make it none."""

    row: int
    id: str
    email: str | None
    letter: Letter | None
    problems: tuple[Problem, ...] = ()

    def entry(self, outcome: str) -> dict[str, Any]:
        """Its line in the ledger."""
        entry = {"row": self.row, "id": self.id, "email": self.email, "outcome": outcome}
        if self.letter:
            return {**entry, "hash": self.letter.hash, "choice": chosen(self.letter.message.choice)}
        return {**entry, "problems": [problem.json() for problem in self.problems]}


def build(job: Job, number: int, row: Row) -> Tried:
    """Build the message of a row; whatever is wrong with it stays with it."""
    data: dict[str, Any] = {}
    try:
        data = job.data(row)
        profile = job.profile(number, row, data)
        message = _built(job, profile)
        return Tried(number, profile.name, message.to_email, Letter(number, profile.name, message, content_hash(message)))
    except MailweaveError as error:
        problems = error.problems
    except Exception as error:  # one message's mishap must not stop the others
        problems = (Problem(f"{type(error).__name__}: {error}", "report it with this profile", job.place(row), code="internal"),)
    return Tried(number, id_of(data), data.get("email"), None, problems)


def _built(job: Job, profile: Profile) -> Message:
    message = job.build(profile)
    if job.deliverer.needs_eml:
        message.eml  # noqa: B018 – built now, so that what is wrong with an address rejects this message
    return message


def json_line(entry: dict[str, Any]) -> str:
    """One line of NDJSON."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"


def ids_of(order: Order) -> tuple[int, list[bytes]]:
    """The first row's number and a digest of each row's id, empty where there is none."""
    with _ONE, suppress(StoppedError):
        job = open_job(order.folder, DRAFT, order.run)
        part = job.manifest.parts[order.index]
        pulse = Pulse(job.folder, order.index)
        found = []
        for _, row in job.rows(part, job.columns.identifying()):
            found.append(_digest(job, row))
            pulse.beat()
        return part.row, found
    return 0, []


def _digest(job: Job, row: Row) -> bytes:
    try:
        name = id_of(job.data(row))
    except MailweaveError:
        return b""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest() if name else b""


def tally(order: Order) -> Done:
    """Only choose, for a dry run: nothing is filled or delivered."""
    seen = Seen()
    with _ONE, suppress(StoppedError):
        job = open_job(order.folder, MANIFEST, order.run)
        pulse = Pulse(job.folder, order.index)
        for number, row in job.rows(job.manifest.parts[order.index]):
            pulse.beat(failed=seen.add(_choose(job, number, row)), allowed=order.allowed)
        return Done(order.index, seen.counts)
    return Done(order.index, seen.counts, finished=False, failures=tuple(seen.failures))


def _choose(job: Job, number: int, row: Row) -> dict[str, Any]:
    try:
        profile = job.profile(number, row, job.data(row))
        return {"outcome": "chosen", "choice": chosen(job.engine.choose(job.workspace, job.campaign, profile, job.at))}
    except MailweaveError as error:
        return {"row": number, "outcome": "rejected", "problems": [problem.json() for problem in error.problems]}
