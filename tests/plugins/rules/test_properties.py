"""What must hold for all values: stages, windows, distances, hours, comparisons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.testing import AT, decide
from mailweave_plugins.rules.attribute import Attribute
from mailweave_plugins.rules.distance import EARTH, kilometres
from mailweave_plugins.rules.frequency import Frequency
from mailweave_plugins.rules.lifecycle import Lifecycle
from mailweave_plugins.rules.locale import covers
from mailweave_plugins.rules.schedule import Schedule
from mailweave_plugins.rules.yearly import Window, nearest

STAGES = ("new", "active", "lapsing", "lapsed", "won_back")
MOMENTS = st.integers(-3, 500).map(lambda days: (AT - timedelta(days=days)).isoformat())
PROFILES = st.fixed_dictionaries(
    {},
    optional={"signed_up_at": MOMENTS, "last_engaged_at": MOMENTS, "orders": st.lists(MOMENTS.map(lambda at: {"at": at}), max_size=4)},
)
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
CLOCKS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@settings(max_examples=60, deadline=None)
@given(profile=PROFILES)
def test_a_customer_with_a_past_has_exactly_one_stage(profile):
    held = [stage for stage in STAGES if decide(Lifecycle, {"stage": stage}, profile).matched]
    moments = [profile.get("signed_up_at"), profile.get("last_engaged_at"), *(order["at"] for order in profile.get("orders", []))]
    past = any(datetime.fromisoformat(moment) <= AT for moment in moments if moment)
    assert len(held) == past


@given(
    day=st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    today=st.dates(date(1900, 1, 1), date(9999, 12, 31)),
    leap_day=st.sampled_from(["feb_28", "mar_1"]),
)
def test_a_yearly_day_is_never_more_than_half_a_year_away(day, today, leap_day):
    distance = nearest(day, today, Window(within="0 days"), leap_day)
    assert -366 < distance < 366
    if 1900 < today.year < 9999:
        assert abs(distance) <= 183


@given(today=st.dates(date(1950, 1, 1), date(2100, 1, 1)), step=st.integers(-20, 20), before=st.integers(0, 20), after=st.integers(0, 20))
def test_a_window_holds_just_the_days_around_the_day(today, step, before, after):
    day = today + timedelta(days=step)
    if (day.month, day.day) == (2, 29):
        return
    window = Window(before=f"{before} days", after=f"{after} days")
    assert window.holds(nearest(day.replace(year=1990), today, window, "feb_28")) == (-after <= step <= before)


@given(one=POINTS, other=POINTS)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_globe(one, other):
    there, back = kilometres(*one, *other), kilometres(*other, *one)
    assert there == pytest.approx(back)
    assert 0 <= there <= 3.1416 * EARTH
    assert kilometres(*one, *one) == 0


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ((0, 0), (0, 180), 20015.115),  # half the circumference of a sphere of radius 6371.0088 km
        ((90, 0), (-90, 0), 20015.115),
        ((0, 0), (0, 1), 111.195),  # one degree: π/180 · 6371.0088 km
        ((36.12, -86.67), (33.94, -118.40), 2886.448),  # Nashville to Los Angeles
    ],
)
def test_known_distances(one, other, wanted):
    assert kilometres(*one, *other) == pytest.approx(wanted, abs=0.005)


@settings(max_examples=60, deadline=None)
@given(at=CLOCKS, start=TIMES, end=TIMES, zone=st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Los_Angeles"]))
def test_hours_and_the_hours_between_share_out_the_day(at, start, end, zone):
    if start == end:
        return
    inside, outside = (decide(Schedule, {"hours": hours}, {"timezone": zone}, at=at).matched for hours in (f"{start}-{end}", f"{end}-{start}"))
    assert inside != outside


@settings(max_examples=60, deadline=None)
@given(value=st.integers() | st.floats(allow_nan=False), bound=st.integers(-1000, 1000))
def test_every_number_is_on_one_side_of_a_bound(value, bound):
    held = {
        test: decide(Attribute, {"points": {test: bound}}, {"points": value}).matched for test in ("greater", "at_least", "less", "at_most", "equals")
    }
    assert held["greater"] != held["at_most"]
    assert held["less"] != held["at_least"]
    assert held["equals"] == (held["at_least"] and held["at_most"])


@settings(max_examples=60, deadline=None)
@given(ages=st.lists(st.integers(-5, 100), max_size=6), days=st.integers(1, 100), bound=st.integers(1, 6))
def test_counts_just_what_lies_in_the_window(ages, days, bound):
    visits = [(AT - timedelta(days=age)).isoformat() for age in ages]
    outcome = decide(Frequency, {"visits": {"at_least": bound, "within": f"{days} days"}}, {"visits": visits})
    assert outcome.matched == (sum(0 <= age <= days for age in ages) >= bound)


@given(tag=st.sampled_from(["de", "de-AT", "zh-Hant", "en_US"]), rest=st.sampled_from(["", "-AT", "_US", "-Latn-CH"]))
def test_a_tag_covers_itself_and_all_that_is_more_precise(tag, rest):
    assert covers(tag, (tag + rest).upper())
    assert not rest or not covers(tag + rest, tag)
