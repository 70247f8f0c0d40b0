"""Where two pictures differ: rectangles around what lies together."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from mailweave_preview.shots.pixelmatch import Mask

# What is nearer than this many pixels belongs together.
_TILE: Final = 12
_MOST: Final = 50


class Box(NamedTuple):
    """A rectangle in CSS pixels from the picture's top left corner."""

    x: int
    y: int
    width: int
    height: int


def regions(mask: Mask) -> list[Box]:
    """Rectangles that hold every pixel of a mask, from top to bottom; the largest ones when there are very many."""
    tiles = _tiles(mask)
    waiting = {(int(row), int(column)) for row, column in zip(*np.nonzero(tiles), strict=True)}
    found = []
    while waiting:
        found.append(_around(mask, _together(waiting)))
    largest = sorted(found, key=lambda box: box.width * box.height, reverse=True)[:_MOST]
    return sorted(largest, key=lambda box: (box.y, box.x))


def _tiles(mask: Mask) -> Mask:
    """Whether each tile of the mask has a pixel."""
    height, width = mask.shape
    padded = np.zeros((-(-height // _TILE) * _TILE, -(-width // _TILE) * _TILE), dtype=bool)
    padded[:height, :width] = mask
    return np.asarray(padded.reshape(padded.shape[0] // _TILE, _TILE, -1, _TILE).any(axis=(1, 3)))


def _together(waiting: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take one tile and all that touch it, directly or through others."""
    group = [waiting.pop()]
    for row, column in group:
        near = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & waiting
        waiting -= near
        group += near
    return group


def _around(mask: Mask, tiles: list[tuple[int, int]]) -> Box:
    rows, columns = [row for row, _ in tiles], [column for _, column in tiles]
    top, left = min(rows) * _TILE, min(columns) * _TILE
    part = mask[top : (max(rows) + 1) * _TILE, left : (max(columns) + 1) * _TILE]
    ys, xs = np.nonzero(part)
    return Box(left + int(xs.min()), top + int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1)
