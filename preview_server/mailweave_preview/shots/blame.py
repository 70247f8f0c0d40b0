"""Say which slot, block and file a difference comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import numpy as np

from mailweave_preview.shots.compare import Comparison
from mailweave_preview.shots.manifest import KeptSlot
from mailweave_preview.shots.pixelmatch import Mask, measure
from mailweave_preview.shots.png import Pixels
from mailweave_preview.shots.regions import Box
from mailweave_preview.shots.results import Change

Boxes = Mapping[str, Box]


# A browser draws a scaled picture a little differently when it stands elsewhere; pixelmatch's own threshold lets that pass.
_MOVED: Final = 0.1


def changes_of(found: Comparison, after: Pixels, old: Boxes, new: Boxes, choice: Mapping[str, str]) -> tuple[Change, ...]:
    """What happened to each slot, from pixels: of the new picture for the slots that are there, of the boxes for the others."""
    assert found.mask is not None
    assert found.aligned is not None
    left = found.mask.copy()
    moves = any(old[slot][:2] != box[:2] for slot, box in new.items() if slot in old)
    really = measure(found.aligned.before, after, _MOVED).mask | found.aligned.absent if moves else left
    changes: list[Change] = []
    for slot, box in new.items():
        then = old.get(slot)
        moved = then is not None and then[:2] != box[:2]
        changes += _change(slot, choice, then, box, _count(really if moved else left, box))
        left[_rows(box)] = False
    # Beside a slot that grew there is nothing to compare with.
    outside = int(np.count_nonzero(left & ~found.aligned.absent))
    return (*changes, *_gone(old, new, choice), *([Change(slot="", block="", how="looks different", pixels=outside)] if outside else []))


def changes_by_hash(old: Mapping[str, KeptSlot], new: Mapping[str, KeptSlot], choice: Mapping[str, str]) -> tuple[Change, ...]:
    """The same from fingerprints alone, for an approved picture that isn't kept as a file. Of a slot that moved they tell nothing."""
    changes: list[Change] = []
    for slot, now in new.items():
        then = old.get(slot)
        moved = then is not None and then.box[:2] != now.box[:2]
        changes += _change(slot, choice, then.box if then else None, now.box, int(then is None or (then.pixels != now.pixels and not moved)))
    found = (*changes, *_gone(old, [*new], choice))
    return found or (Change(slot="", block="", how="looks different"),)


def _rows(box: Box) -> tuple[slice, slice]:
    return slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)


def _count(mask: Mask, box: Box) -> int:
    return int(np.count_nonzero(mask[_rows(box)]))


def _change(slot: str, choice: Mapping[str, str], then: Box | None, now: Box, pixels: int) -> Iterator[Change]:
    block = _block(choice, slot)
    if then is None:
        yield Change(slot=slot, block=block, how="was added", pixels=pixels)
    elif now[2:] != then[2:]:
        yield Change(slot=slot, block=block, how=_resized(then, now), pixels=pixels)
    elif pixels:
        yield Change(slot=slot, block=block, how="looks different", pixels=pixels)
    elif now != then:
        yield Change(slot=slot, block=block, how=_moved(then, now), moved_only=True)


def _gone(old: Iterable[str], new: Iterable[str], choice: Mapping[str, str]) -> list[Change]:
    return [Change(slot=slot, block=_block(choice, slot), how="is gone") for slot in old if slot not in set(new)]


def _resized(then: Box, now: Box) -> str:
    tall, wide = now.height - then.height, now.width - then.width
    said = [f"{abs(tall)} px {'taller' if tall > 0 else 'shorter'}"] if tall else []
    return "is " + " and ".join([*said, *([f"{abs(wide)} px {'wider' if wide > 0 else 'narrower'}"] if wide else [])])


def _moved(then: Box, now: Box) -> str:
    down, right = now.y - then.y, now.x - then.x
    said = [f"{abs(down)} px {'down' if down > 0 else 'up'}"] if down else []
    return "moved " + " and ".join([*said, *([f"{abs(right)} px {'right' if right > 0 else 'left'}"] if right else [])])


def _block(choice: Mapping[str, str], slot: str) -> str:
    part = choice.get(slot, "")
    return "" if part == "nothing" else part.split("~")[0]


def changed_files(then: Mapping[str, str], now: Mapping[str, str]) -> Callable[[tuple[Change, ...]], tuple[str, ...]]:
    """Which files changed since a picture was approved; asked with its changes, those of the changed blocks come first, alone when there are any.

    Files that all blocks share (campaign, brand, layout, translations, data, assets) are told besides.
    """
    differing = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))

    def for_changes(changes: tuple[Change, ...]) -> tuple[str, ...]:
        blocks = {change.block.split("/")[0] for change in changes if not change.moved_only}
        of_blocks = [name for name in differing if "content_blocks/" in name]
        shared = [name for name in differing if "content_blocks/" not in name or "content_blocks/layouts/" in name]
        return (*(name for name in of_blocks if any(f"content_blocks/{block}/" in name for block in blocks if block)), *shared)

    return for_changes
