"""A reason is true and never says "X, not X", for drawn settings and values of every rule."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.testing import AT, decide
from mailweave_plugins.rules.attribute import Attribute
from mailweave_plugins.rules.distance import MILE
from mailweave_plugins.rules.frequency import Frequency
from mailweave_plugins.rules.lifecycle import Lifecycle
from mailweave_plugins.rules.locale import LocaleRule
from mailweave_plugins.rules.location import Location
from mailweave_plugins.rules.schedule import Schedule
from mailweave_plugins.rules.words import LONGEST, ago

# Values that look like one another, on paper or in an editor.
ALIKE = st.sampled_from(
    [
        *("3", 3, 3.0, 3.0000000001, "3.0", "03", True, "true", "True", False, "false", 1, "1", 0, 10**70, 10**70 + 1),
        *(["3"], [3], ["true"], [True], ["vip"], "vip", "vip ", " vip", "VIP", "v\u200bip", ["vip, new"], "vip, new", ["vip", "new"]),
        *([], "empty", {"a": 1}, {"b": 1}, "a mapping", "a b", "a  b", "a\u00a0b", "a\tb", "S\u00e3o", "Sa\u0303o", "ﬁt", "fit"),
        *("x" * LONGEST + "a", "x" * LONGEST + "b", "x" * (LONGEST - 1) + "a", "X" * 90, "2026-11-23", "20261123", 20261123, 1e22, 0.1, "the text '3'"),
    ]
)
WANTED = ALIKE.filter(lambda value: isinstance(value, str | int | float))
TEXTS = WANTED.filter(lambda value: isinstance(value, str))
DURATION = re.compile(r"(\d+) (day|hour|minute|second|microsecond)s?")
MANY = {"max_examples": 60, "deadline": None}


def look(text):
    """What a person sees."""
    return " ".join(text.split())


def decided(rule, wanted, profile, **more):
    try:
        return decide(rule, wanted, profile, **more)
    except MailweaveError:
        assume(False)  # settings that are refused, or a profile that is


def differ(because, subject, fold=str.casefold):
    """Assert that what is, and what was wanted of it, are told apart."""
    is_, _, wanted = because.removeprefix(f"{subject} ").rpartition(", not ")
    assert is_, because
    assert fold(look(is_)) not in [fold(look(one)) for one in wanted.split(" or ")], because


@settings(**MANY)
@given(value=ALIKE, wanted=st.lists(WANTED, min_size=1, max_size=3))
@example(value="3", wanted=[3])
@example(value=["vip"], wanted=["vip"])
@example(value="x" * LONGEST + "a", wanted=["x" * LONGEST + "b"])
def test_a_value_is_told_from_those_that_it_is_not(value, wanted):
    outcome = decided(Attribute, {"field": wanted}, {"field": value})
    if outcome.matched or ", not " not in outcome.because:
        return
    differ(outcome.because, "field is", str)


@settings(**MANY)
@given(test=st.sampled_from(["contains", "starts_with", "ends_with"]), value=ALIKE, wanted=TEXTS)
@example(test="contains", value=["vip, new"], wanted="vip")
@example(test="starts_with", value=" vip", wanted="vip")
def test_a_part_that_seems_to_be_there_is_explained(test, value, wanted):
    """Where the plain words look as if the test held, kinds or invisible characters are written out."""
    outcome = decided(Attribute, {"field": {test: wanted}}, {"field": value})
    words = {"contains": ", without ", "starts_with": ", which doesn't begin with ", "ends_with": ", which doesn't end with "}[test]
    if outcome.matched or words not in outcome.because:
        return
    is_, _, part = outcome.because.removeprefix("field is ").rpartition(words)
    is_, part = look(is_).casefold(), look(part).casefold()
    assert not {"contains": part in is_, "starts_with": is_.startswith(part), "ends_with": is_.endswith(part)}[test], outcome.because


@settings(**MANY)
@given(test=st.sampled_from(["at_least", "starts_with", "before"]), value=ALIKE)
def test_a_value_of_the_wrong_kind_does_not_read_like_the_right_one(test, value):
    outcome = decide(Attribute, {"field": {test: {"at_least": 10**80, "starts_with": "~", "before": "0002-01-01"}[test]}}, {"field": value})
    for none in ("no number", "no text", "no date"):
        is_, found, _ = outcome.because.removeprefix("field is ").rpartition(f", which is {none}")
        if found and none == "no number":
            with pytest.raises(ValueError, match="could not convert"):
                float(is_)
        if found and (none == "no date" or isinstance(value, list)):
            assert isinstance(value, str) or is_.startswith("the "), outcome.because


AGES = st.builds(
    lambda limit, off: limit + off,
    st.sampled_from([timedelta(days=14), timedelta(days=1), timedelta(hours=36), timedelta(minutes=90)]),
    st.sampled_from([timedelta(), timedelta(hours=3), timedelta(seconds=1), timedelta(seconds=-1), timedelta(microseconds=1), timedelta(days=3)]),
)


@settings(**MANY)
@given(age=AGES, span=st.sampled_from(["14 days", "1 day", "36 hours", "90 minutes", "2 weeks"]), key=st.sampled_from(["within", "before"]))
def test_the_age_that_is_told_is_on_its_side_of_the_limit(age, span, key):
    outcome = decide(Frequency, {"visits": {"last": {key: span}}}, {"visits": [(AT - age).isoformat()]})
    told, _, wanted = outcome.because.partition(" ago, ")
    limit = length(span.replace("2 weeks", "14 days"))
    said = length(told)
    if "less than a day" in told:
        assert age < timedelta(days=1) <= limit
        said = age
    assert (said <= limit) == (age <= limit), outcome.because
    assert outcome.matched == ("not " not in wanted)


def length(words):
    return sum((timedelta(**{f"{unit}s": int(number)}) for number, unit in DURATION.findall(words)), timedelta())


@given(age=st.timedeltas(timedelta(), timedelta(days=800)), limit=st.timedeltas(timedelta(minutes=1), timedelta(days=800)))
def test_an_age_is_never_told_on_the_other_side(age, limit):
    said = length(ago(age, limit))
    if "less than a day" in ago(age, limit):
        said = age
    assert (said > limit, said < limit) == (age > limit, age < limit)
    assert said <= age


@settings(**MANY)
@given(longitude=st.floats(0, 2), off=st.sampled_from([0, 0.01, -0.01, 0.04, 1e-6, -1e-6, 3]), unit=st.sampled_from(["km", "mi"]))
def test_the_distance_that_is_told_is_on_its_side_of_the_limit(longitude, off, unit):
    limit = max(0.0, longitude * 111.1950802 + off) / (MILE if unit == "mi" else 1)
    near = {"latitude": 0, "longitude": 0, "within": f"{limit:.6f} {unit}"}
    outcome = decide(Location, {"near": near}, {"address": {"latitude": 0, "longitude": longitude}})
    said = float(re.search(r"lives ([\d.e-]+) km", outcome.because)[1])
    assert (said <= float(near["within"].split()[0]) * (MILE if unit == "mi" else 1)) == outcome.matched, outcome.because


def test_two_points_have_a_distance_each(mailweave_engine):
    profile = {"address": {"latitude": 0, "longitude": 1}}
    told = [decide(Location, {"near": {"latitude": 0, "longitude": at, "within": "5 km"}}, profile).inputs[-1] for at in (0, 3)]
    assert [(entry.name, entry.value) for entry in told] == [("distance in km from 0.0, 0.0", 111.2), ("distance in km from 0.0, 3.0", 222.4)]


@settings(**MANY)
@given(value=TEXTS, wanted=st.lists(TEXTS, min_size=1, max_size=2), key=st.sampled_from(["city", "region", "postal_prefix"]))
def test_places_are_told_apart(value, wanted, key):
    field = {"postal_prefix": "postal_code"}.get(key, key)
    outcome = decided(Location, {key: wanted}, {"address": {field: value}})
    if outcome.matched or "the profile has no" in outcome.because:
        return
    if key != "postal_prefix":
        differ(outcome.because, f"{key} is")
    else:
        code, _, prefixes = outcome.because.removeprefix("postal code ").rpartition(" doesn't begin with ")
        assert not any(bare(code).startswith(bare(prefix)) for prefix in prefixes.split(" or ")), outcome.because


def bare(text):
    return re.sub(r"[\s-]", "", text).casefold()


@settings(**MANY)
@given(locale=st.sampled_from(["de", "de-AT", "de_AT", "DE-at", "den", "en-US", "zh-Hant", "d\u200be"]), tags=st.lists(st.sampled_from(["de", "de-AT", "en"]), min_size=1))
def test_locales_are_told_apart(locale, tags):
    outcome = decide(LocaleRule, tags, {"locale": locale})
    if not outcome.matched:
        differ(outcome.because, "the locale is")


@settings(**MANY)
@given(
    off=st.sampled_from([timedelta(), timedelta(seconds=1), timedelta(seconds=-1), timedelta(hours=3), timedelta(microseconds=1)]),
    key=st.sampled_from(["from", "until"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Chatham"]),
    offset=st.sampled_from(["", "Z", "+05:30"]),
)
def test_the_clock_that_is_told_is_on_its_side_of_the_limit(off, key, zone, offset):
    edge = f"2026-11-23T10:00{offset}"
    outcome = decide(Schedule, {key: edge}, {"timezone": zone}, at=AT + off)
    found = re.fullmatch(r"it is \w+ ([\d .:-]+) for the customer, (before|after) ([\d .:-]+)", outcome.because)
    assert bool(found) != outcome.matched
    if found:
        now, side, limit = (found[1], found[2], found[3])
        assert (now < limit) if side == "before" else (now > limit), outcome.because


@settings(**MANY)
@given(total=st.sampled_from([99.99, 99.9999, 100, 100.004, 100.00004, 12345678.9]), bound=st.sampled_from([100, 99.999, 100.001, 12345678.9001]), key=st.sampled_from(["at_least", "at_most"]))
def test_sums_are_told_from_their_bounds(total, bound, key):
    outcome = decide(Frequency, {"orders": {"value": {key: bound}}}, {"orders": [{"at": "2026-11-01", "total": total}]})
    worth, limit = (float(number) for number in re.search(r"worth ([\d.]+),.* ([\d.]+)$", outcome.because).groups())
    assert outcome.matched == (worth >= limit if key == "at_least" else worth <= limit), outcome.because


@pytest.mark.parametrize(
    ("wanted", "profile", "because"),
    [
        ({"stage": "new"}, {"signed_up_at": "2027-01-01"}, "the profile has no sign-up, order or engagement, only in the future"),
        ({"stage": "new"}, {"orders": [{"at": "2027-01-01"}]}, "the profile has no sign-up, order or engagement, only in the future"),
        ({"stage": "new"}, {}, "the profile has no sign-up, order or engagement"),
        ({"anniversary": {"before": "365 days"}}, {"signed_up_at": "2027-11-22"}, "the first anniversary is still to come"),
        ({"anniversary": {"before": "365 days"}}, {"signed_up_at": "2026-12-24"}, "the anniversary is in 396 days, not at most 365 days ahead"),
        ({"anniversary": {"within": "365 days"}}, {"signed_up_at": "2026-11-23"}, "the anniversary is in 365 days"),
    ],
)
def test_what_lies_in_the_future(wanted, profile, because):
    assert decide(Lifecycle, wanted, profile).because == because
