"""The similarities behind `also_bought`, against the formula written out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.facts import Facts, Situation
from mailweave.registry import Registry
from mailweave_plugins.recommenders import also_bought
from mailweave_plugins.recommenders.also_bought import LARGE, NEAREST, UNIT, AlsoBought, Similarities
from mailweave_plugins.recommenders.orders import ByIdentity

LINES = st.lists(st.fixed_dictionaries({"customer": st.sampled_from("abcde"), "product": st.sampled_from("uvwxyz")}), max_size=30)


def cosine(history, one, other):
    """Customers of both, over the square root of the product of the customers of each."""
    ones, others = ({line["customer"] for line in history if line["product"] == product} for product in (one, other))
    return len(ones & others) / sqrt(len(ones) * len(others)) if ones & others else 0


@settings(max_examples=100, deadline=None)
@given(history=LINES, large=st.integers(0, 6))
def test_is_the_cosine_of_two_products_customers(history, large):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(also_bought, "LARGE", large)
        found = Similarities(ByIdentity(history))
        near = {product: found.of(product) for product in "uvwxyz"}
    for one in "uvwxyz":
        expected = {other: score for other in "uvwxyz" if other != one and (score := cosine(history, one, other))}
        assert {other: score / UNIT for other, score in near[one].items()} == pytest.approx(expected, abs=1 / UNIT)
        assert list(near[one]) == sorted(near[one], key=lambda other: (-near[one][other], other))


@pytest.mark.parametrize("size", [LARGE - 1, LARGE, LARGE + 1])
def test_a_large_basket_counts_like_any_other(size):
    history = [{"customer": customer, "product": f"p{number}"} for number in range(size) for customer in ("a", "b")[: 1 + (number == 0)]]
    near = Similarities(ByIdentity(history)).of("p0")
    assert near == {f"p{number}": round(UNIT / sqrt(2)) for number in range(1, size)}


def test_a_wholesaler_makes_no_square_of_pairs():
    history = [{"customer": "guest", "product": f"p{number:05}"} for number in range(20_000)]
    near = Similarities(ByIdentity(history)).of("p00000")
    assert list(near) == [f"p{number:05}" for number in range(1, NEAREST + 1)]
    assert set(near.values()) == {UNIT}


BOUGHT = {"orders": [{"at": "2026-10-01", "items": [{"product": "x"}]}]}
CART = {"cart": {"items": [{"product": "x"}]}}
TOGETHER = [{"customer": "a", "product": product} for product in ("x", "y")]


@pytest.mark.parametrize(
    ("profile", "catalog", "reason"),
    [
        (BOUGHT, {"x": {"name": "Mug"}}, "Because you bought Mug"),
        (CART, {"x": {"name": "Mug"}}, "Goes well with Mug"),
        (BOUGHT | CART, {"x": {"name": "Mug"}}, "Because you bought Mug"),
        (BOUGHT, {}, "Because of what you bought"),
        (BOUGHT, {"x": {"name": None}}, "Because of what you bought"),
        (CART, {"x": {"name": " "}}, "Goes well with what is in your cart"),
        ({"id": "a"}, {"x": {"name": "Mug"}}, "Because you bought Mug"),
    ],
)
def test_the_reason_never_shows_an_id(profile, catalog: Mapping[str, Mapping[str, object]], reason):
    facts = Facts(Situation(profile, datetime(2026, 11, 23, tzinfo=UTC), Registry()))
    assert {suggestion.product: suggestion.reason for suggestion in AlsoBought().suggest(facts, catalog, TOGETHER)}["y"] == reason


def test_the_reason_names_the_most_similar_that_has_a_name():
    history = [{"customer": customer, "product": product} for customer, products in {"a": "xyz", "b": "xz", "c": "y"}.items() for product in products]
    facts = Facts(Situation({"orders": [{"items": [{"product": "y"}, {"product": "x"}]}]}, datetime(2026, 11, 23, tzinfo=UTC), Registry()))

    def reason(catalog):
        return {suggestion.product: suggestion.reason for suggestion in AlsoBought().suggest(facts, catalog, history)}["z"]

    assert reason({"x": {"name": "X"}, "y": {"name": "Y"}}) == "Because you bought X"
    assert reason({"y": {"name": "Y"}}) == "Because you bought Y"


def test_of_equally_similar_ones_the_reason_names_what_was_bought_last():
    history = [{"customer": "a", "product": product} for product in "xyz"]
    orders = [{"at": f"2026-0{month}-01", "items": [{"product": product}]} for month, product in ((1, "x"), (3, "y"), (2, "w"))]
    facts = Facts(Situation({"orders": orders}, datetime(2026, 11, 23, tzinfo=UTC), Registry()))
    reasons = {suggestion.product: suggestion.reason for suggestion in AlsoBought().suggest(facts, {"x": {"name": "X"}, "y": {"name": "Y"}}, history)}
    assert reasons["z"] == "Because you bought Y"


@settings(max_examples=100, deadline=None)
@given(history=LINES, owned=st.permutations("uvw"))
def test_goes_by_the_sum_of_the_similarities_in_whatever_order_they_were_bought(history, owned):
    facts = Facts(Situation({"orders": [{"items": [{"product": product} for product in owned]}]}, datetime(2026, 11, 23, tzinfo=UTC), Registry()))
    found = [(suggestion.product, round(suggestion.score * UNIT)) for suggestion in AlsoBought().suggest(facts, {}, history)]
    near = Similarities(ByIdentity(history))
    scores = {product: sum(near.of(one).get(product, 0) for one in "uvw") for product in "uvwxyz"}
    assert found == sorted(((product, score) for product, score in scores.items() if score), key=lambda pair: (-pair[1], pair[0]))
