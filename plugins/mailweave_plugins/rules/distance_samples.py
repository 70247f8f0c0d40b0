"""Places that make a difference to distances from points: in every part of the earth that circles around the points divide it into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import acos, asin, atan2, cos, degrees, pi, radians, sin, sqrt
from typing import Any, Final, NamedTuple

from mailweave import MISSING, Known
from mailweave_plugins.rules.distance import EARTH

# How far beside a circle its inside and outside are tried: a millionth of its radius, but at least a millimetre, in kilometres.
_BESIDE: Final = 1e-6
# With more circles not all of their crossings are tried.
_MOST_CROSSED: Final = 12


class Circle(NamedTuple):
    """A point in degrees, and a distance from it in kilometres."""

    latitude: float
    longitude: float
    radius: float


class _Vector(NamedTuple):
    x: float
    y: float
    z: float

    def dot(self, other: _Vector) -> float:
        return self.x * other.x + self.y * other.y + self.z * other.z


@dataclass(frozen=True, eq=False)
class Circles(Known):
    """Places inside and outside of circles: every part of an arrangement of circles has a crossing of two at its edge, or a whole circle."""

    circles: tuple[Circle, ...]

    @property
    def complete(self) -> bool:
        return len(self.circles) <= _MOST_CROSSED

    def joined(self, others: Sequence[Circles]) -> Circles:
        return Circles(tuple(dict.fromkeys(circle for one in (self, *others) for circle in one.circles)))

    @cached_property
    def values(self) -> Sequence[Any]:
        """Latitude and longitude of each place, and neither."""
        found = [(MISSING, MISSING), *self._around()]
        for one, other in combinations(self.circles[:_MOST_CROSSED], 2):
            found += _crossings(one, other)
        return list(dict.fromkeys(found))

    def beside(self, now: Any) -> Sequence[Any]:
        """Places due north and south of the one now, and due east and west: between every two circles that one meets on the way."""
        latitude, longitude = now
        if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
            return ()
        north, east = ([bound for one in self.circles for bound in met(one, latitude, longitude)] for met in (_on_meridian, _on_parallel))
        meridian = ((place, longitude) for place in _between([-90, *(bound for bound in north if -90 <= bound <= 90), 90]))
        return [*meridian, *((latitude, _turned(place)) for place in _between([longitude - 180, *east, longitude + 180]))]

    def _around(self) -> Iterator[tuple[float, float]]:
        centres = dict.fromkeys((one.latitude, one.longitude) for one in self.circles)
        for latitude, longitude in centres:
            yield latitude, longitude
            radii = sorted({one.radius for one in self.circles if (one.latitude, one.longitude) == (latitude, longitude)})
            yield from (_to(latitude, longitude, (low + high) / 2) for low, high in pairwise(radii))
            for radius in radii:
                beside = max(radius * _BESIDE, _BESIDE)
                yield from (_to(latitude, longitude, max(radius + step, 0.0), bearing) for step in (-beside, beside) for bearing in (0, 180))
            # The other side of the earth.
            yield -latitude, (longitude + 360) % 360 - 180


def _to(latitude: float, longitude: float, distance: float, bearing: float = 0) -> tuple[float, float]:
    """The place at a distance in kilometres and a bearing in degrees (direct problem on the sphere)."""
    north, angle, course = radians(latitude), distance / EARTH, radians(bearing)
    up = asin(max(-1.0, min(1.0, sin(north) * cos(angle) + cos(north) * sin(angle) * cos(course))))
    east = atan2(sin(course) * sin(angle) * cos(north), cos(angle) - sin(north) * sin(up))
    return degrees(up), _turned(longitude + degrees(east))


def _turned(longitude: float) -> float:
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


def _between(bounds: Sequence[float]) -> Iterator[float]:
    """A number between every two bounds, with as few digits as will do."""
    for low, high in pairwise(sorted(bounds)):
        rounded = (round((low + high) / 2, digits) for digits in range(2, 18))
        yield from [number for number in rounded if low < number < high][:1]


def _on_meridian(circle: Circle, latitude: float, longitude: float) -> Iterator[float]:
    """The latitudes at which a circle crosses the meridian of a place, and the one nearest to its centre: cos r = A sin φ + B cos φ."""
    centre, apart = radians(circle.latitude), radians(longitude - circle.longitude)
    a, b = sin(centre), cos(centre) * cos(apart)
    size, nearest, angle = sqrt(a * a + b * b), atan2(a, b), min(circle.radius / EARTH, pi)
    yield degrees(nearest)
    if size > abs(cos(angle)):
        yield from (degrees(nearest + side * acos(cos(angle) / size)) for side in (-1, 1))


def _on_parallel(circle: Circle, latitude: float, longitude: float) -> Iterator[float]:
    """The longitudes at which a circle crosses the parallel of a place, and its centre's, at most half a turn from the place."""
    centre, here = radians(circle.latitude), radians(latitude)
    width, angle = cos(centre) * cos(here), min(circle.radius / EARTH, pi)
    bounds = [0.0]
    if width and abs(cos(angle) - sin(centre) * sin(here)) <= width:
        apart = degrees(acos((cos(angle) - sin(centre) * sin(here)) / width))
        bounds += [-apart, apart]
    for bound in bounds:
        yield longitude + (circle.longitude + bound - longitude + 180) % 360 - 180


def _crossings(one: Circle, other: Circle) -> Iterator[tuple[float, float]]:
    """Places around the points where two circles cross, in each of the four parts that meet there."""
    first, second = _vector(one), _vector(other)
    along = first.dot(second)
    if 1 - along * along < _BESIDE**2:
        return  # They have the same centre, or opposite ones: the circles are parallel.
    for step in (-1, 1):
        for turn in (-1, 1):
            yield from _meeting(first, second, along, _angle(one, step), _angle(other, turn))


def _angle(circle: Circle, step: int) -> float:
    return min(max(circle.radius + step * max(circle.radius * _BESIDE, _BESIDE), 0.0) / EARTH, pi)


def _meeting(first: _Vector, second: _Vector, along: float, angle: float, other: float) -> Iterator[tuple[float, float]]:
    """Where a vector has two angles to two others: their sum with weights, and as much of their cross product as makes its length one."""
    weight = (cos(angle) - along * cos(other)) / (1 - along * along)
    weight_other = (cos(other) - along * cos(angle)) / (1 - along * along)
    base = _Vector(*(weight * a + weight_other * b for a, b in zip(first, second, strict=True)))
    left = 1 - base.dot(base)
    if left < 0:
        return
    cross = _Vector(first.y * second.z - first.z * second.y, first.z * second.x - first.x * second.z, first.x * second.y - first.y * second.x)
    much = sqrt(left / cross.dot(cross))
    for side in (-much, much):
        x, y, z = (a + side * b for a, b in zip(base, cross, strict=True))
        yield degrees(asin(max(-1.0, min(1.0, z)))), degrees(atan2(y, x))


def _vector(circle: Circle) -> _Vector:
    north, east = radians(circle.latitude), radians(circle.longitude)
    return _Vector(cos(north) * cos(east), cos(north) * sin(east), sin(north))
