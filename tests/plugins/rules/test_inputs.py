"""Whatever changes a decision is among its inputs: nothing that isn't listed does, for any rule and any profile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailweave.conditions import RuleCondition
from mailweave.errors import MailweaveError, Place
from mailweave.facts import Situation
from mailweave.profiles import without_blanks
from mailweave.testing import AT, _made

CASES = [
    (path.stem, case["settings"], case.get("config"), case["profile"])
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
SHOP = {
    "products": {
        name: {"name": name.title(), "category": "Kitchen" if name < "n" else "Home", "stock": stock}
        for name, stock in (("bowl", 3), ("mug", 1), ("plant", 0), ("vase", 9), ("lamp", 2))
    },
    "orders": [
        {"customer": customer, "product": product, "at": at}
        for customer, product, at in (
            *(("c-1", "bowl", "2026-11-01"), ("c-1", "mug", "2026-10-20"), ("c-2", "mug", "2026-11-10"), ("c-2", "vase", "2026-07-01")),
            *(("c-3", "vase", "2026-11-22"), ("c-3", "lamp", "2026-11-22"), ("c-4", "lamp", "2025-01-01"), ("c-4", "bowl", "2026-11-20")),
        )
    ],
}
COUNTS = [{"at_least": number, **named} for number in (1, 2, 3, 4) for named in ({}, {"strategies": ["also_bought"]}, {"strategies": ["given", "popular"]})]
ASKED = [*CASES, *(("recommendations", asked, None, {}) for asked in COUNTS for _ in range(4))]

ITEMS = st.lists(st.sampled_from([{"product": "mug"}, {"id": "bowl"}, {"sku": "vase", "id": "x"}, "lamp", {"name": "?"}, None, 7]), max_size=3)
MOMENTS = st.sampled_from(["2026-11-23", "2026-11-22T23:30", "2026-11-23T10:00:00Z", "2026-11-01T00:30:00+13:00", "2027-01-01", "2026-10-24", "2025-11-24"])
TEXTS = st.sampled_from(["gold", "3", "true", "vip", "", " ", "a\u00a0b", "gold\u200b", "Sa\u0303o", "x" * 70, "Oslo", "US", "946-01", "DE"])
SCALARS = TEXTS | st.booleans() | st.integers(-3, 200) | st.floats(allow_nan=True) | st.none() | MOMENTS
FIELDS = {
    "id": st.sampled_from(["c-1", "c-2", "", "nobody"]),
    "timezone": st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "UTC", ""]),
    "locale": st.sampled_from(["de", "de-AT", "en-US", "fr", "ja", ""]),
    "signed_up_at": MOMENTS,
    "last_engaged_at": MOMENTS,
    "birthday": st.sampled_from(["1992-11-23", "--11-24", "--02-29", "2000-05-01"]),
    "orders": st.lists(st.fixed_dictionaries({"at": MOMENTS}, optional={"total": st.integers(0, 300), "items": ITEMS}), max_size=3),
    "visits": st.lists(MOMENTS, max_size=3),
    "clicks": st.lists(MOMENTS, max_size=3),
    "segments": st.lists(TEXTS, max_size=3),
    "recommendations": st.lists(st.sampled_from(["mug", "vase", "plant", "nothing"]), max_size=3),
    "cart": st.fixed_dictionaries({}, optional={"items": ITEMS, "total": st.integers()}),
    "address": st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("country", "region", "city", "postal_code"), TEXTS),
            "latitude": st.sampled_from([0, 45.52, 37.8]),
            "longitude": st.sampled_from([0, -122.68, 179.9]),
        },
    ),
    **dict.fromkeys(("plan", "points", "tags", "vip", "joined", "nickname", "email"), SCALARS | st.lists(SCALARS, max_size=3)),
}
PROFILES = st.fixed_dictionaries({}, optional=FIELDS)
MOVES = st.sampled_from([timedelta(0), timedelta(hours=-13), timedelta(days=40), timedelta(days=-400), timedelta(seconds=1)])


@pytest.fixture(scope="module")
def asked(mailweave_engine):
    """The rule of a case, made once, with the registry that its provider needs."""
    registry = mailweave_engine.registry.configured({})
    made = {}

    def ask(case, profile, at, timezone):
        rule, data, config, _ = case
        key = json.dumps([rule, data, config], default=str)
        if key not in made:
            made[key] = _made(mailweave_engine.registry.classes["rules"][rule], data, config, registry)
        situation = Situation(without_blanks(profile), at, registry, SHOP, timezone=timezone)
        return RuleCondition(*made[key], Place("test.yaml"), rule).test(situation)

    return ask


def leaves(data, before="") -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def value_at(data, path):
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def put(data, path, value):
    first, _, rest = path.partition(".")
    inner = data.get(first)
    return {**data, first: put(inner if isinstance(inner, Mapping) else {}, rest, value) if rest else value}


def listed(path, names):
    return any(path == name or path.startswith(f"{name}.") or name.startswith(f"{path}.") for name in names)


CHECKS = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=200, deadline=None, suppress_health_check=CHECKS)
@given(data=st.data())
def test_what_is_not_listed_never_changes_the_decision(asked, data):
    check(asked, data)


@pytest.mark.deep
@settings(max_examples=20_000, deadline=None, suppress_health_check=CHECKS)
@given(data=st.data())
def test_what_is_not_listed_never_changes_any_decision(asked, data):
    check(asked, data)


def check(asked, data):
    case = data.draw(st.sampled_from(ASKED))
    profile = {**data.draw(PROFILES), **(case[3] if data.draw(st.booleans()) else {})}
    at = AT + data.draw(MOVES)
    try:
        before = asked(case, profile, at, "UTC")
    except MailweaveError:
        return
    names = {entry.name for entry in before.inputs if entry.origin in ("profile", "missing", "default", "moment")}
    other, other_at, zone = changed(data, profile, names, at)
    after = asked(case, other, other_at, zone)
    assert (after.matched, after.because) == (before.matched, before.because), (case, profile, other, names)


def changed(data, profile, names, at):
    """The profile with everything changed that isn't listed, hostile values included; the moment and the workspace's zone likewise."""
    wanted = data.draw(PROFILES)
    other = dict(profile)
    for path in {*leaves(profile), *leaves(wanted)}:
        if not listed(path, names):
            other = put(other, path, data.draw(st.just(value_at(wanted, path)) | SCALARS))
    at = at if "at" in names else at + data.draw(MOVES)
    return other, at, "UTC" if "timezone" in names else "Pacific/Kiritimati"


def test_every_rule_is_asked(mailweave_engine):
    assert {case[0] for case in ASKED} == set(mailweave_engine.registry.classes["rules"])


@pytest.mark.parametrize(
    ("rule", "data", "profile", "names"),
    [
        ("lifecycle", {"stage": "new"}, {"signed_up_at": "2026-11-01"}, ["signed_up_at", "timezone", "last_engaged_at", "at", "orders"]),
        ("lifecycle", {"stage": "new"}, {"signed_up_at": "2026-11-01T00:00:00Z"}, ["signed_up_at", "last_engaged_at", "at", "orders"]),
        ("frequency", {"visits": {"at_least": 1}}, {"visits": ["2026-11-01T00:00:00Z"]}, ["visits", "timezone", "at"]),
        ("attribute", {"joined": {"before": "30 days ago"}}, {"joined": "2026-11-01T00:00:00Z"}, ["joined", "timezone", "at"]),
        ("attribute", {"joined": {"before": "2026-11-01"}}, {"joined": "2026-11-01T00:00:00Z"}, ["joined", "timezone"]),
        ("recommendations", {"at_least": 1}, {"id": "c-1", "cart": {"items": []}}, ["cart.items", "orders", "id", "recommendations", "at"]),
    ],
)
def test_what_was_read_is_listed(asked, rule, data, profile, names):
    outcome = asked((rule, data, None, {}), profile, datetime(2026, 11, 23, 10, tzinfo=UTC), "UTC")
    assert [entry.name for entry in outcome.inputs if entry.origin not in ("computed", "feed")] == names
