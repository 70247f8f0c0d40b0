"""What became of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailweave import MailweaveError, Place, Problem
from mailweave.deliverers import Letter
from mailweave.errors import PassingError
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.readers import Row
from mailweave.verp import TOKEN, filled
from mailweave_plugins.bulk.before.duplicates import duplicates
from mailweave_plugins.bulk.counts import DUPLICATE, FIRST_USE, SAMPLE, SUPPRESSED, chosen
from mailweave_plugins.bulk.job import DiffersError, Job, Way, id_of
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.signals import OutOfMemoryError
from mailweave_plugins.bulk.suppression import suppressed


@dataclass(frozen=True)
class Tried:
    """A letter, or the problems that make it none, or why nobody is to get it (`left_out`, the end of its line in the ledger).

    `document` names the compiled document that it came from; `compared` says when it was compared with the reference.
    """

    row: int
    id: str
    email: str | None
    letter: Letter | None
    problems: tuple[Problem, ...] = ()
    document: str | None = None
    compared: tuple[str, ...] = ()
    left_out: Mapping[str, Any] | None = None

    def entry(self, outcome: str) -> dict[str, Any]:
        """Its line in the ledger."""
        entry: dict[str, Any] = {"row": self.row, "id": self.id, "email": self.email, "outcome": outcome}
        if self.left_out:
            return {**entry, **self.left_out}
        if self.letter:
            entry |= {"hash": self.letter.hash, "choice": chosen(self.letter.message.choice)}
        else:
            entry |= {"problems": [problem.json() for problem in self.problems]}
        if self.document:
            entry["document"] = self.document
        if self.compared:
            entry["compared"] = list(self.compared)
        return entry


def left_out(job: Job, order: Order, number: int, row: Row) -> Tried | None:
    """What becomes of a row whose address must not get a message, or gets that of an earlier row; None for all others."""
    if not (order.suppressed or order.before.duplicates):
        return None
    listed, shared = suppressed(job.folder, order.suppressed), duplicates(job.folder, order.before.duplicates)
    first = shared.first(number) if shared else None
    if listed is None and first is None:
        return None
    data = data_of(job, row)
    email = data.get("email")
    why: dict[str, Any] = {"outcome": DUPLICATE, "detail": f"row {first} has the same address, and gets the message", "first": first}
    if listed and isinstance(email, str) and listed.has(email):
        why = {"outcome": SUPPRESSED, "detail": "the address is in a list of --suppress"}
    elif first is None:
        return None
    return Tried(number, id_of(data), _text(email), None, left_out=why)


def build(job: Job, number: int, row: Row, way: Way) -> Tried:
    """Build the message of a row; whatever is wrong with it stays with it.

    Raises:
        DiffersError: it isn't what the reference way gives, which isn't its own fault.
    """
    data: dict[str, Any] = {}
    compared: list[str] = []
    try:
        data = job.data(row)
        profile = job.profile(number, row, data)
        compared += [SAMPLE] if way == "compared" else []
        letter, document, first = _letter(job, number, profile, way)
        if job.passing:
            letter = letter._replace(passed=job.passed(row))
        compared += [FIRST_USE] if first else []
        return Tried(number, profile.name, letter.message.to_email, letter, (), document, tuple(compared))
    except MemoryError as error:
        raise OutOfMemoryError from error
    except (DiffersError, PassingError):
        raise
    except BaseException as error:  # one message's mishap must not stop the others; a Rust library's panic isn't an Exception
        problems = problems_of(error, job.place(row))
    data = data or data_of(job, row)
    return Tried(number, id_of(data), _text(data.get("email")), None, problems, None, tuple(compared))


def data_of(job: Job, row: Row) -> dict[str, Any]:
    """A row's data, or at least what tells whose it is."""
    try:
        return job.data(row)
    except Exception:  # why it can't be read is told where its message is built
        return job.columns.identity(row.columns, job.place(row))


def problems_of(error: BaseException, place: Place) -> tuple[Problem, ...]:
    """Why an exception rejects the row that stands at that place."""
    if isinstance(error, MailweaveError):
        return error.problems
    if isinstance(error, UnicodeEncodeError):
        what = f"the message holds half of a character (U+{ord(error.object[error.start]):04X})"
        return (Problem(what, "correct the value that it comes from", place, code="half-character"),)
    if isinstance(error, RecursionError):
        return (Problem("the profile's values are nested too deeply", "make them flatter", place, code="too-deep"),)
    return (Problem(f"{type(error).__name__}: {error}", "report it with this profile", place, code="internal"),)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def with_envelope(job: Job, row: int, message: Message) -> Message:
    """A message whose envelope sender has the token of its row, where it has a place for one."""
    sender = job.campaign.sender or job.workspace.config.sender
    if not sender.envelope or TOKEN not in sender.envelope:
        return message
    return replace(message, sender=sender.model_copy(update={"envelope": filled(sender.envelope, job.manifest.run, row)}))


def _letter(job: Job, number: int, profile: Profile, way: Way) -> tuple[Letter, str | None, bool]:
    """The letter, its document, and whether it is that document's first message in this process."""
    compiled = job.program.counts.misses
    built = job.build(profile, way)
    built = built._replace(message=with_envelope(job, number, built.message))
    if job.deliverer.needs_eml:
        built.message.eml  # noqa: B018 – built now, so that what is wrong with an address rejects this message
    message = built.message
    # What a file can't hold rejects this message, not its part.
    "\0".join(filter(None, (profile.name, message.to_email, message.to_name, message.unsubscribe, message.sender.name))).encode()
    letter = Letter(number, profile.name, message, message.hash)
    return letter, built.document, job.program.counts.misses > compiled
