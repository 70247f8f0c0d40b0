"""Send a part's messages to somebody who can't give them back.

Nobody can send exactly once: when the line breaks between the message and the answer, neither side knows what the other knows. So the intent of
each message is on the disk before it goes out and its result after it. A message with an intent and no result is in doubt; it is sent again
only when asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from mailweave import MailweaveError, Place, Problem
from mailweave.deliverers import ENOUGH, AwayError, Outcome, SendingDeliverer, Session
from mailweave.plugins import failed
from mailweave_plugins.bulk.connections import Connections
from mailweave_plugins.bulk.delivering import DelivererError, delivering, plugin_of
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job, id_of
from mailweave_plugins.bulk.journal import Entry, Files, Journal
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.manifest import part_name
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.pace.retry import next_try, noted
from mailweave_plugins.bulk.pace.slots.gate import Gate
from mailweave_plugins.bulk.rows import rows_of
from mailweave_plugins.bulk.sight.connecting import Lines
from mailweave_plugins.bulk.signals import Pulse
from mailweave_plugins.bulk.tried import Tried, data_of


def send_part(job: Job, order: Order, seen: Seen) -> None:
    """Send what isn't settled and may go by now, then write the part's ledger from the journal, unless something is left for later (`seen.held`).

    Raises:
        MailweaveError: nothing can be sent any more.
    """
    with Journal.opened(Files(job.folder, order.index), job.manifest.run, partial(_in_doubt, job, order)) as journal:
        seen.notes += journal.notes
        _send(job, order, journal, seen)
        if seen.held.missing:
            return
        entries = [journal.known[row] for row in sorted(journal.known)]
    with put_in_place(job.folder / "ledger" / f"{part_name(order.index)}.ndjson") as path, path.open("w", encoding="utf-8") as ledger:
        ledger.writelines(map(json_line, entries))


def _in_doubt(job: Job, order: Order, known: Collection[int]) -> Iterator[Entry]:
    """Lines for the rows of which a damaged journal may have lost something."""
    for number, row in rows_of(job, order, Pulse(job.folder, order.index)):
        if number not in known:
            data = data_of(job, row)
            detail = "the journal was damaged, so nobody knows whether it was sent"
            yield {"row": number, "id": id_of(data), "email": data.get("email"), "outcome": "in doubt", "detail": detail}


def _send(job: Job, order: Order, journal: Journal, seen: Seen) -> None:
    open_again = {"deferred", *(["in doubt"] if order.resend else [])}
    part = job.manifest.parts[order.index]
    tried = {number: entry["outcome"] for number, entry in journal.known.items() if order.pace and next_try(entry, order.pace.began) is not None}
    # What is in doubt is sent again once a start, whatever comes of it.
    settled = {number for number, entry in journal.known.items() if entry["outcome"] not in open_again or tried.get(number) == "in doubt"}
    teller = seen.teller
    if teller:
        teller.earlier = settled
    pulse = Pulse(job.folder, order.index)
    guard = Guard(job, order, seen, pulse)
    if len(settled) < part.rows:
        guard.compare(settled)
    with _gate(job, order, pulse, seen) as gate:
        again = frozenset(number for number, outcome in tried.items() if outcome == "deferred")
        sender = Sender(job, order, journal, gate, again, Lines(teller.event) if teller else Lines())
        calls = (sender.open, sender.send, sender.judge, pulse.listen, pulse.heed)
        with Connections(*calls, order.connections, order.patience, job.connections) as connections:
            for entry in _entries(job, guard, journal, settled, connections, gate):
                pulse.beat(failed=seen.add(entry), allowed=order.allowed)
            job.connections = connections.live or job.connections


@contextmanager
def _gate(job: Job, order: Order, pulse: Pulse, seen: Seen) -> Iterator[Gate | None]:
    if order.pace is None:
        yield None
        return
    began = monotonic()
    pulse.answers = seen.held.answers
    gate = Gate(job.folder, order.pace, seen.held, pulse.listen, lambda: (monotonic() - began) / max(1, seen.counts.done))
    try:
        yield gate
    finally:
        gate.close()
        seen.notes += gate.notes


def _entries(
    job: Job, guard: Guard, journal: Journal, settled: Collection[int], connections: Connections, gate: Gate | None
) -> Iterator[Entry]:
    """The lines of all rows of a part: of what is settled, of what can't be sent, and of what is sent as the answers come."""
    for number, row in guard.rows():
        if number in settled:
            known = journal.known[number]
            # What was rejected may be a row that can't even be read.
            if known["outcome"] != "rejected":
                _refuse_another(journal, known, id_of(data_of(job, row)))
            yield known
            continue
        if gate and not gate.admits(partial(data_of, job, row), journal.known.get(number)):
            yield from gate.left(journal.known.get(number))
            continue
        tried = guard.build(number, row)
        if tried.letter:
            yield from gate.hand_over(tried, connections) if gate else connections.hand_over(tried)
        else:
            if gate:
                gate.give_back()
            entry = tried.entry("rejected")
            journal.result(entry)
            yield entry
    if gate:
        yield from gate.rest(connections)
    yield from connections.rest()


def _refuse_another(journal: Journal, known: Entry, name: str) -> None:
    if known["id"] != name:
        what = f"row {known['row']} is '{known['id']}' in the journal, and '{name}' in the profiles"
        remedy = "bring back the profiles that the run began with, or begin another run in another folder"
        raise MailweaveError(Problem(what, remedy, Place(str(journal.files.main)), code="inputs-changed"))


@dataclass
class Sender:
    """Hands a part's letters to the deliverer, with their intents and results in the journal. Those of `again` were deferred in this start.

    It stops the run when nobody is served any more, whatever the reason: that is no recipient's fault, so none of them is settled by it.
    """

    job: Job
    order: Order
    journal: Journal
    gate: Gate | None = None
    again: frozenset[int] = frozenset()
    lines: Lines = field(default_factory=Lines)
    _in_a_row: list[tuple[Entry, int]] = field(default_factory=list)

    def open(self, stack: ExitStack) -> Session:
        """A session that is closed with the stack.

        Raises:
            MailweaveError: there is nobody, or we aren't wanted.
        """
        deliverer = self.job.deliverer
        assert isinstance(deliverer, SendingDeliverer)
        target = self.job.manifest.target
        with self.lines.opening(stack):
            return delivering(self.job, "session", lambda: stack.enter_context(deliverer.session(target)))

    def send(self, session: Session, tried: Tried) -> tuple[Entry, Outcome]:
        """Send a letter: its line of the ledger, which is in the journal when this returns, and what the deliverer said.

        Raises:
            MailweaveError: nothing can be sent any more.
        """
        letter = tried.letter
        assert letter is not None
        entry = {**tried.entry("rejected"), "message_id": letter.message.message_id}
        intended: list[bool] = []
        before = self.journal.known.get(letter.row)

        def commit() -> None:
            self.journal.intend(entry)
            intended.append(True)

        try:
            outcome = delivering(self.job, "send", partial(session.send, letter, commit))
        except AwayError as error:
            if intended:
                raise failed(plugin_of(self.job), "send", RuntimeError("AwayError came after commit(), so the letter stays in doubt")) from error
            if self.gate:
                self.gate.slowing.away = True
            self.lines.lost(error)
            raise
        except DelivererError as error:
            # Before it was committed nothing of it went out.
            outcome = Outcome("in doubt" if intended else "deferred", error.problems[0].sentence, ours=7)
        if not intended and outcome.kind in ("sent", "in doubt"):
            raise failed(plugin_of(self.job), "send", RuntimeError(f"a letter is {outcome.kind}, and commit() wasn't called"))
        self.lines.answered()
        entry = {**entry, "outcome": outcome.kind, **({"detail": outcome.detail} if outcome.detail else {}), **self._tries(outcome, before)}
        self.journal.result(entry)
        return entry, outcome

    def _tries(self, outcome: Outcome, before: Entry | None) -> Entry:
        """What the line of a letter that may be tried again says of its tries."""
        pace = self.order.pace
        return noted(before, pace.began, pace.clock.moment()) if pace and outcome.kind in ("deferred", "in doubt") else {}

    def judge(self, entry: Entry, outcome: Outcome) -> None:
        """Take an answer into account.

        Raises:
            MailweaveError: nobody was served for so long that it can't be the recipients' fault.
        """
        if self.gate:
            self.gate.answered(entry, outcome, again=entry["row"] in self.again)
        if outcome.kind == "sent" or not outcome.ours:
            self._in_a_row.clear()
            return
        # Who says how many may fail means what may be the recipients', and who has deferred ones tried again expects them.
        expected = outcome.kind == "deferred" and self.order.pace is not None and self.order.pace.until is not None
        if outcome.ours >= (1 if self.order.allowed is None and not expected else 2):
            self._in_a_row.append((entry, outcome.ours))
        if sum(ours for _, ours in self._in_a_row) >= ENOUGH:
            for refused in (entry for entry, _ in self._in_a_row if entry["outcome"] == "refused"):
                self.journal.result({**refused, "outcome": "deferred"})
            what = f"of {len(self._in_a_row)} messages one after another none was taken; the last answer: {outcome.detail}"
            remedy = "mend that, and go on with the same command, which tries them again; where so many may fail, say so with --max-rejects"
            raise MailweaveError(Problem(what, remedy, code="nothing-taken"))
