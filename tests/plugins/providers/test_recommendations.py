"""The provider and its strategies, on a small shop whose numbers can be worked out by hand."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.facts import MISSING, Facts, Situation
from mailweave.testing import decide
from mailweave_plugins.recommenders import orders
from mailweave_plugins.recommenders.also_bought import UNIT, similarities
from mailweave_plugins.recommenders.orders import ByIdentity, baskets

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
CATALOG = {
    "mug": {"name": "Mug", "category": "kitchen", "stock": 5},
    "bowl": {"name": "Bowl", "category": "kitchen", "stock": 5},
    "vase": {"name": "Vase", "category": "living", "stock": 5},
    "lamp": {"name": "Lamp", "category": "living", "stock": 0},
    "rug": {"name": "Rug", "category": "living", "in_stock": False},
    "pan": {"name": "Pan", "category": "kitchen"},
    "plant": {"name": "Plant", "category": "garden"},
}


def lines(*baskets, who="c", at="2026-11-01T10:00:00Z"):
    return [{"customer": f"{who}{n}", "product": product, "at": at} for n, products in enumerate(baskets) for product in products.split()]


# mug with bowl three times, mug with vase once, bowl alone once: similarities 3/√(4·4), 1/√(4·1).
HISTORY = [*lines("mug bowl", "mug bowl", "mug bowl", "mug vase", "bowl"), *lines("plant", "plant", who="d", at="2025-01-01T10:00:00Z")]


@pytest.fixture(scope="module")
def registry(mailweave_engine):
    return mailweave_engine.registry.configured({})


def recommend(registry, profile=None, history=HISTORY, catalog=CATALOG, **wanted):
    provider = registry.providers["recommendations"]
    situation = Situation(profile or {}, AT, registry, {"products": catalog, "orders": history})
    return provider.provide(provider.Settings.model_validate(wanted, context={"registry": registry}), Facts(situation))


def ids(items):
    return [item["id"] for item in items]


def bought(*products):
    return {"orders": [{"at": "2026-10-01T10:00:00Z", "items": [{"product": product} for product in products]}]}


def test_given_are_the_profiles_own_in_their_order(registry):
    items = recommend(registry, {"recommendations": ["vase", "mug", "nothing-like-it", "lamp"]}, strategies=["given"])
    assert [(item["id"], item["reason"], item["strategy"], item["name"]) for item in items] == [
        ("vase", "Picked for you", "given", "Vase"),
        ("mug", "Picked for you", "given", "Mug"),
    ]


def test_also_bought_goes_by_the_cosine_of_two_products_customers(registry):
    near = similarities(ByIdentity(HISTORY)).of("mug")
    assert near == {"bowl": round(UNIT * 3 / sqrt(4 * 4)), "vase": round(UNIT * 1 / sqrt(4 * 1))}
    items = recommend(registry, bought("mug"), strategies=["also_bought"])
    assert [(item["id"], item["reason"]) for item in items] == [("bowl", "Because you bought Mug"), ("vase", "Because you bought Mug")]


def test_what_is_in_the_cart_was_not_bought_yet(registry):
    items = recommend(registry, {"cart": {"items": [{"product": "mug"}]}}, strategies=["also_bought"])
    assert [(item["id"], item["reason"]) for item in items] == [("bowl", "Goes well with Mug"), ("vase", "Goes well with Mug")]


def test_popular_counts_customers_of_the_last_ninety_days(registry):
    assert ids(recommend(registry, strategies=["popular"])) == ["bowl", "mug", "vase"]


def test_popular_in_category_keeps_to_what_the_customer_likes(registry):
    items = recommend(registry, {**bought("pan")}, strategies=["popular_in_category"])
    assert [(item["id"], item["reason"]) for item in items] == [("bowl", "Popular in kitchen"), ("mug", "Popular in kitchen")]


def test_popular_in_category_takes_turns_and_begins_with_what_the_customer_has_most_of(registry):
    catalog = {product: {"category": product[0]} for product in ("a1", "a2", "a3", "b1", "b2", "b3", "b4", "b5")}
    history = lines("a1 a2 b1 b2", "a1 a2", "a1 b1")
    items = recommend(registry, bought("a3", "b3", "b4"), history, catalog, strategies=["popular_in_category"])
    assert ids(items) == ["b1", "a1", "b2", "a2"]


def test_products_without_a_category_are_not_popular_in_it(registry):
    catalog = {"x": {"category": None}, "y": {"category": None}, "z": {}}
    assert recommend(registry, bought("x"), lines("x y z"), catalog, strategies=["popular_in_category"]) == []


def test_strategies_fill_up_one_after_the_other(registry):
    items = recommend(registry, {**bought("mug"), "recommendations": ["plant"]})
    assert [(item["id"], item["strategy"]) for item in items] == [("plant", "given"), ("bowl", "also_bought"), ("vase", "also_bought")]


@pytest.mark.parametrize(
    ("profile", "wanted", "found"),
    [
        (bought("bowl"), {"strategies": ["popular"]}, ["mug", "vase"]),
        (bought("bowl"), {"strategies": ["popular"], "repeat": True}, ["bowl", "mug", "vase"]),
        ({"cart": {"items": [{"product": "mug"}]}}, {"strategies": ["popular"]}, ["bowl", "vase"]),
        ({}, {"strategies": ["popular"], "count": 1}, ["bowl"]),
        ({}, {"strategies": ["popular"], "per_category": 1}, ["bowl", "vase"]),
        ({}, {"strategies": ["popular"], "minimum": 3}, ["bowl", "mug", "vase"]),
        ({}, {"strategies": ["popular"], "minimum": 4}, []),
        ({"recommendations": ["lamp", "rug"]}, {"strategies": ["given"]}, []),
        ({"id": "c3"}, {"strategies": ["popular"]}, ["bowl"]),
        ({"id": "c3"}, {"strategies": ["popular"], "repeat": True}, ["bowl", "mug", "vase"]),
        ({}, {"strategies": ["popular"], "popular_within": "700 days"}, ["bowl", "mug", "plant", "vase"]),
        ({}, {"strategies": ["popular"], "popular_within": "1 day"}, []),
        (bought("pan"), {"strategies": ["popular_in_category"], "popular_within": "1 day"}, []),
    ],
)
def test_leaves_out_what_it_should(registry, profile, wanted, found):
    assert ids(recommend(registry, profile, **wanted)) == found


PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "recommendations": st.lists(st.sampled_from([*CATALOG, "unknown"]), max_size=5),
        "orders": st.lists(st.lists(st.sampled_from(list(CATALOG)), max_size=3).map(lambda products: bought(*products)["orders"][0]), max_size=3),
        "cart": st.lists(st.sampled_from(list(CATALOG)), max_size=2).map(lambda products: {"items": [{"product": product} for product in products]}),
    },
)


@settings(max_examples=80, deadline=None)
@given(profile=PROFILES, count=st.integers(1, 5), per_category=st.none() | st.integers(1, 2), seed=st.integers(0, 99))
def test_never_breaks_its_promises(registry, profile, count, per_category, seed):
    shuffled = list(HISTORY)
    random.Random(seed).shuffle(shuffled)
    items = recommend(registry, profile, count=count, per_category=per_category)
    assert ids(recommend(registry, profile, history=shuffled, count=count, per_category=per_category)) == ids(items)
    mine = {item["product"] for order in profile.get("orders", []) for item in order["items"]} | {item["product"] for item in profile.get("cart", {}).get("items", [])}
    assert len(items) <= count
    assert len(set(ids(items))) == len(items)
    assert not set(ids(items)) & (mine | {"lamp", "rug", "unknown"})
    assert all(item["reason"] and item["strategy"] for item in items)
    assert per_category is None or max(Counter(item["category"] for item in items).values(), default=0) <= per_category


def test_an_unknown_strategy_is_refused(make_workspace):
    files = {"mailweave.yaml": "name: x\nbrand: {name: x}\nsender: {name: x, email: x@x.example}\nplugins: {recommendations: {strategies: [populer]}}\n"}
    with pytest.raises(MailweaveError, match="there is no strategy 'populer' – did you mean 'popular'"):
        make_workspace(files)


@pytest.mark.parametrize(
    ("config", "content", "what"),
    [
        ("{count: 2, minimum: 3}", "{}", "mailweave.yaml:.*`minimum` is 3 but `count` only 2"),
        ("{minimum: 4}", "{count: 3}", "campaigns/hello.yaml:.*`minimum` is 4 but `count` only 3"),
        ("{}", "{minimum: 7}", "campaigns/hello.yaml:.*`minimum` is 7 but `count` only 6"),
        ("{}", "{strategies: [populer]}", "campaigns/hello.yaml:.*did you mean 'popular'"),
        ("{}", "{strategies: []}", "campaigns/hello.yaml:"),
        ("{popular_within: soon}", "{}", "mailweave.yaml:.*'soon' is no span of time"),
    ],
)
def test_settings_that_could_never_give_any_are_refused(make_workspace, config, content, what):
    shop = f"name: x\nbrand: {{name: x}}\nsender: {{name: x, email: x@x.example}}\nplugins: {{recommendations: {config}}}\n"
    campaign = f"subject: Hello\ncontent: {{recommendations: {content}}}\nslots:\n  note: {{block: note}}\n"
    with pytest.raises(MailweaveError, match=what):
        make_workspace({"mailweave.yaml": shop, "campaigns/hello.yaml": campaign}).campaign("hello")


@pytest.mark.parametrize(("catalog", "history", "what"), [([], HISTORY, "isn't a catalogue by id"), (CATALOG, {}, "isn't a list of order lines")])
def test_a_source_of_the_wrong_kind_is_refused(registry, catalog, history, what):
    with pytest.raises(MailweaveError, match=what):
        recommend(registry, catalog=catalog, history=history)


def test_without_a_history_the_given_ones_are_left(registry):
    provider = type(registry.providers["recommendations"])
    made = provider(provider.Config(history=None), registry)
    situation = Situation({"recommendations": ["mug"], **bought("bowl")}, AT, registry, {"products": CATALOG})
    assert ids(made.provide(provider.Settings(), Facts(situation))) == ["mug"]


def test_fewer_than_the_minimum_is_told_to_whoever_asks(registry):
    situation = Situation({}, AT, registry, {"products": CATALOG, "orders": HISTORY})
    situation.content_settings = {"recommendations": registry.providers["recommendations"].Settings(minimum=5)}
    facts = Facts(situation)
    assert facts.content("recommendations") == []
    assert (facts.inputs[0].value, facts.inputs[-1][:2]) == (0, ("recommendations found", "3, fewer than the minimum of 5"))


def test_the_history_is_worked_through_once_for_all_customers(registry):
    history = lines("mug bowl", "mug vase")
    recommend(registry, bought("mug"), history=history)
    before = baskets.cache_info().misses
    recommend(registry, bought("bowl"), history=history)
    assert baskets.cache_info().misses == before


def test_another_history_is_never_taken_for_it(registry):
    assert ids(recommend(registry, bought("mug"), history=lines("mug bowl"), strategies=["also_bought"])) == ["bowl"]
    assert ids(recommend(registry, bought("mug"), history=lines("mug vase"), strategies=["also_bought"])) == ["vase"]


class TestRule:
    """The rule `recommendations`."""

    @pytest.mark.parametrize(
        ("wanted", "what"),
        [
            ({"strategies": ["also_baught"]}, "there is no strategy 'also_baught' – did you mean 'also_bought'"),
            ({"at_least": 0}, "at least 1"),
            ({"at_last": 1}, "did you mean 'at_least'"),
        ],
    )
    def test_refuses_what_could_never_match(self, mailweave_engine, wanted, what):
        rule = mailweave_engine.registry.classes["rules"]["recommendations"]
        with pytest.raises(MailweaveError, match=what):
            decide(rule, wanted, {}, sources={"products": CATALOG, "orders": HISTORY}, plugins=dict(mailweave_engine.plugins))

    @pytest.mark.parametrize(
        ("wanted", "matched", "because"),
        [
            ({"at_least": 2}, True, "there are 2 recommendations, at least 2"),
            ({"at_least": 3}, False, "there are 2 recommendations, fewer than 3"),
            ({"strategies": ["also_bought"]}, True, "there is 1 recommendation by also_bought, at least 1"),
            ({"strategies": ["popular"]}, False, "there are no recommendations by popular, fewer than 1"),
        ],
    )
    def test_counts_what_there_is(self, mailweave_engine, wanted, matched, because):
        items = [{"id": "a", "strategy": "given"}, {"id": "b", "strategy": "also_bought"}]
        rule = mailweave_engine.registry.classes["rules"]["recommendations"]
        situation = Situation({}, AT, mailweave_engine.registry).with_content({"recommendations": items})
        decision = rule(rule.Config(), mailweave_engine.registry).decide(rule.Settings(**wanted), Facts(situation))
        assert (decision.matched, decision.because) == (matched, because)

    def test_asks_the_provider(self, mailweave_engine):
        plugins = dict(mailweave_engine.plugins)
        rule = mailweave_engine.registry.classes["rules"]["recommendations"]
        outcome = decide(rule, {"at_least": 2}, {}, sources={"products": CATALOG, "orders": HISTORY}, plugins=plugins)
        assert outcome.matched
        assert [tuple(entry) for entry in outcome.inputs] == [
            ("recommendations", 3, "computed"),
            ("products", "7 entries", "feed"),
            ("orders", "11 entries", "feed"),
            ("cart.items", MISSING, "missing"),
            ("orders", 0, "missing"),
            ("id", MISSING, "missing"),
            ("recommendations", 0, "missing"),
            ("at", "2026-11-23T10:00+00:00", "moment"),
        ]


@pytest.mark.parametrize(
    ("items", "products"),
    [
        ([{"product": "mug"}], ["mug"]),
        ([{"id": "mug"}], ["mug"]),
        ([{"sku": "mug"}], ["mug"]),
        ([{"id": "line-1", "sku": "mug"}], ["mug"]),
        ([{"product": "mug", "id": "bowl", "sku": "bowl"}], ["mug"]),
        ([{"product": " ", "id": "mug"}], ["mug"]),
        (["mug", {"id": "bowl"}], ["mug", "bowl"]),
        ([{"name": "Mug"}, None, {}, 1.5, True, " "], []),
    ],
)
@pytest.mark.parametrize("where", ["orders", "cart"])
def test_items_name_their_products(registry, items, products, where):
    """What lies in the cart or was bought is left out, and leads to what others bought with it."""
    profile = {"orders": [{"at": "2026-11-01", "items": items}]} if where == "orders" else {"cart": {"items": items}}
    everything = set(ids(recommend(registry, {}, strategies=["popular"], popular_within="700 days")))
    left = set(ids(recommend(registry, profile, strategies=["popular"], popular_within="700 days")))
    assert everything - left == everything & set(products)
    alike = ids(recommend(registry, profile, history=lines("mug vase", "bowl plant"), strategies=["also_bought"]))
    assert set(alike) == {{"mug": "vase", "bowl": "plant"}[product] for product in products}


def test_items_without_a_product_are_told(registry):
    situation = Situation({"cart": {"items": [{"name": "Mug"}, {"product": "bowl"}]}}, AT, registry, {"products": CATALOG, "orders": HISTORY})
    facts = Facts(situation)
    facts.content("recommendations")
    assert ("items of cart without product, id or sku", 1) in [entry[:2] for entry in facts.inputs]


def test_the_newest_order_comes_first_whatever_its_offset(registry):
    placed = [
        {"at": "2026-11-01T23:00:00-08:00", "items": [{"product": "mug"}]},
        {"at": "2026-11-02T01:00:00+09:00", "items": [{"product": "bowl"}]},
    ]
    assert orders.bought(Facts(Situation({"orders": placed}, AT, registry)), HISTORY) == ("mug", "bowl")


def test_blank_cells_of_the_sources_are_missing(registry):
    """A customer or product of blanks is none, a date of blanks is none, and blank categories are no category."""
    history = [*lines("mug vase"), {"customer": " ", "product": "mug", "at": " "}, {"customer": " ", "product": "plant", "at": "2026-11-01"}]
    assert ids(recommend(registry, bought("mug"), history=history, strategies=["also_bought"])) == ["vase"]
    catalog = {name: {"name": name, "category": " "} for name in ("a", "b", "c")}
    found = recommend(registry, {"recommendations": ["a", "b", "c"]}, catalog=catalog, strategies=["given"], per_category=1)
    assert ids(found) == ["a", "b", "c"]
