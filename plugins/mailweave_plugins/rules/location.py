"""The rule `location`: where a customer lives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from math import pi
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Parts, Rule, Samples, hookimpl
from mailweave.config import ZoneName
from mailweave_plugins.rules.countries import check_country, countries
from mailweave_plugins.rules.distance import EARTH, Distance, kilometres, parse_distance
from mailweave_plugins.rules.distance_samples import Circle, Circles
from mailweave_plugins.rules.given import Given, Names, one_by_one, one_or_more
from mailweave_plugins.rules.together import Part, together
from mailweave_plugins.rules.words import apart, either, shown
from mailweave_plugins.rules.wrong_kind import wrong_kind

Countries = Annotated[tuple[Annotated[str, AfterValidator(check_country)], ...], BeforeValidator(one_or_more), Field(min_length=1)]
Zones = Annotated[tuple[ZoneName, ...], BeforeValidator(one_or_more), Field(min_length=1)]


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).casefold()


def _prefixes(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not _bare(value):
            raise ValueError(f"'{value}' is no beginning of a postal code – write letters or digits, like 946")
    return values


_WORDS: Final = {"country": "address.country", "region": "address.region", "city": "address.city"}


def _on_earth(within: Distance) -> Distance:
    if within.kilometres > pi * EARTH:
        raise ValueError(f"{within.words} hold the whole earth, where no place is further than {pi * EARTH:.0f} km away – write less")
    return within


class Near(Given):
    """A point, in degrees, and how far around it, like "25 km" or "10 mi"."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    within: Annotated[Distance, BeforeValidator(parse_distance), AfterValidator(_on_earth)]


class LocationSettings(Given):
    """At least one key; several mean all of them. Each takes one value or a list of which any will do."""

    country: Countries = ()
    region: Names = ()
    city: Names = ()
    postal_prefix: Annotated[Names, AfterValidator(_prefixes)] = ()
    timezone: Zones = ()
    near: Near | None = None

    @model_validator(mode="after")
    def _asked(self) -> LocationSettings:
        if not self.model_fields_set:
            raise ValueError("no place is given – write `country: US`, or region, city, postal_prefix, timezone or near")
        return self


class Location(Rule[LocationSettings]):
    """Where the customer lives: country, region, city, postal code, time zone, distance from a point.

    Example:
        when: {location: {country: US, region: [California, Oregon]}}
        when: {location: {near: {latitude: 45.52, longitude: -122.68, within: 25 km}}}
    """

    name = "location"
    Settings = LocationSettings

    def decide(self, settings: LocationSettings, facts: Facts) -> Decision:
        """A match when everything given holds for the profile's `address` (and `timezone`). Upper and lower case are the same.

        Raises:
            MailweaveError: a part of the address is of the wrong kind, such as a latitude that is no number.
        """
        return together(_judge(settings, facts))

    def domain(self, settings: LocationSettings, at: datetime) -> Domain:
        """Per field the values given, and for a distance the places around the point."""
        found: dict[str | tuple[str, ...], Any] = {}
        if settings.country:
            found["address.country"] = Samples(settings.country, spares=("DE", "US", *countries()))
        for key, path in (("region", "address.region"), ("city", "address.city"), ("postal_prefix", "address.postal_code")):
            if getattr(settings, key):
                found[path] = Samples(getattr(settings, key), spares=("~", "·", "…"))
        if settings.timezone:
            found["timezone"] = Samples(settings.timezone, spares=tuple(f"Etc/GMT+{hours}" for hours in range(1, 13)))
        if settings.near:
            circle = Circle(settings.near.latitude, settings.near.longitude, settings.near.within.kilometres)
            found["address.latitude", "address.longitude"] = Circles((circle,))
        return found

    def split(self, settings: LocationSettings) -> Parts[LocationSettings] | None:
        """Field by field."""
        return one_by_one(settings)


def _judge(settings: LocationSettings, facts: Facts) -> Iterator[Part]:
    for key, path in _WORDS.items():
        if getattr(settings, key):
            yield _one_of(key, path, getattr(settings, key), facts)
    if settings.postal_prefix:
        yield _postal(settings.postal_prefix, facts)
    if settings.timezone:
        zone = facts.zone.key
        held = zone in settings.timezone
        yield held, f"the time zone is {zone}" if held else f"the time zone is {zone}, not {either(settings.timezone)}"
    if settings.near:
        yield _near(settings.near, facts)


def _one_of(key: str, path: str, wanted: tuple[str, ...], facts: Facts) -> Part:
    value = _text(path, facts)
    if not value:
        return False, f"the profile has no {path}"
    if value.casefold() in _places(wanted):
        return True, f"{key} is {shown(value)}"
    said, names = _said(value, wanted)
    return False, f"{key} is {said}, not {names}"


@lru_cache(1024)
def _places(names: tuple[str, ...]) -> frozenset[str]:
    """Names as they are compared."""
    return frozenset(name.strip().casefold() for name in names)


@lru_cache(4096)
def _said(value: str, wanted: tuple[str, ...]) -> tuple[str, str]:
    """A place and those that it isn't, as they are said."""
    said, names = apart(value, wanted, lambda one, other: one.casefold() == other.casefold())
    return said, " or ".join(names)


def _postal(prefixes: tuple[str, ...], facts: Facts) -> Part:
    value = _text("address.postal_code", facts)
    if not value:
        return False, "the profile has no address.postal_code"
    found = next((prefix for prefix in prefixes if _bare(value).startswith(_bare(prefix))), None)
    if found is None:
        said, names = apart(value, prefixes, lambda code, prefix: _bare(code).startswith(_bare(prefix)))
        return False, f"postal code {said} doesn't begin with {' or '.join(names)}"
    return True, f"postal code {shown(value)} begins with {shown(found)}"


def _text(path: str, facts: Facts) -> str:
    """The text at a path, without space around it; blank when missing."""
    value = facts.read(path)
    if value is MISSING:
        return ""
    if not isinstance(value, str):
        raise wrong_kind(path, value, "text", 'in quotes, like "94601"' if isinstance(value, int | float) else "as text")
    return value.strip()


def _near(near: Near, facts: Facts) -> Part:
    latitude, longitude = _degrees("address.latitude", 90, facts), _degrees("address.longitude", 180, facts)
    if latitude is None or longitude is None:
        return False, "the profile has no address.latitude and address.longitude"
    distance = kilometres(near.latitude, near.longitude, latitude, longitude)
    held = distance <= near.within.kilometres
    said = _rounded(distance, near.within.kilometres)
    facts.derive(f"distance in km from {near.latitude}, {near.longitude}", said)
    return held, f"the customer lives {said:.12g} km away, {'' if held else 'not '}within {near.within.words}"


def _rounded(distance: float, limit: float) -> float:
    """A distance to 0.1 km, or as exact as it takes to be on its side of the limit."""
    return next((said for digits in range(1, 12) if ((said := round(distance, digits)) <= limit) == (distance <= limit)), distance)


def _degrees(path: str, most: int, facts: Facts) -> float | None:
    value = facts.read(path)
    if value is MISSING:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        raise wrong_kind(path, value, f"number from -{most} to {most}", "in degrees, like 45.52")
    return float(value)


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Location]
