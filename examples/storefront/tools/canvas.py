"""A small canvas for flat illustrations: shapes with a shaded side, drawn large and scaled down for smooth edges.

Objects are drawn in their own coordinates: x to the right from the middle, y up from the ground, 100 units to a picture's height.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageColor, ImageDraw

Mask = Image.Image
Point = tuple[float, float]

OVERSAMPLING = 3
SHADOW = "#2a2018"
LIGHT = "#ffffff"


def curve(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    smooth: list[Point] = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        smooth += [_between(before, start, end, after, step / steps) for step in range(steps)]
    return [*smooth, points[-1]]


def _between(before: Point, start: Point, end: Point, after: Point, t: float) -> Point:
    def one(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)

    return one(before[0], start[0], end[0], after[0]), one(before[1], start[1], end[1], after[1])


class Canvas:
    """A picture in the making. Masks come from the shape methods; `fill` paints them."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self.size = (width * OVERSAMPLING, height * OVERSAMPLING)
        self.image = Image.new("RGB", self.size, background)
        self.unit = self.size[1] / 100
        self.origin: Point = (self.size[0] / 2, self.size[1] * 0.84)
        self.zoom = 1.0

    @contextmanager
    def at(self, x: float, ground: float, zoom: float = 1.0) -> Iterator[None]:
        """Draw with the origin elsewhere: `x` units from the picture's left, `ground` units from its top."""
        before = self.origin, self.zoom
        self.origin, self.zoom = (x * self.unit, ground * self.unit), zoom
        yield
        self.origin, self.zoom = before

    def to_pixels(self, point: Point) -> Point:
        scale = self.unit * self.zoom
        return self.origin[0] + point[0] * scale, self.origin[1] - point[1] * scale

    # Shapes: each gives a mask.

    def polygon(self, points: Sequence[Point]) -> Mask:
        mask, draw = self._empty()
        draw.polygon([self.to_pixels(point) for point in points], fill=255)
        return mask

    def blob(self, points: Sequence[Point]) -> Mask:
        """A closed shape with a smooth outline through the points."""
        closed = [points[-1], *points, points[0], points[1]]
        return self.polygon(curve(closed)[16:-16])

    def turned(self, profile: Sequence[Point]) -> Mask:
        """A body of revolution, from (half width, height) pairs."""
        smooth = curve(profile)
        return self.polygon([*smooth, *((-x, y) for x, y in reversed(smooth))])

    def oval(self, x: float, y: float, half_width: float, half_height: float) -> Mask:
        mask, draw = self._empty()
        draw.ellipse([*self.to_pixels((x - half_width, y + half_height)), *self.to_pixels((x + half_width, y - half_height))], fill=255)
        return mask

    def box(self, left: float, bottom: float, right: float, top: float, radius: float = 0) -> Mask:
        mask, draw = self._empty()
        corner = radius * self.unit * self.zoom
        draw.rounded_rectangle([*self.to_pixels((left, top)), *self.to_pixels((right, bottom))], corner, fill=255)
        return mask

    def line(self, points: Sequence[Point], width: float, *, smooth: bool = True) -> Mask:
        """A stroke with round ends."""
        mask, draw = self._empty()
        path = [self.to_pixels(point) for point in (curve(points) if smooth and len(points) > 2 else points)]
        thick = max(1, round(width * self.unit * self.zoom))
        draw.line(path, fill=255, width=thick, joint="curve")
        for x, y in (path[0], path[-1]):
            draw.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=255)
        return mask

    def ring(self, x: float, y: float, half_width: float, half_height: float, width: float) -> Mask:
        return ImageChops.subtract(self.oval(x, y, half_width, half_height), self.oval(x, y, half_width - width, half_height - width))

    def leaf(self, start: Point, end: Point, width: float, bend: float = 0) -> Mask:
        """A leaf from its stem to its tip; `bend` moves its middle to the left of that line."""
        (x0, y0), (x1, y1) = start, end
        length = max(0.001, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
        across = (-(y1 - y0) / length, (x1 - x0) / length)
        middle = ((x0 + x1) / 2 + across[0] * bend, (y0 + y1) / 2 + across[1] * bend)
        left = (middle[0] + across[0] * width / 2, middle[1] + across[1] * width / 2)
        right = (middle[0] - across[0] * width / 2, middle[1] - across[1] * width / 2)
        return self.polygon([*curve([start, left, end]), *curve([end, right, start])])

    # Painting.

    def fill(self, mask: Mask, color: str, *, shade: float = 0, light: float = 0, opacity: float = 1) -> None:
        """Paint a mask. `shade` and `light` are the widths, in units, of a darker right and a lighter left side."""
        self._paint(mask, color, opacity)
        if shade:
            self._paint(self._side(mask, -shade), SHADOW, 0.13)
        if light:
            self._paint(self._side(mask, light), LIGHT, 0.22)

    def within(self, mask: Mask, inner: Mask, color: str, opacity: float = 1) -> None:
        """Paint the part of `inner` that lies in `mask`."""
        self._paint(ImageChops.multiply(mask, inner), color, opacity)

    def shadow(self, half_width: float, x: float = 0) -> None:
        """The soft patch that an object throws on the ground."""
        self._paint(self.oval(x + half_width * 0.12, -0.3, half_width * 1.12, max(1.3, half_width * 0.085)), SHADOW, 0.13)

    def save(self, path: Path, colors: int = 96, most: int = 15_000) -> None:
        """Write a PNG with a palette, with as many colours as fit into `most` bytes."""
        small = self.image.resize((self.size[0] // OVERSAMPLING, self.size[1] // OVERSAMPLING), Image.Resampling.LANCZOS)
        path.parent.mkdir(parents=True, exist_ok=True)
        small.quantize(colors, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size > most and colors > 16:
            self.save(path, colors * 3 // 4, most)

    def _empty(self) -> tuple[Mask, ImageDraw.ImageDraw]:
        mask = Image.new("L", self.size, 0)
        return mask, ImageDraw.Draw(mask)

    def _side(self, mask: Mask, shift: float) -> Mask:
        moved = Image.new("L", self.size, 0)
        moved.paste(mask, (round(shift * self.unit * self.zoom), 0))
        return ImageChops.subtract(mask, moved)

    def _paint(self, mask: Mask, color: str, opacity: float = 1) -> None:
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        self.image.paste(ImageColor.getrgb(color), (0, 0), mask)
