"""Distances on the earth."""

from __future__ import annotations

import re
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final, NamedTuple

# Mean radius of the earth in kilometres (IUGG, R1).
EARTH: Final = 6371.0088
# Kilometres in an international mile (1959).
MILE: Final = 1.609344
_DISTANCE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(km|mi)\Z")


class Distance(NamedTuple):
    """A distance, and how the user wrote it."""

    kilometres: float
    words: str


def parse_distance(value: Any) -> Distance:
    """A distance like "25 km" or "10 mi".

    Raises:
        ValueError: anything else; the message says what to write.
    """
    found = _DISTANCE.match(str(value).strip())
    if not found:
        raise ValueError(f"'{value}' is no distance – write it like '25 km' or '10 mi'")
    return Distance(float(found[1]) * (MILE if found[2] == "mi" else 1), f"{found[1]} {found[2]}")


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two points in degrees, by the haversine formula (Sinnott, Sky & Telescope 68, 1984).

    Example:
        >>> round(kilometres(52.52, 13.405, 48.8566, 2.3522))
        877
    """
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))
