"""What is found out of a run's rows, by its workers, before any message is handed over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final, TypeVar

from mailweave_plugins.bulk.before.comparing import addresses_of, unbuilt_of
from mailweave_plugins.bulk.before.duplicates import has_duplicates, write_duplicates
from mailweave_plugins.bulk.before.orders import ALL, Bounds
from mailweave_plugins.bulk.before.unique import found_duplicates
from mailweave_plugins.bulk.kept import DamagedError, damaged
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.progress import Meter
from mailweave_plugins.bulk.signals import reset
from mailweave_plugins.bulk.stop import Stop

T = TypeVar("T")

UNIQUE: Final = "--unique"


@dataclass(frozen=True)
class Preparation:
    """A run that hasn't begun, or goes on, with those who work for it. `silent`: no progress is shown."""

    folder: Path
    manifest: Manifest
    workers: Workers
    stop: Stop
    silent: bool = False

    def with_duplicates(self) -> Manifest:
        """The manifest with the list of rows whose address an earlier row has, where one message an address was asked for.

        Raises:
            DamagedError: the list is gone, and can't be made again as it was.
            KeyboardInterrupt: a signal came.
        """
        manifest = self.manifest
        if not manifest.inputs.get(UNIQUE) or has_duplicates(self.folder, manifest.duplicates):
            return manifest
        scratch = self.folder / ".run" / "addresses.sqlite"
        meter = Meter("Comparing addresses", manifest.total, silent=self.silent)
        with meter, found_duplicates(scratch, self._digests(meter), self._unbuilt) as pairs:
            checksum = write_duplicates(self.folder, pairs)
        if manifest.duplicates not in ("", checksum):
            remedy = "put back a copy of it, or begin another run in another folder: other rows might get a message now"
            raise DamagedError(damaged(self.folder / ".run" / "duplicates", "isn't what was written", remedy))
        found = replace(manifest, duplicates=checksum)
        found.write(self.folder / MANIFEST)
        return found

    def _digests(self, meter: Meter) -> Iterator[tuple[int, list[bytes]] | None]:
        rows = 0
        for part in self.each(addresses_of, [self.order(index) for index in range(len(self.manifest.parts))]):
            rows += len(part[1]) if part else 0
            meter.show(rows, 0)
            yield part

    def _unbuilt(self, rows: Collection[int]) -> Iterator[int]:
        for bad in self.each(unbuilt_of, self.orders(rows)):
            yield from bad or ()

    def order(self, index: int, bounds: Bounds = ALL) -> Order:
        """The order for a part."""
        suppressed = self.manifest.suppressed
        return Order(self.folder, self.manifest.run, index, suppressed=suppressed, before=replace(bounds, duplicates=self.manifest.duplicates))

    def orders(self, rows: Collection[int]) -> list[Order]:
        """An order for each part that has some of these rows, which are sorted."""
        parts = groupby(rows, lambda row: part_of(self.manifest, row))
        return [self.order(index, Bounds(rows=tuple(found))) for index, found in parts]

    def each(self, work: Callable[[Order], T], orders: Collection[Order], *, patient: bool = False) -> Iterator[T | None]:
        """What workers give, as it comes; None now and then. `patient`: they are waited for when a signal came.

        Raises:
            KeyboardInterrupt: a signal came, so that not all was done.
        """
        reset(self.folder, len(self.manifest.parts))
        with self.stop.asking(patient=patient):
            yield from self.workers.each(work, orders, self.stop)
        if self.stop:
            raise KeyboardInterrupt


def part_of(manifest: Manifest, row: int) -> int:
    """The index of the part that has a row."""
    return bisect_right(manifest.parts, row, key=lambda part: part.row) - 1
