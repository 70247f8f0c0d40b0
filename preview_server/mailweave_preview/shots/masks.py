"""Regions that may look different each time: declared by selector, painted over in every picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mailweave.campaign import Entry
from mailweave.errors import MailweaveError, Problem
from mailweave_preview.shots.page_facts import whole
from mailweave_preview.shots.png import decode, encode
from mailweave_preview.shots.scene import Mask

# A colour that no message has by accident.
_PAINT: Final = (255, 0, 255)


def masks_of(selectors: Sequence[str], entries: Mapping[str, Entry]) -> tuple[Mask, ...]:
    """The workspace's masks and those of the blocks in a message's slots."""
    blocks = [(slot, entry.block) for slot, entry in entries.items() if entry.block]
    own = [Mask(selector, slot, block.name) for slot, block in blocks for selector in block.masks]
    return (*(Mask(selector) for selector in selectors), *own)


def paint(png: bytes, masks: Sequence[Mask], found: Sequence[Any]) -> bytes:
    """A picture with its masked regions painted over.

    Raises:
        MailweaveError: a selector that the browser doesn't understand.
    """
    wrong = [(mask, boxes) for mask, boxes in zip(masks, found, strict=True) if isinstance(boxes, str)]
    if wrong:
        raise MailweaveError(*(_misunderstood(mask, said) for mask, said in wrong))
    if not any(found):
        return png
    pixels = decode(png).copy()
    height, width = pixels.shape[:2]
    for edge in (edge for boxes in found for edge in boxes):
        box = whole(edge, width, height)
        pixels[box.y : box.y + box.height, box.x : box.x + box.width] = _PAINT
    return encode(pixels, small=False)


def _misunderstood(mask: Mask, said: str) -> Problem:
    return Problem(f"the mask '{mask.selector}' {declared_by(mask)} is no CSS selector: {said.split(': ')[-1]}", "correct it", code="mask")


def declared_by(mask: Mask) -> str:
    """Where a mask is declared."""
    return f"of block '{mask.block}'" if mask.block else "of mailweave.yaml"


def unmatched(mask: Mask) -> Problem:
    """The problem of a mask that matched nothing: what it once hid is no longer there, or is no longer hidden."""
    return Problem(f"the mask '{mask.selector}' {declared_by(mask)} matches nothing", "correct the selector, or remove the mask", code="mask")
