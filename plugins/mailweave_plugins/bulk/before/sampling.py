"""Choose a sample of a run's messages for a person to approve, and lay it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from random import Random
from typing import Final
from urllib.parse import quote

from mailweave import MailweaveError, Problem
from mailweave.explain import label
from mailweave.whole import write_whole
from mailweave_plugins.bulk.before.approval import SAMPLE, id_of_sample
from mailweave_plugins.bulk.before.preparing import Preparation
from mailweave_plugins.bulk.before.samples import Candidate, Label, Sampled, candidates_of, write_samples
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest
from mailweave_plugins.bulk.progress import Meter

# So many rows are tried for each message that is wanted, where most can't be built.
_TRIES: Final = 20


def write_sample(preparation: Preparation) -> Manifest:
    """Write the sample that the manifest asks for, and the page that shows it; the manifest with its ID.

    Raises:
        MailweaveError: no message can be built, one isn't what the reference way gives, or the disk is full.
        KeyboardInterrupt: a signal came.
    """
    manifest, folder = preparation.manifest, preparation.folder
    assert manifest.approval
    with put_in_place(folder / SAMPLE) as path:
        path.mkdir()
        found = sorted(_Sample(preparation, manifest.approval.size).messages())
        if not found:
            raise MailweaveError(Problem("none of the messages that a sample could have can be built", "see why with --dry-run", code="no-sample"))
        name = id_of_sample(manifest, [(each.row, each.digest, each.subject) for each in found])
        # Only here, so that other runs start without what a page needs.
        from mailweave_plugins.commands.index_page import index_page

        note = f"To approve it, start the run again with --go {name}."
        page = index_page(f"Sample {name}", found, lambda each: f"{quote(each.campaign)}/{quote(each.name)}", note)
        write_whole(path / "index.html", page.encode())
    given = manifest.approval.given and manifest.approval.id == name
    signed = replace(manifest, approval=replace(manifest.approval, id=name, given=given))
    signed.write(folder / MANIFEST)
    return signed


@dataclass
class _Sample:
    """Messages that show as many choices as so many can, then others by lot. The same for the same run."""

    preparation: Preparation
    size: int
    _tried: set[int] = field(default_factory=set)
    _shown: set[Label] = field(default_factory=set)

    def messages(self) -> list[Sampled]:
        candidates, lot = self._candidates(), self._lot()
        found: list[Sampled] = []
        while (left := self.size - len(found)) > 0:
            rows = covering([each for each in candidates if each.row not in self._tried], self._shown, left) or list(islice(lot, left))
            if not rows:
                break
            self._tried.update(rows)
            new = list(self._written(sorted(rows)))
            self._shown.update((name, label(slot.block, slot.variant) if slot.block else None) for each in new for name, slot in each.choice.items())
            found += new
        return found

    def _candidates(self) -> list[Candidate]:
        preparation = self.preparation
        orders = [preparation.order(index) for index in range(len(preparation.manifest.parts))]
        found: list[Candidate] = []
        with Meter("Choosing a sample", len(orders), silent=preparation.silent) as meter:
            done = 0
            for part in preparation.each(candidates_of, orders):
                found += part or ()
                done += part is not None
                meter.show(done, 0)
        return sorted(found)

    def _lot(self) -> Iterator[int]:
        manifest = self.preparation.manifest
        drawn = Random(manifest.run).sample(range(manifest.total), min(manifest.total, _TRIES * (self.size + 10)))
        return (row for row in drawn if row not in self._tried)

    def _written(self, rows: Collection[int]) -> Iterable[Sampled]:
        for part in self.preparation.each(write_samples, self.preparation.orders(rows)):
            yield from part or ()


def covering(candidates: Iterable[Candidate], shown: Collection[Label], most: int) -> list[int]:
    """Rows, `most` of them, that together show as many labels as can be that aren't `shown`: each time the row that shows most new ones.

    Example:
        >>> one, two = Candidate(0, frozenset({("hero", "a")})), Candidate(1, frozenset({("hero", "a"), ("offer", "b")}))
        >>> covering([one, two], [], 5)
        [1]
    """
    left, seen = list(candidates), set(shown)
    rows: list[int] = []
    while left and len(rows) < most:
        best = max(left, key=lambda each: (len(each.labels - seen), -each.row))
        if not best.labels - seen:
            break
        rows.append(best.row)
        seen |= best.labels
        left = [each for each in left if each.labels - seen]
    return rows
