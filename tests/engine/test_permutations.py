"""Reachable choices, covering customers, coverage by preview profiles, and the nearest profile: each answer checked by choosing again."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailweave.domains import patched, patches

from mailweave.coverage import coverage
from mailweave.facts import MISSING, look_up
from mailweave.nearest import nearest
from mailweave.permutations import Alternative, alternatives, covering, explore, merge
from mailweave.profiles import Profile
from mailweave.testing import AT

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"

OFFERS = {
    "campaigns/hello.yaml": """
        subject: Hello
        slots:
          offer:
            block: note
            choose:
              - {when: {location: {country: US, region: California}, not: {segment: vip}}, variant: other}
              - {when: {frequency: {orders: {at_least: 3, within: 90 days}}, lifecycle: {stage: won_back}}, variant: other}
              - {when: {all: [{segment: vip}, {not: {segment: vip}}]}, variant: other}
              - otherwise: default
          thanks:
            choose:
              - {when: {segment: vip}, block: note}
              - otherwise: nothing
        """
}


@pytest.fixture
def found(make_workspace):
    shop = make_workspace(OFFERS)
    return explore(shop, shop.campaign("hello"), AT)


def test_reaches_what_several_rules_ask_together_and_not_what_they_exclude(found):
    assert [one for one, ways in found.ways.items() if not ways] == [Alternative("offer", 2)]


def test_each_way_leads_to_its_alternative(found):
    for one, ways in found.ways.items():
        for way in ways:
            assert one in found.picks(way)


def test_covering_customers_show_every_reachable_alternative(found):
    made = covering(found)
    assert {pick for one in made for pick in one.picks} == {one for one, ways in found.ways.items() if ways}
    assert len(made) == 3
    for one in made:
        assert found.picks_of(one.profile.data) == one.picks


def test_covering_customers_show_every_pair_that_somebody_gets(found):
    shown = {frozenset(pair) for one in covering(found, pairs=True) for pair in combinations(one.picks, 2)}
    both = {frozenset((Alternative("offer", offer), Alternative("thanks", thanks))) for offer in (0, 1, 3) for thanks in (0, 1)}
    assert shown == both - {frozenset((Alternative("offer", 0), Alternative("thanks", 0)))}


def test_names_are_after_what_is_shown_first(found):
    assert [one.name for one in covering(found)] == ["offer-other", "offer-other-2", "offer-default"]


def test_coverage_counts_what_preview_profiles_show(found):
    covered = coverage(found, [Profile.from_data({"segments": ["vip"]}, "vip")])
    assert covered.shown[Alternative("thanks", 0)] == ["vip"]
    assert covered.covered == 2
    assert {pick for one in covered.missing for goal in one.shows for pick in goal} == {Alternative("offer", 0), Alternative("offer", 1), Alternative("thanks", 1)}
    assert covered.unreached == [Alternative("offer", 2)]


@pytest.mark.parametrize("campaign", ["cart_reminder", "spring_newsletter", "win_back"])
def test_covering_customers_of_the_storefront_get_their_messages(mailweave_engine, campaign):
    shop = mailweave_engine.open(STOREFRONT)
    for one in covering(explore(shop, shop.campaign(campaign), AT), pairs=campaign == "win_back"):
        message = mailweave_engine.render(shop, campaign, one.profile, AT)
        slots = {slot.name: slot for slot in shop.campaign(campaign).slots}
        assert [slots[name].entries.index(choice.entry) for name, choice in message.choice.items()] == [pick.index for pick in one.picks]


NEAREST = [
    ({}, Alternative("thanks", 0), {"segments": ["vip"]}),
    ({"segments": ["vip"]}, Alternative("thanks", 1), {"segments": MISSING}),
    ({"address": {"country": "US", "region": "Ohio"}}, Alternative("offer", 0), {"address.region": "California"}),
    ({"segments": ["vip", "old"], "address": {"country": "US", "region": "California"}}, Alternative("offer", 0), {"segments": MISSING}),
    ({"segments": ["old"]}, Alternative("thanks", 0), {"segments": ["old", "vip"]}),
    ({"segments": ["vip"]}, Alternative("thanks", 0), {}),
    ({}, Alternative("offer", 2), None),
]


@pytest.mark.parametrize(("profile", "wanted", "changes"), NEAREST)
def test_nearest_profile(found, profile, wanted, changes):
    near = nearest(found, profile, wanted)
    assert (near and {change.path: change.then for change in near.changes}) == changes
    if near:
        assert wanted in found.picks_of(near.profile.data)


def test_nearest_tells_what_else_changes(found):
    near = nearest(found, {"segments": ["vip"], "address": {"country": "US", "region": "California"}}, Alternative("offer", 0))
    assert near.also == (Alternative("thanks", 1),)


def test_what_nearest_says_is_true_of_every_preview_profile(mailweave_engine):
    shop = mailweave_engine.open(STOREFRONT)
    campaign = shop.campaign("win_back")
    explored = explore(shop, campaign, AT)
    for name in ("newcomer", "gold", "lapsed"):
        profile = shop.profile(name).data
        for one in alternatives(campaign):
            near = nearest(explored, profile, one)
            if near:
                assert one in explored.picks_of(near.profile.data)
                assert all(look_up(near.profile.data, change.path) == change.then for change in near.changes)


VALUES = st.dictionaries(st.sampled_from(["a", "b.c", "b.d", "e"]), st.lists(st.one_of(st.just(MISSING), st.integers(0, 3)), min_size=1, max_size=4))


@given(VALUES, st.integers(20, 100))
def test_patches_are_of_the_values(values, most):
    found = list(patches(values, most))
    assert 1 <= len(found) <= most
    assert all(list(patch) == list(values) and all(patch[path] in values[path] or patch[path] is MISSING for path in patch) for patch in found)


@given(st.dictionaries(st.sampled_from(["a", "b.c", "b.d"]), st.one_of(st.just(MISSING), st.integers())))
def test_a_patched_profile_has_the_values_and_the_old_one_is_as_it_was(patch):
    before = {"a": 1, "b": {"c": 2}, "z": 3}
    after = patched(before, patch)
    assert before == {"a": 1, "b": {"c": 2}, "z": 3}
    assert all(look_up(after, path) is value if value is MISSING else look_up(after, path) == value for path, value in patch.items())
    assert after["z"] == 3


MERGES = [
    ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    ({"a": 1}, {"a": 1}, {"a": 1}),
    ({"a": 1}, {"a": 2}, None),
    ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 2]}),
]


@pytest.mark.parametrize(("one", "other", "merged"), MERGES)
def test_merge(one, other, merged):
    assert merge(one, other) == merged
