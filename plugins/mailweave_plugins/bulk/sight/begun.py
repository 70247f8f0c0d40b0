"""What became of messages in parts that aren't done: a server doesn't give back what it took."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.done import done_before
from mailweave_plugins.bulk.journal import known_lines
from mailweave_plugins.bulk.journal_file import entry_of
from mailweave_plugins.bulk.manifest import Manifest


def begun(folder: Path, manifest: Manifest, done: Container[int]) -> Counts:
    """The counts of all parts but those of `done`: by their markers, else by their journals.

    Raises:
        MailweaveError: a journal can't be read.
    """
    counts = Counts()
    for index in range(len(manifest.parts)):
        if index not in done:
            counts.merge(done_before(folder, manifest, index) or _by_journal(folder, manifest.run, index))
    return counts


def settled(counts: Counts, *, resend: bool) -> int:
    """How many of these messages aren't tried again."""
    return counts.done - counts.outcomes["deferred"] - (counts.outcomes["in doubt"] if resend else 0)


def _by_journal(folder: Path, run: str, index: int) -> Counts:
    counts = Counts()
    last = {entry["row"]: entry for entry in map(entry_of, known_lines(folder, run, index)) if "row" in entry}
    for entry in last.values():
        counts.add(entry)
    return counts
