"""How far two pictures of one size differ: the measure of mapbox/pixelmatch, with the same counts.

Colours are compared in YIQ ("Measuring perceived color difference using YIQ NTSC transmission color space in mobile applications",
Kotsarenko and Ramos, 2010); a pixel counts as anti-aliasing by "Anti-aliased Pixel and Intensity Slope Detector" (Vyšniauskas, 2009).
Both are computed for the differing pixels only, so that pictures that are nearly the same cost nearly nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mailweave_preview.shots.png import Pixels

Mask: TypeAlias = NDArray[np.bool_]
Points: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.float64]

# The largest value of the YIQ difference.
_LARGEST: Final = 35215
_Y: Final = (0.29889531, 0.58662247, 0.11448223)
_I: Final = (0.59597799, -0.27417610, -0.32180189)
_Q: Final = (0.21147017, -0.52261711, 0.31114694)
# In pixelmatch's order, columns first: among equals the first one decides.
_AROUND: Final = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
_AT_ONCE: Final = 100_000


@dataclass(frozen=True)
class Measure:
    """Pixels that differ by more than the threshold: `differing` really, `antialiased` only as anti-aliasing does.

    `largest` is the largest difference, from 0 to 1 (black against white). `mask` has both kinds.
    """

    differing: int
    antialiased: int
    largest: float
    mask: Mask


def measure(before: Pixels, after: Pixels, threshold: float = 0.1) -> Measure:
    """Compare two pictures of one size. `threshold` is pixelmatch's: from 0 (every difference) to 1 (none).

    Raises:
        ValueError: they differ in size.
    """
    if before.shape != after.shape:
        raise ValueError(f"pictures of different sizes: {before.shape} and {after.shape}")
    # Channel by channel: numpy is slow along an axis of three.
    mask: Mask = np.logical_or.reduce([before[..., channel] != after[..., channel] for channel in range(3)])
    ys, xs = np.nonzero(mask)
    deltas = _difference(before[ys, xs], after[ys, xs])
    kept = deltas > _LARGEST * threshold * threshold
    mask[ys[~kept], xs[~kept]] = False
    ys, xs = ys[kept], xs[kept]
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(ys), _AT_ONCE)]
    smooth = sum(int(_antialiased(before, after, ys[part], xs[part]).sum()) for part in parts)
    largest = float(np.sqrt(deltas.max() / _LARGEST)) if len(deltas) else 0.0
    return Measure(len(ys) - smooth, smooth, largest, mask)


def _channel(colors: Any, weights: tuple[float, float, float]) -> Numbers:
    wide = colors.astype(np.float64)
    result: Numbers = wide[..., 0] * weights[0] + wide[..., 1] * weights[1] + wide[..., 2] * weights[2]
    return result


def _difference(first: Any, second: Any) -> Numbers:
    y, i, q = (_channel(first, weights) - _channel(second, weights) for weights in (_Y, _I, _Q))
    result: Numbers = 0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q
    return result


def _antialiased(before: Pixels, after: Pixels, ys: Points, xs: Points) -> Mask:
    return _edge(before, after, ys, xs) | _edge(after, before, ys, xs)


def _edge(picture: Pixels, other: Pixels, ys: Points, xs: Points) -> Mask:
    """Whether each pixel lies between a darker and a brighter one, of which one belongs to a plain area in both pictures."""
    height, width = picture.shape[:2]
    luma = _channel(picture[ys, xs], _Y)
    deltas = np.zeros((len(_AROUND), len(ys)))
    equal = _on_border(ys, xs, height, width).astype(np.int64)
    for index, (dx, dy) in enumerate(_AROUND):
        y, x, inside = _neighbour(ys + dy, xs + dx, height, width)
        delta = luma - _channel(picture[y, x], _Y)
        # Equal colours give exactly 0, and so may different ones.
        equal += inside & (delta == 0)
        deltas[index] = np.where(inside, delta, 0)
    darkest, brightest = deltas.argmin(axis=0), deltas.argmax(axis=0)
    columns = np.arange(len(ys))
    between = (equal <= 2) & (deltas[darkest, columns] < 0) & (deltas[brightest, columns] > 0)
    steps = np.array(_AROUND)
    plain = np.zeros(len(ys), dtype=bool)
    for chosen in (darkest, brightest):
        x, y = xs + steps[chosen, 0], ys + steps[chosen, 1]
        y, x, _ = _neighbour(y, x, height, width)
        plain |= _plain(picture, y, x) & _plain(other, y, x)
    result: Mask = between & plain
    return result


def _plain(picture: Pixels, ys: Points, xs: Points) -> Mask:
    """Whether each pixel has three neighbours or more of its own colour; the border counts as one."""
    height, width = picture.shape[:2]
    equal = _on_border(ys, xs, height, width).astype(np.int64)
    own = picture[ys, xs]
    for dx, dy in _AROUND:
        y, x, inside = _neighbour(ys + dy, xs + dx, height, width)
        equal += inside & (picture[y, x] == own).all(axis=1)
    return equal > 2


def _on_border(ys: Points, xs: Points, height: int, width: int) -> Mask:
    result: Mask = (xs == 0) | (xs == width - 1) | (ys == 0) | (ys == height - 1)
    return result


def _neighbour(ys: Points, xs: Points, height: int, width: int) -> tuple[Points, Points, Mask]:
    inside = (ys >= 0) & (ys < height) & (xs >= 0) & (xs < width)
    return ys.clip(0, height - 1), xs.clip(0, width - 1), inside
