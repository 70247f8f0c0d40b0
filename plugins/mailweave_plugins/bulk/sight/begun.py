"""What became of messages in parts that aren't done: a server doesn't give back what it took."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path

from mailweave import Problem
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.done import done_before
from mailweave_plugins.bulk.journal import last_lines
from mailweave_plugins.bulk.manifest import Manifest


def begun(folder: Path, manifest: Manifest, done: Container[int]) -> dict[int, Counts]:
    """Part → counts, of all parts that have any but those of `done`: by their markers, else by their journals.

    Raises:
        MailweaveError: a journal can't be read.
    """
    others = (index for index in range(len(manifest.parts)) if index not in done)
    found = {index: done_before(folder, manifest, index) or by_journal(folder, manifest.run, index) for index in others}
    return {index: counts for index, counts in found.items() if counts.done}


def settled(parts: Iterable[Counts], *, resend: bool) -> int:
    """How many of these parts' messages aren't tried again."""
    return sum(counts.done - counts.outcomes["deferred"] - (counts.outcomes["in doubt"] if resend else 0) for counts in parts)


def by_journal(folder: Path, run: str, index: int) -> Counts:
    """What a part's journal says; nothing where nothing is sent.

    Raises:
        MailweaveError: it can't be read.
    """
    counts = Counts()
    for entry in last_lines(folder, run, index):
        counts.add(entry)
    return counts


def sent_so_far(folder: Path, manifest: Manifest) -> Problem:
    """What an error that ends a run adds: how many messages the server has taken in all starts together."""
    sent = sum(counts.outcomes["sent"] for counts in begun(folder, manifest, ()).values())
    what = f"{sent:,} of {manifest.total:,} messages are sent and stay so"
    return Problem(what, "nobody gets a second one from the same command", code="sent-so-far", level="warning")
