"""Reachable choices, covering customers, coverage by preview profiles, and the nearest profile: each answer checked by choosing again."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.alternatives import Alternative, Trial, alternatives
from mailweave.coverage import coverage
from mailweave.facts import MISSING, look_up
from mailweave.nearest import nearest, searching
from mailweave.patch import patched
from mailweave.permutations import covering, explore
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
    assert [one for one, answer in found.answers.items() if answer.status == "nobody"] == [Alternative("offer", 2)]


def test_each_answer_leads_to_its_alternative(found):
    for one, answer in found.answers.items():
        assert answer.status == "nobody" or one in found.picks_of(patched(found.base, answer.patch))


def test_covering_customers_show_every_reachable_alternative(found):
    made = covering(found)
    assert {pick for one in made.people for pick in one.picks} == set(found.reached)
    assert (len(made.people), made.fewest) == (3, True)
    for one in made.people:
        assert found.picks_of(one.profile.data) == one.picks


def test_covering_customers_show_every_pair_that_somebody_gets(found):
    shown = {frozenset(pair) for one in covering(found, pairs=True).people for pair in combinations(one.picks, 2)}
    both = {frozenset((Alternative("offer", offer), Alternative("thanks", thanks))) for offer in (0, 1, 3) for thanks in (0, 1)}
    assert shown == both - {frozenset((Alternative("offer", 0), Alternative("thanks", 0)))}


def test_names_are_after_what_is_shown_first(found):
    assert [one.name for one in covering(found).people] == ["offer-other", "offer-other-2", "offer-default"]


def test_coverage_counts_what_preview_profiles_show(found):
    covered = coverage(found, [Profile.from_data({"segments": ["vip"]}, "vip")])
    assert covered.shown[Alternative("thanks", 0)] == ["vip"]
    assert covered.covered == 2
    assert {pick for one in covered.missing.people for goal in one.shows for pick in goal} == {Alternative("offer", 0), Alternative("offer", 1), Alternative("thanks", 1)}
    assert (covered.nobody, covered.not_found) == ([Alternative("offer", 2)], [])


@pytest.mark.parametrize("campaign", ["cart_reminder", "spring_newsletter", "win_back"])
def test_covering_customers_of_the_storefront_get_their_messages(mailweave_engine, campaign):
    shop = mailweave_engine.open(STOREFRONT)
    for one in covering(explore(shop, shop.campaign(campaign), AT), pairs=campaign == "win_back").people:
        message = mailweave_engine.render(shop, campaign, one.profile, AT)
        slots = {slot.name: slot for slot in shop.campaign(campaign).slots}
        assert [slots[name].entries.index(choice.entry) for name, choice in message.choice.items()] == [pick.index for pick in one.picks]


NEAREST = [
    ({}, Alternative("thanks", 0), {"segments": ["vip"]}),
    ({"segments": ["vip"]}, Alternative("thanks", 1), {"segments": MISSING}),
    ({"address": {"country": "US", "region": "Ohio"}}, Alternative("offer", 0), {"address.region": "California"}),
    ({"segments": ["vip", "old"], "address": {"country": "US", "region": "California"}}, Alternative("offer", 0), {"segments": ["old"]}),
    ({"segments": ["gold", "old"]}, Alternative("thanks", 0), {"segments": ["gold", "old", "vip"]}),
    ({"segments": ["old"]}, Alternative("thanks", 0), {"segments": ["old", "vip"]}),
    ({"segments": ["vip"]}, Alternative("thanks", 0), {}),
]


@pytest.mark.parametrize(("profile", "wanted", "changes"), NEAREST)
def test_nearest_profile(found, profile, wanted, changes):
    near = nearest(searching(found, profile), wanted)
    assert ({change.path: change.then for change in near.changes}, near.fewest) == (changes, True)
    assert wanted in found.picks_of(near.profile.data)


def test_nobody_is_said_of_a_profile_too(found):
    near = nearest(searching(found, {}), Alternative("offer", 2))
    assert (near.status, near.changes) == ("nobody", ())


def test_nearest_tells_what_else_changes(found):
    near = nearest(searching(found, {"segments": ["vip"], "address": {"country": "US", "region": "California"}}), Alternative("offer", 0))
    assert near.also == (Alternative("thanks", 1),)


def test_what_nearest_says_is_true_of_every_preview_profile(mailweave_engine):
    shop = mailweave_engine.open(STOREFRONT)
    campaign = shop.campaign("win_back")
    trial = Trial(shop, campaign, AT)
    for name in ("newcomer", "gold", "lapsed"):
        search = searching(trial, shop.profile(name).data)
        for one in alternatives(campaign):
            near = nearest(search, one)
            if near.status == "found":
                assert one in trial.picks_of(near.profile.data)
                assert all(look_up(near.profile.data, change.path) == change.then for change in near.changes)


def test_a_list_is_added_to_rather_than_replaced(make_workspace):
    text = "subject: Hi\nslots: {note: {block: note, choose: [{when: {frequency: {orders: {at_least: 4, within: 30 days}}}, variant: other}, {otherwise: default}]}}\n"
    shop = make_workspace({"campaigns/hello.yaml": text})
    orders = [{"at": "2026-11-20T10:00:00Z", "total": 9}, {"at": "2026-01-20T10:00:00Z", "total": 9}]
    near = nearest(searching(Trial(shop, shop.campaign("hello"), AT), {"orders": orders}), Alternative("note", 0))
    assert near.changes[0].then[:2] == orders
    assert len(near.changes[0].then) == 5


@given(st.dictionaries(st.sampled_from(["a", "b.c", "b.d"]), st.one_of(st.just(MISSING), st.integers())))
def test_a_patched_profile_has_the_values_and_the_old_one_is_as_it_was(patch):
    before = {"a": 1, "b": {"c": 2}, "z": 3}
    after = patched(before, patch)
    assert before == {"a": 1, "b": {"c": 2}, "z": 3}
    assert all(look_up(after, path) is value if value is MISSING else look_up(after, path) == value for path, value in patch.items())
    assert after["z"] == 3
