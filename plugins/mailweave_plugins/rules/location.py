"""The rule `location`: where a customer lives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Annotated, Any, Final, NamedTuple

from babel import Locale
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mailweave import MISSING, Decision, Domain, Facts, Rule, Settings, hookimpl, match, no_match
from mailweave.config import ZoneName
from mailweave.errors import did_you_mean

# Mean radius of the earth in kilometres (IUGG, R1).
EARTH: Final = 6371.0088
_DISTANCE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(km|mi)\Z")
_MILE: Final = 1.609344
# What CLDR lists besides countries: unions and pseudo-regions.
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ"})
_COUNTRIES: Final = {code: name for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES}


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _country(code: str) -> str:
    if code.upper() in _COUNTRIES:
        return code.upper()
    named = {name: code for code, name in _COUNTRIES.items()}
    near = did_you_mean(code, named) if len(code) > 2 else ""
    remedy = f"write {named[near[14:-2]]}" if near.startswith("did") else "write its ISO 3166 code, like US or DE"
    raise ValueError(f"'{code}' is no country – {remedy}")


class Distance(NamedTuple):
    """A distance, and how the user wrote it."""

    kilometres: float
    words: str


def _distance(value: Any) -> Distance:
    found = _DISTANCE.match(str(value).strip())
    if not found:
        raise ValueError(f"'{value}' is no distance – write it like '25 km' or '10 mi'")
    return Distance(float(found[1]) * (_MILE if found[2] == "mi" else 1), f"{found[1]} {found[2]}")


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Countries = Annotated[tuple[Annotated[str, AfterValidator(_country)], ...], BeforeValidator(_as_list)]
Zones = Annotated[tuple[ZoneName, ...], BeforeValidator(_as_list)]


class Near(Settings):
    """A point, in degrees, and how far around it, like "25 km" or "10 mi"."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    within: Annotated[Distance, BeforeValidator(_distance)]


class LocationSettings(Settings):
    """At least one key; several mean all of them. Each takes one value or a list of which any will do."""

    country: Countries = ()
    region: Texts = ()
    city: Texts = ()
    postal_prefix: Texts = ()
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
        """A match when everything given holds for the profile's `address` (and `timezone`). Upper and lower case are the same."""
        reasons = []
        for held, because in _judge(settings, facts):
            if not held:
                return no_match(because)
            reasons.append(because)
        return match(" and ".join(reasons))

    def domain(self, settings: LocationSettings, at: datetime) -> Domain:
        """Per field: each value given, another one, and none."""
        found: dict[str, list[Any]] = {}
        if settings.country:
            found["address.country"] = [*settings.country, next(code for code in ("DE", "US", *_COUNTRIES) if code not in settings.country), MISSING]
        for key, path in (("region", "address.region"), ("city", "address.city"), ("postal_prefix", "address.postal_code")):
            if getattr(settings, key):
                found[path] = [*getattr(settings, key), "~", MISSING]
        if settings.timezone:
            found["timezone"] = [*settings.timezone, next(zone for zone in ("Etc/GMT+1", "Etc/GMT+2") if zone not in settings.timezone), MISSING]
        if settings.near:
            away = -settings.near.latitude if settings.near.latitude else 45.0
            found["address.latitude"] = [settings.near.latitude, away, MISSING]
            found["address.longitude"] = [settings.near.longitude, (settings.near.longitude + 360) % 360 - 180, MISSING]
        return found


def _judge(settings: LocationSettings, facts: Facts) -> Iterator[tuple[bool, str]]:
    for key, path in (("country", "address.country"), ("region", "address.region"), ("city", "address.city")):
        if getattr(settings, key):
            yield _one_of(key, path, getattr(settings, key), facts)
    if settings.postal_prefix:
        yield _postal(settings.postal_prefix, facts)
    if settings.timezone:
        zone = facts.zone.key
        held = zone in settings.timezone
        yield held, f"the time zone is {zone}" if held else f"the time zone is {zone}, not {' or '.join(settings.timezone)}"
    if settings.near:
        yield _near(settings.near, facts)


def _one_of(key: str, path: str, wanted: tuple[str, ...], facts: Facts) -> tuple[bool, str]:
    value = facts.read(path)
    if value is MISSING:
        return False, f"the profile has no {path}"
    held = str(value).casefold() in {one.casefold() for one in wanted}
    return held, f"{key} is {value}" if held else f"{key} is {value}, not {' or '.join(wanted)}"


def _postal(prefixes: tuple[str, ...], facts: Facts) -> tuple[bool, str]:
    value = facts.read("address.postal_code")
    if value is MISSING:
        return False, "the profile has no address.postal_code"
    code = _bare(str(value))
    found = next((prefix for prefix in prefixes if code.startswith(_bare(prefix))), None)
    if found is None:
        return False, f"postal code {value} doesn't begin with {' or '.join(prefixes)}"
    return True, f"postal code {value} begins with {found}"


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).casefold()


def _near(near: Near, facts: Facts) -> tuple[bool, str]:
    place = [facts.read("address.latitude"), facts.read("address.longitude")]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in place):
        return False, "the profile has no address.latitude and address.longitude"
    distance = facts.derive("distance in km", round(kilometres(near.latitude, near.longitude, *place), 1))
    held = distance <= near.within.kilometres
    return held, f"the customer lives {distance:g} km away, {'' if held else 'not '}within {near.within.words}"


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two points in degrees, by the haversine formula (Sinnott, Sky & Telescope 68, 1984).

    Example:
        >>> round(kilometres(52.52, 13.405, 48.8566, 2.3522))
        877
    """
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


@hookimpl
def register_rules() -> Iterable[type[Rule[Any]]]:
    return [Location]
