"""Who can reach a variant, the fewest customers that show all, and the least change: cases with the answers, each checked by choosing again."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from mailweave import MISSING, MailweaveError, Rule, Samples, Settings, hookimpl, match, no_match
from mailweave.alternatives import Alternative, Picks, Trial, alternatives
from mailweave.engine import Engine
from mailweave.facts import look_up
from mailweave.nearest import nearest, searching
from mailweave.patch import patched
from mailweave.permutations import covering, explore
from mailweave.reach import search as limits
from mailweave.testing import AT

from .drawing import FIELDS, campaign, profile

CASES = {case["name"]: case for case in yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))}


@pytest.fixture
def case(request, make_workspace):
    found = CASES[request.param]
    slots = {
        name: {"block": "note", "choose": [*({"when": condition, "variant": "other"} for condition in conditions), {"otherwise": "default"}]}
        for name, conditions in found["slots"].items()
    }
    shop = make_workspace({"campaigns/hello.yaml": yaml.safe_dump({"subject": "Hello", "variables": found.get("variables", {}), "slots": slots})})
    return found, explore(shop, shop.campaign("hello"), AT)


def named(found: dict[str, list[int]] | None) -> list[Alternative]:
    return [Alternative(slot, index) for slot, indexes in (found or {}).items() for index in indexes]


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_what_is_found_and_what_nobody_gets(case):
    wanted, found = case
    assert [one for one, answer in found.answers.items() if answer.status == "nobody"] == named(wanted.get("nobody"))
    assert [one for one, answer in found.answers.items() if answer.status == "not found"] == named(wanted.get("not_found"))
    for one in found.reached:
        assert one in found.picks_of(found.answers[one].profile)


@pytest.mark.parametrize("case", [name for name, one in CASES.items() if "fewest" in one], indirect=True)
def test_the_fewest_customers(case):
    wanted, found = case
    made = covering(found)
    assert (len(made.people), made.fewest) == (wanted["fewest"], True)
    assert {pick for one in made.people for pick in found.picks_of(one.profile.data)} == set(found.reached)


@pytest.mark.parametrize("case", [name for name, one in CASES.items() if "nearest" in one], indirect=True)
def test_the_least_change(case):
    wanted, found = case
    for one in wanted["nearest"]:
        alternative = Alternative(found.campaign.slots[0].name, one["wanted"])
        near = nearest(searching(found, one["profile"]), alternative)
        assert ([change.path for change in near.changes], near.fewest) == (one["changed"], True)


class Tier(Rule[Settings]):
    """A stranger's rule; its domain is a plain list, in which 3 is forgotten."""

    name = "tier"
    Settings = Settings

    def decide(self, settings, facts):
        return match("the tier is 3") if facts.read("tier") == 3 else no_match("the tier isn't 3")

    def domain(self, settings, at):
        return {"tier": [1, 2]}


class Kind(Tier):
    """The same, saying all that makes a difference."""

    name = "kind"

    def domain(self, settings, at):
        return {"tier": Samples((1, 2))}


class Wide(Tier):
    """Reads many fields, too many to try all combinations of their values; nothing is learnt but from answers."""

    name = "wide"

    def decide(self, settings, facts):
        return match("all are even") if all(facts.read(f"f{number}") == 2 for number in range(6)) else no_match("not all are even")

    def domain(self, settings, at):
        return {f"f{number}": Samples((1, 2, 3, 4)) for number in range(6)}


class Sly(Tier):
    """Reads a field that its domain doesn't name."""

    name = "sly"

    def decide(self, settings, facts):
        return match("it is so") if facts.read("tier") == 1 and facts.read("other") == 1 else no_match("it isn't")


class Fails(Tier):
    """Fails for one of its own values."""

    name = "fails"

    def decide(self, settings, facts):
        return match(f"{1 / (facts.read('tier') or 1)}") if facts.read("tier") != 2 else 1 / 0


class Plugin:
    @staticmethod
    @hookimpl
    def register_rules():
        return [Tier, Kind, Wide, Sly, Fails]


@pytest.fixture
def strange(make_workspace, mailweave_engine):
    def made(condition: str):
        text = f"subject: Hello\nslots:\n  note:\n    block: note\n    choose:\n      - {{when: {condition}, variant: other}}\n      - otherwise: default\n"
        engine = Engine([*mailweave_engine.plugins, ("strange", Plugin)])
        shop = make_workspace({"campaigns/hello.yaml": text}, engine)
        return explore(shop, shop.campaign("hello"), AT)

    return made


STRANGE = [
    ("{tier: {}}", "not found"),
    ("{kind: {}}", "nobody"),
    ("{any: [{kind: {}}, {tier: {}}]}", "not found"),
    # Whatever the stranger's rule says, the other doesn't hold.
    ("{all: [{kind: {}}, {tier: {}}]}", "nobody"),
    ("{wide: {}}", "found"),
    ("{all: [{wide: {}}, {not: {wide: {}}}]}", "nobody"),
    ("{sly: {}}", "not found"),
]


@pytest.mark.parametrize(("condition", "status"), STRANGE)
def test_nobody_only_with_a_domain_that_says_all(strange, condition, status):
    found = strange(condition)
    assert found.answers[Alternative("note", 0)].status == status
    assert nearest(searching(found, {}), Alternative("note", 0)).status == status


def test_a_plugin_that_fails_for_its_own_value_is_named(strange):
    with pytest.raises(MailweaveError, match="the plugin 'strange' failed in rule 'fails'"):
        strange("{fails: {}}")


def test_an_unfinished_search_is_no_proof(strange, monkeypatch):
    """A limit on the solver's conflicts, and one on answers that turn out wrong."""
    monkeypatch.setattr(limits, "MOST_WRONG", 1)
    assert strange("{wide: {}}").answers[Alternative("note", 0)].status == "not found"


def test_without_the_solver_nothing_is_found_and_nobody_isn_t_said(make_workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysat", None)
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)
    shop = make_workspace({"campaigns/hello.yaml": "subject: Hello\nslots: {note: {block: note, choose: [{when: {segment: vip}, variant: other}, {otherwise: default}]}}\n"})
    found = explore(shop, shop.campaign("hello"), AT)
    assert {answer.status for answer in found.answers.values()} == {"not found"}
    assert covering(found).people == ()
    near = nearest(searching(found, {}), Alternative("note", 0))
    assert (near.status, near.fewest) == ("not found", False)
    assert nearest(searching(found, {}), Alternative("note", 1)).status == "found"


SEVEN = "seven tiers of orders, longer and longer ago"


@pytest.mark.parametrize("case", [SEVEN], indirect=True)
def test_seven_tiers_take_a_few_questions(case):
    """Counted, not timed: a question or two to the solver and a few decisions for each tier."""
    _, found = case
    covering(found)
    assert found.search.calls < 60
    assert found.search.model.decisions < 60
    assert found.search.solver.work < 3000


def test_answers_are_the_same_every_time(make_workspace):
    shop = make_workspace({"campaigns/hello.yaml": yaml.safe_dump(campaign(Random(7)))})
    made = [covering(explore(shop, shop.campaign("hello"), AT), pairs=pairs) for pairs in (False, True, False, True)]
    assert made[:2] == made[2:]


# Drawn at random


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_drawn_customer_gets_is_found(make_workspace, seed):
    _compare(make_workspace, seed, 60)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 400))
def test_whatever_a_drawn_customer_gets_is_found_of_many(make_workspace, seed):
    _compare(make_workspace, seed, 250)


def _compare(make_workspace, seed: int, number: int) -> None:
    """Brute force draws customers: what one of them gets is reached, by no more customers, and by no more changes."""
    draw = Random(seed)
    found = _drawn(make_workspace, draw)
    got = {picks for picks in (_picks(found, profile(draw)) for _ in range(number)) if picks}
    assert {pick for picks in got for pick in picks} <= set(found.reached)
    made = covering(found)
    shown = {pick for one in made.people for pick in found.picks_of(one.profile.data)}
    assert shown == set(found.reached)
    fewer = combinations(sorted(got), len(made.people) - 1) if len(got) ** (len(made.people) - 1) < 5000 else ()
    assert not any(shown <= {pick for picks in some for pick in picks} for some in fewer)
    _compare_changes(found, draw, number)


def _drawn(make_workspace, draw: Random) -> Trial:
    """The first campaign drawn that isn't refused for settings that exclude each other."""
    while True:
        shop = make_workspace({"campaigns/hello.yaml": yaml.safe_dump(campaign(draw))})
        try:
            return explore(shop, shop.campaign("hello"), AT)
        except MailweaveError as error:
            assert {problem.code for problem in error.problems} == {"bad-value"}, error


def _compare_changes(found: Trial, draw: Random, number: int) -> None:
    base = profile(draw)
    now = _picks(found, base)
    if now is None:
        return
    search = searching(found, base)
    near = {one: nearest(search, one) for one in alternatives(found.campaign)}
    for one, answer in near.items():
        assert answer.status == found.answers[one].status
        assert answer.status != "found" or one in found.picks_of(answer.profile.data)
    for _ in range(number):
        other = profile(draw)
        patch = {path: draw.choice([MISSING, look_up(other, path)]) for path in draw.sample(list(FIELDS), draw.randint(1, 2))}
        count = sum(repr(look_up(base, path)) != repr(value) for path, value in patch.items())
        for one in _picks(found, patched(base, patch)) or ():
            assert len(near[one].changes) <= count, (patch, near[one])


def _picks(found: Trial, data: dict[str, Any]) -> Picks | None:
    try:
        return found.picks_of(data)
    except MailweaveError:
        return None


@pytest.mark.parametrize("seed", range(3))
def test_no_set_of_all_customers_is_smaller(make_workspace, seed):
    """With five segments there are 32 customers: every set of them is tried."""
    draw = Random(seed)
    slots = {f"s{number}": {"block": "note", "choose": [{"when": _literals(draw), "variant": "other"}, {"otherwise": "default"}]} for number in range(9)}
    shop = make_workspace({"campaigns/hello.yaml": yaml.safe_dump({"subject": "Hello", "slots": slots})})
    found = explore(shop, shop.campaign("hello"), AT)
    everybody = {found.picks_of({"segments": list(some)}) for size in range(6) for some in combinations("abcde", size)}
    goals = set(found.reached)
    assert goals == {pick for picks in everybody for pick in picks}
    fewest = next(size for size in range(1, 9) if any(goals <= {pick for picks in some for pick in picks} for some in combinations(sorted(everybody), size)))
    made = covering(found)
    assert (len(made.people), made.fewest) == (fewest, True)


def _literals(draw: Random) -> dict[str, Any]:
    return {"all": [{"segment": name} if draw.random() < 0.5 else {"not": {"segment": name}} for name in draw.sample("abcde", 3)]}


def test_beyond_thirty_variants_a_set_is_near(make_workspace):
    slots = {f"s{number}": {"block": "note", "choose": [{"when": _literals(Random(number)), "variant": "other"}, {"otherwise": "default"}]} for number in range(16)}
    shop = make_workspace({"campaigns/hello.yaml": yaml.safe_dump({"subject": "Hello", "slots": slots})})
    found = explore(shop, shop.campaign("hello"), AT)
    made = covering(found)
    assert {pick for one in made.people for pick in one.picks} == set(found.reached)
    assert not made.fewest
