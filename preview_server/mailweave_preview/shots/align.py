"""Lay the approved picture over the new one slot by slot, so that what only moved down doesn't count as different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mailweave_preview.shots.pixelmatch import Mask
from mailweave_preview.shots.png import Pixels
from mailweave_preview.shots.regions import Box

Boxes = Mapping[str, Box]


@dataclass(frozen=True)
class Aligned:
    """The approved picture in the new one's places. `absent`: pixels that it has nothing for; they are the new picture's own there."""

    before: Pixels
    absent: Mask


def align(before: Pixels, after: Pixels, old: Boxes, new: Boxes) -> Aligned:
    """Move each slot's band of the approved picture to where the slot stands now. `old` and `new` are the slots' boxes."""
    picture, absent = after.copy(), np.ones(after.shape[:2], dtype=bool)
    width = min(before.shape[1], after.shape[1])
    for source, target, rows in _bands(before.shape[0], after.shape[0], old, new):
        picture[target : target + rows, :width] = before[source : source + rows, :width]
        absent[target : target + rows, :width] = False
    return Aligned(picture, absent)


def _bands(before: int, after: int, old: Boxes, new: Boxes) -> Iterator[tuple[int, int, int]]:
    """Rows that belong together: (first row in the approved picture, first row in the new one, how many)."""
    edges_before = _edges([old[name] for name in new if name in old], before)
    edges_after = _edges([new[name] for name in new if name in old], after)
    if len(edges_before) != len(edges_after):
        # Slots that change their order, or lie over one another, have no common bands.
        yield 0, 0, min(before, after)
        return
    for (source, source_end), (target, target_end) in zip(pairwise(edges_before), pairwise(edges_after), strict=True):
        yield source, target, min(source_end - source, target_end - target)


def _edges(boxes: list[Box], height: int) -> list[int]:
    """The rows at which slots begin and end; without them when they aren't in order."""
    edges = [0, *(row for box in boxes for row in (box.y, box.y + box.height)), height]
    return edges if edges == sorted(edges) else [0, height]
