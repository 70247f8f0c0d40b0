"""Send a part's messages to somebody who can't give them back.

Nobody can send exactly once: when the line breaks between the message and the answer, neither side knows what the other knows. So the intent of
each message is on the disk before it goes out and its result after it. A message with an intent and no result is in doubt; it is sent again
only when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from mailweave import MailweaveError, Place, Problem
from mailweave.deliverers import ENOUGH, Letter, Outcome, SendingDeliverer, Session
from mailweave.message import Message
from mailweave.plugins import failed
from mailweave.readers import Row
from mailweave_plugins.bulk.delivering import delivering, plugin_of
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job, id_of
from mailweave_plugins.bulk.journal import Entry, Files, Journal
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.manifest import part_name
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.patience import patiently
from mailweave_plugins.bulk.signals import Pulse
from mailweave_plugins.bulk.tried import Tried

_MESSAGE_ID: Final = re.compile(rb"\r\nMessage-ID:\s+(<[^>]+>)")


def send_part(job: Job, order: Order, seen: Seen) -> None:
    """Send what isn't settled, then write the part's ledger from the journal.

    Raises:
        MailweaveError: nothing can be sent any more.
    """
    with Journal.opened(Files(job.folder, order.index), job.manifest.run, partial(_in_doubt, job, order)) as journal:
        seen.notes += journal.notes
        _send(job, order, journal, seen)
        entries = [journal.known[row] for row in sorted(journal.known)]
    with put_in_place(job.folder / "ledger" / f"{part_name(order.index)}.ndjson") as path, path.open("w", encoding="utf-8") as ledger:
        ledger.writelines(map(json_line, entries))


def _in_doubt(job: Job, order: Order, known: Collection[int]) -> Iterator[Entry]:
    """Lines for the rows of which a damaged journal may have lost something."""
    for number, row in job.rows(job.manifest.parts[order.index]):
        if number not in known:
            data = _data(job, row)
            detail = "the journal was damaged, so nobody knows whether it was sent"
            yield {"row": number, "id": id_of(data), "email": data.get("email"), "outcome": "in doubt", "detail": detail}


def _data(job: Job, row: Row) -> dict[str, Any]:
    try:
        return job.data(row)
    except MailweaveError:
        return {}


def _send(job: Job, order: Order, journal: Journal, seen: Seen) -> None:
    open_again = {"deferred", *(["in doubt"] if order.resend else [])}
    part = job.manifest.parts[order.index]
    settled = {number for number, entry in journal.known.items() if entry["outcome"] not in open_again}
    pulse = Pulse(job.folder, order.index)
    guard = Guard(job, order, seen, pulse)
    if len(settled) < part.rows:
        guard.compare(settled)
    with ExitStack() as stack:
        sender = _Sender(job, order, journal, pulse, stack)
        for number, row in job.rows(part):
            known = journal.known[number] if number in settled else None
            # What was rejected may be a row that can't even be read.
            if known and known["outcome"] != "rejected":
                _refuse_another(journal, known, id_of(_data(job, row)))
            entry = known or sender.send(guard.build(number, row))
            pulse.beat(failed=seen.add(entry), allowed=order.allowed)


def _refuse_another(journal: Journal, known: Entry, name: str) -> None:
    if known["id"] != name:
        what = f"row {known['row']} is '{known['id']}' in the journal, and '{name}' in the profiles"
        remedy = "bring back the profiles that the run began with, or begin another run in another folder"
        raise MailweaveError(Problem(what, remedy, Place(str(journal.files.main)), code="inputs-changed"))


@dataclass
class _Sender:
    """Sends the letters of a part over one session, which is opened when it is needed.

    It stops the run when nobody is served any more, whatever the reason: that is no recipient's fault, so none of them is settled by it.
    """

    job: Job
    order: Order
    journal: Journal
    pulse: Pulse
    stack: ExitStack
    _session: Session | None = None
    _in_a_row: list[tuple[Entry, int]] = field(default_factory=list)

    def send(self, tried: Tried) -> Entry:
        """Send a row's message, if it is one: its line of the ledger, which is in the journal.

        Raises:
            MailweaveError: nothing can be sent any more.
        """
        letter = tried.letter
        if letter is None:
            entry = tried.entry("rejected")
            self.journal.result(entry)
            return entry
        entry = {**tried.entry("rejected"), "message_id": message_id(letter.message)}
        outcome = self._hand_over(letter, entry)
        entry = {**entry, "outcome": outcome.kind, **({"detail": outcome.detail} if outcome.detail else {})}
        self.journal.result(entry)
        self._judge(entry, outcome)
        return entry

    def _hand_over(self, letter: Letter, entry: Entry) -> Outcome:
        intended: list[bool] = []

        def commit() -> None:
            self.journal.intend(entry)
            intended.append(True)

        def attempt() -> Outcome:
            if intended:
                raise failed(plugin_of(self.job), "send", RuntimeError("AwayError came after commit(), so the letter stays in doubt"))
            outcome = delivering(self.job, "send", partial(self._open().send, letter, commit))
            if not intended and outcome.kind in ("sent", "in doubt"):
                raise failed(plugin_of(self.job), "send", RuntimeError(f"a letter is {outcome.kind}, and commit() wasn't called"))
            return outcome

        return self._patiently(attempt)

    def _open(self) -> Session:
        if self._session is None:
            deliverer = self.job.deliverer
            assert isinstance(deliverer, SendingDeliverer)
            target = self.job.manifest.target
            self._session = delivering(self.job, "session", lambda: self.stack.enter_context(deliverer.session(target)))
        return self._session

    def _patiently(self, call: Callable[[], Outcome]) -> Outcome:
        return patiently(call, self.order.patience, self.pulse.listen)

    def _judge(self, entry: Entry, outcome: Outcome) -> None:
        if outcome.kind == "sent" or not outcome.ours:
            self._in_a_row.clear()
            return
        # Who says how many may fail means what may be the recipients'.
        if outcome.ours >= (1 if self.order.allowed is None else 2):
            self._in_a_row.append((entry, outcome.ours))
        if sum(ours for _, ours in self._in_a_row) >= ENOUGH:
            for refused in (entry for entry, _ in self._in_a_row if entry["outcome"] == "refused"):
                self.journal.result({**refused, "outcome": "deferred"})
            what = f"of {len(self._in_a_row)} messages one after another none was taken; the last answer: {outcome.detail}"
            remedy = "mend that, and go on with the same command, which tries them again; where so many may fail, say so with --max-rejects"
            raise MailweaveError(Problem(what, remedy, code="nothing-taken"))


def message_id(message: Message) -> str:
    """The Message-ID header, by which mail servers' logs name a message."""
    found = _MESSAGE_ID.search(message.eml)
    assert found is not None
    return found[1].decode("ascii")
