"""What workers do for a sample: say which rows show which choices, and write messages for a person to look at."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from mailweave import MailweaveError
from mailweave.message import Message
from mailweave.readers import Row
from mailweave.whole import write_whole
from mailweave_plugins.bulk.before.approval import SAMPLE
from mailweave_plugins.bulk.differences import described, problem_of
from mailweave_plugins.bulk.durable import UNFINISHED
from mailweave_plugins.bulk.job import DiffersError, Job, open_job
from mailweave_plugins.bulk.manifest import MANIFEST
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.position import CHOOSING, COMPARING
from mailweave_plugins.bulk.rows import rows_of
from mailweave_plugins.bulk.signals import Pulse, StoppedError
from mailweave_plugins.bulk.tried import Tried, build, left_out
from mailweave_plugins.bulk.work import ONE, choose
from mailweave_plugins.deliverers.eml import file_name

# The folder that a sample is written into until it is whole.
UNDER_WAY: Final = SAMPLE + UNFINISHED

Label = tuple[str, str | None]  # slot, and what was chosen for it


class Candidate(NamedTuple):
    """A row with its choices."""

    row: int
    labels: frozenset[Label]


class Slotted(NamedTuple):
    """What a slot got."""

    slot: str
    block: str | None
    variant: str | None


class Sampled(NamedTuple):
    """A message of the sample: `name` is that of its files, without the suffix; `digest` of its .eml, or empty where it has none."""

    row: int
    name: str
    digest: str
    campaign: str
    profile: str
    at: datetime
    subject: str
    size: int
    choice: dict[str, Slotted]


def candidates_of(order: Order) -> list[Candidate]:
    """Rows of the part that show a choice which no earlier row of it shows."""
    found: list[Candidate] = []
    seen: set[Label] = set()
    with ONE, suppress(StoppedError):
        job = open_job(order.folder, MANIFEST, order.run)
        pulse = Pulse(job.folder, order.index)
        for number, row in rows_of(job, order, pulse):
            pulse.at(CHOOSING, number)
            entry = {} if left_out(job, order, number, row) else choose(job, number, row)
            labels = frozenset(entry.get("choice", {}).items())
            if labels - seen:
                found.append(Candidate(number, labels))
                seen |= labels
            pulse.beat()
    return found


def write_samples(order: Order) -> list[Sampled]:
    """Write the messages of the rows `order.before.rows`; those that get none, or can't be built, are left out.

    Raises:
        MailweaveError: one isn't what the reference way gives; the disk is full.
    """
    found: list[Sampled] = []
    with ONE, suppress(StoppedError):
        job = open_job(order.folder, MANIFEST, order.run)
        pulse = Pulse(job.folder, order.index)
        wanted = set(order.before.rows)
        for number, row in rows_of(job, order, pulse):
            if number in wanted:
                pulse.at(COMPARING, number)
                tried = left_out(job, order, number, row) or _built(job, number, row)
                found += [_written(job, tried)] if tried.letter else []
                pulse.listen()
            if number >= order.before.rows[-1]:
                break
    return found


def _built(job: Job, number: int, row: Row) -> Tried:
    try:
        return build(job, number, row, "compared")
    except DiffersError as error:
        raise MailweaveError(problem_of(described(number, job.place(row), error.difference, error.document))) from error


def _written(job: Job, tried: Tried) -> Sampled:
    assert tried.letter
    message, name = tried.letter.message, file_name(tried.letter).removesuffix(".eml")
    folder = job.folder / UNDER_WAY / message.campaign
    folder.mkdir(parents=True, exist_ok=True)
    eml = _eml(message)
    for suffix, content in (("html", message.html.encode()), ("txt", message.text.encode()), ("eml", eml)):
        if content:
            write_whole(folder / f"{name}.{suffix}", content)
    choice = {slot: Slotted(slot, found.block, found.variant) for slot, found in message.choice.items()}
    digest = sha256(eml or message.html.encode()).hexdigest()
    return Sampled(tried.row, name, digest if eml else "", message.campaign, message.profile, message.at, message.subject, message.size, choice)


def _eml(message: Message) -> bytes:
    try:
        return message.eml
    except MailweaveError:  # a table's message needs no address
        return b""
