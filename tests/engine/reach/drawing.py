"""Campaigns and customers drawn at random, at each other's bounds: whatever such a customer gets, the solver must find, too."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from mailweave.testing import AT

DAYS = [0, 1, 29, 30, 31, 60, 90, 120, 121, 150, 365]
SPANS = [timedelta(days=days) for days in DAYS]
NUMBERS = [-1, 0, 0.5, 1, 2, 3, 3.5, 10]
TEXTS = ["ab", "abc", "bc", "c", "Abc", "gold", "go", "d", "x y"]
SEGMENTS = ["vip", "gold", "new", "old"]
LOCALES = ["de", "de-AT", "de-CH", "en", "en-US", "fr"]
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]
PLACES = [(52.5, 13.4), (52.52, 13.5), (0.0, 0.0), (48.2, 16.4)]
MOMENTS = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-01", "2026-06-01T12:00:00+02:00", "2026-11-23T10:00:00Z"]


def condition(draw: Random, depth: int = 2) -> dict[str, Any]:
    """A condition of one to three rules, perhaps nested."""
    if depth and draw.random() < 0.5:
        how = draw.choice(["all", "any", "not", "not"])
        if how == "not":
            return {"not": condition(draw, depth - 1)}
        return {how: [condition(draw, depth - 1) for _ in range(draw.randint(2, 3))]}
    rules = draw.sample(list(RULES), draw.choice([1, 1, 2]))
    return {rule: RULES[rule](draw) for rule in rules}


def campaign(draw: Random) -> dict[str, Any]:
    """A campaign of two slots."""
    slots = {}
    for name in ("first", "second"):
        some = [{"when": condition(draw), "variant": draw.choice(["default", "other"])} for _ in range(draw.randint(1, 4))]
        slots[name] = {"block": "note", "choose": [*some, {"otherwise": draw.choice(["default", "nothing"])}]}
    return {"subject": "Hello", "slots": slots}


def _segment(draw: Random) -> Any:
    some = draw.sample(SEGMENTS, 2)
    return draw.choice([some[0], some, {"all": some}, {"all": some[:1], "any": [some[1], "other"]}])


def _bounds(draw: Random, numbers: list[Any]) -> dict[str, Any]:
    low, high = sorted(draw.choices(numbers, k=2))
    return draw.choice([{"at_least": low}, {"at_most": high}, {"between": [low, high]}, {"at_least": low, "at_most": high}])


def _frequency(draw: Random) -> Any:
    kind = draw.choice(["orders", "orders", "orders", "visits", "clicks"])
    span = f"{draw.choice(DAYS[1:])} days"
    measure: dict[str, Any] = {}
    if draw.random() < 0.7:
        measure |= _bounds(draw, [1, 2, 3, 5])
    if kind == "orders" and draw.random() < 0.4:
        measure["value"] = _bounds(draw, [0, 0.5, 10, 10.5, 100])
    if measure and draw.random() < 0.7:
        measure["within"] = span
    if not measure or draw.random() < 0.3:
        measure["last"] = {draw.choice(["within", "before"]): f"{draw.choice(DAYS[1:])} days"}
    return {kind: measure}


def _lifecycle(draw: Random) -> Any:
    window = draw.choice([{"within": "0 days"}, {"within": "3 days"}, {"within": "5 days"}, {"before": "7 days", "after": "1 day"}])
    stage = draw.choice(["new", "active", "lapsing", "lapsed", "won_back", ["new", "lapsed"], ["active", "won_back"]])
    return draw.choice([{"stage": stage}, {"stage": stage}, {"birthday": window}, {"stage": stage, "birthday": window}])


def _location(draw: Random) -> Any:
    latitude, longitude = draw.choice(PLACES)
    near = {"latitude": latitude, "longitude": longitude, "within": draw.choice(["5 km", "10 km", "5 mi", "1000 km"])}
    options = [
        {"country": draw.choice(["US", ["DE", "AT"], "DE"])},
        {"region": draw.choice(["Ohio", ["Ohio", "Texas"]])},
        {"city": "Oslo"},
        {"postal_prefix": draw.choice(["9", "94", ["1", "946"]])},
        {"timezone": draw.choice(ZONES)},
        {"near": near},
        {"near": near},
    ]
    one, other = draw.sample(options, 2)
    return draw.choice([one, {**one, **other}])


def _attribute(draw: Random) -> Any:
    tests = {
        "points": [_bounds(draw, NUMBERS), {"greater": draw.choice(NUMBERS)}, {"less": draw.choice(NUMBERS)}, draw.choice(NUMBERS), {"not": 3}],
        "plan": [draw.choice(TEXTS), {"not": "gold"}, {"in": ["gold", "go"]}, {"not_in": ["ab", "c"]}, {"exists": draw.random() < 0.5}],
        "nick": [{"starts_with": draw.choice(TEXTS)}, {"ends_with": draw.choice(TEXTS)}, {"contains": draw.choice(TEXTS)}, {"starts_with": "ab", "ends_with": "bc"}],
        "tags": [{"contains": draw.choice(SEGMENTS)}, {"contains": draw.choice(TEXTS)}, {"exists": True}],
        "since": [{"before": draw.choice(MOMENTS)}, {"after": draw.choice(MOMENTS)}, {"after": f"{draw.choice(DAYS)} days ago"}],
        "vip": [True, False, {"not": True}],
        "locale": [{"starts_with": "de"}, "de-AT", {"not": "de"}],
        "signed_up_at": [{"before": "60 days ago"}, {"after": "2026-11-01T00:00:00Z"}, {"exists": False}],
        "segments": [{"contains": draw.choice(SEGMENTS)}],
        "timezone": [draw.choice(ZONES), {"exists": False}],
    }
    return {path: draw.choice(tests[path]) for path in draw.sample(list(tests), draw.choice([1, 1, 2, 3]))}


def _schedule(draw: Random) -> Any:
    return draw.choice(
        [
            {"hours": draw.choice(["00:00-06:00", "09:00-17:00", "11:00-13:00", "19:00-20:00", "22:00-02:00"])},
            {"weekdays": draw.choice(["mon", "tue", "sun"])},
            {"from": date(2026, 11, 23)},
            {"until": date(2026, 11, 23)},
        ]
    )


RULES = {
    "segment": _segment,
    "frequency": _frequency,
    "lifecycle": _lifecycle,
    "location": _location,
    "attribute": _attribute,
    "schedule": _schedule,
    "locale": lambda draw: draw.choice(["de", "de-AT", ["de-AT", "fr"], "en"]),
}


def profile(draw: Random) -> dict[str, Any]:
    """A customer with some fields, each at a bound of some rule or beside it."""
    found: dict[str, Any] = {}
    for path, value in FIELDS.items():
        if draw.random() < 0.5:
            *parents, key = path.split(".")
            place = found
            for parent in parents:
                place = place.setdefault(parent, {})
            place[key] = value(draw)
    if draw.random() < 0.5:
        latitude, longitude = draw.choice(PLACES)
        found.setdefault("address", {}).update(latitude=latitude + draw.choice([0, 0.01, 0.05, 0.06, 0.08, 0.1, 9]), longitude=longitude + draw.choice([0, 0.001, 0.07, 9]))
    return found


def _moment(draw: Random) -> str:
    return (AT - draw.choice(SPANS) + timedelta(seconds=draw.choice([-1, 0, 0, 1, 3600]))).isoformat()


def _events(draw: Random) -> list[str]:
    return [_moment(draw) for _ in range(draw.choice([0, 1, 2, 3, 6]))]


FIELDS = {
    "segments": lambda draw: draw.sample(SEGMENTS, draw.randint(0, 4)),
    "orders": lambda draw: [{"at": at, "total": draw.choice([0, 0.5, 5, 10, 10.5, 50, 100, -10])} for at in _events(draw)],
    "visits": _events,
    "clicks": _events,
    "signed_up_at": _moment,
    "last_engaged_at": _moment,
    "birthday": lambda draw: (date(1990, 11, 23) + timedelta(days=draw.randint(-9, 9))).isoformat(),
    "locale": lambda draw: draw.choice(LOCALES),
    "timezone": lambda draw: draw.choice(ZONES),
    "address.country": lambda draw: draw.choice(["US", "DE", "AT", "FR"]),
    "address.region": lambda draw: draw.choice(["Ohio", "Texas", "Utah"]),
    "address.city": lambda draw: draw.choice(["Oslo", "Rome"]),
    "address.postal_code": lambda draw: draw.choice(["9", "94601", "12", "95", "7"]),
    "points": lambda draw: draw.choice([*NUMBERS, -2, 2.5, 11, 0.25]),
    "plan": lambda draw: draw.choice([*TEXTS, "other"]),
    "nick": lambda draw: draw.choice(TEXTS) + draw.choice(["", "-", "z"]) + draw.choice(TEXTS),
    "tags": lambda draw: draw.choice([draw.sample(SEGMENTS, draw.randint(0, 3)), draw.choice(TEXTS), draw.choice(SEGMENTS)]),
    "since": lambda draw: draw.choice([*MOMENTS, "2025-12-31T23:59:59Z", "2026-01-01T00:00:02Z", "2027-01-01", _moment(draw)]),
    "vip": lambda draw: draw.choice([True, False, 1]),
}
