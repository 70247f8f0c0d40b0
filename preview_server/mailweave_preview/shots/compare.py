"""Whether a picture is as it was approved: bytes first, then pixels, then pixelmatch's measure."""

from __future__ import annotations

from dataclasses import dataclass

from mailweave.shot_settings import Tolerance
from mailweave_preview.shots.align import Aligned, Boxes, align
from mailweave_preview.shots.pixelmatch import Mask, measure
from mailweave_preview.shots.png import Pixels, decode


@dataclass(frozen=True)
class Comparison:
    """What was found. `differing` and `antialiased` count pixels beyond the tolerance's colour threshold, after each slot was laid over its
    approved place; `largest` is the largest difference of a pixel, from 0 to 1. `moved`: the size or
    a slot's box differs. `mask` and `aligned` are None for equal pictures.
    """

    same: bool
    before_size: tuple[int, int]
    after_size: tuple[int, int]
    differing: int = 0
    antialiased: int = 0
    largest: float = 0.0
    moved: bool = False
    mask: Mask | None = None
    aligned: Aligned | None = None


def compare(before: bytes, after: bytes, tolerance: Tolerance, old: Boxes | None = None, new: Boxes | None = None) -> Comparison:
    """Compare two PNG files. `old` and `new` are the boxes of their slots, when they are known.

    Raises:
        ValueError: one of them is no picture.
    """
    pixels = decode(after)
    if before == after:
        return Comparison(True, _size(pixels), _size(pixels))
    return compare_pixels(decode(before), pixels, tolerance, old or {}, new or {})


def compare_pixels(before: Pixels, after: Pixels, tolerance: Tolerance, old: Boxes, new: Boxes) -> Comparison:
    """The same for decoded pictures."""
    if before.shape == after.shape and (before == after).all():
        return Comparison(True, _size(before), _size(after))
    aligned = align(before, after, old, new)
    found = measure(aligned.before, after, tolerance.color)
    moved = before.shape != after.shape or any(old[name] != new[name] for name in set(old) & set(new)) or set(old) != set(new)
    differing = found.differing + int(aligned.absent.sum())
    counted = differing + (found.antialiased if tolerance.antialiased else 0)
    same = not moved and counted <= tolerance.allowed(after.shape[0] * after.shape[1])
    mask = found.mask | aligned.absent
    return Comparison(same, _size(before), _size(after), differing, found.antialiased, found.largest, moved, mask, aligned)


def _size(pixels: Pixels) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]
