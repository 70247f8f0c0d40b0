"""Send a part's messages to somebody who can't give them back.

Nobody can send exactly once: when the line breaks between the message and the answer, neither side knows what the other knows. So the intent of
each message is on the disk before it goes out and its result after it. A message with an intent and no result is in doubt; it is sent again
only when asked for.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from mailweave.deliverers import SendingDeliverer, Session
from mailweave.message import Message
from mailweave_plugins.bulk.delivering import delivering, hand_over
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.guard import Guard
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.manifest import part_name
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.signals import Pulse
from mailweave_plugins.bulk.tried import Tried

_MESSAGE_ID: Final = re.compile(rb"\r\nMessage-ID:\s+(<[^>]+>)")


@dataclass
class Journal:
    """A part's intents and results: a file that only grows. `known` has the last state of each row."""

    path: Path
    known: dict[int, dict[str, Any]] = field(default_factory=dict)
    _file: int = -1

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Journal]:
        """The journal, with what earlier starts wrote."""
        path.parent.mkdir(parents=True, exist_ok=True)
        known = _replay(path)
        journal = cls(path, known, os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644))
        try:
            yield journal
        finally:
            os.close(journal._file)

    def intend(self, entry: dict[str, Any]) -> None:
        """Write that a message is about to go out; it is on the disk when this returns."""
        self._write({**entry, "outcome": "in doubt"})
        os.fsync(self._file)

    def result(self, entry: dict[str, Any]) -> None:
        """Write what became of it."""
        self._write(entry)

    def _write(self, entry: dict[str, Any]) -> None:
        os.write(self._file, json_line(entry).encode())
        self.known[entry["row"]] = entry


def _replay(path: Path) -> dict[int, dict[str, Any]]:
    """The last state of each row. A line that was cut off was an intent that nothing followed, or the result of one that is in doubt."""
    if not path.exists():
        return {}
    raw = path.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    if whole != raw:
        os.truncate(path, len(whole))
    entries = [json.loads(line) for line in whole.splitlines()]
    return {entry["row"]: entry for entry in entries}


def send_part(job: Job, order: Order, seen: Seen) -> None:
    """Send what isn't settled, then write the part's ledger from the journal.

    Raises:
        MailweaveError: nothing can be sent any more.
    """
    name = part_name(order.index)
    with Journal.opened(job.folder / "journal" / f"{name}.ndjson") as journal:
        _send(job, order, journal, seen)
        entries = [journal.known[row] for row in sorted(journal.known)]
    with put_in_place(job.folder / "ledger" / f"{name}.ndjson") as path, path.open("w", encoding="utf-8") as ledger:
        ledger.writelines(map(json_line, entries))


def _send(job: Job, order: Order, journal: Journal, seen: Seen) -> None:
    open_again = {"deferred", *(["in doubt"] if order.resend else [])}
    part = job.manifest.parts[order.index]
    settled = {number for number, entry in journal.known.items() if entry["outcome"] not in open_again}
    if len(settled) == part.rows:
        for number in sorted(settled):
            seen.add(journal.known[number])
        return
    deliverer = job.deliverer
    assert isinstance(deliverer, SendingDeliverer)
    guard = Guard(job, order, seen, Pulse(job.folder, order.index))
    guard.compare(settled)
    with delivering(job, "session", partial(deliverer.session, job.manifest.target)) as session:
        for number, row in guard.rows():
            known = journal.known[number] if number in settled else None
            entry = known or _send_one(job, session, journal, guard.build(number, row))
            guard.pulse.beat(failed=seen.add(entry), allowed=order.allowed)


def _send_one(job: Job, session: Session, journal: Journal, tried: Tried) -> dict[str, Any]:
    letter = tried.letter
    entry = tried.entry("rejected")
    if letter:
        entry["message_id"] = message_id(letter.message)
        outcome = hand_over(job, session, letter, partial(journal.intend, entry))
        entry = {**entry, "outcome": outcome.kind, **({"detail": outcome.detail} if outcome.detail else {})}
    journal.result(entry)
    return entry


def message_id(message: Message) -> str:
    """The Message-ID header, by which mail servers' logs name a message."""
    found = _MESSAGE_ID.search(message.eml)
    assert found is not None
    return found[1].decode("ascii")
