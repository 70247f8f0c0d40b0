"""A catalogue or history that can't be used is refused in words, not with wrong or missing recommendations."""

from __future__ import annotations

import pytest

from mailweave.errors import MailweaveError
from mailweave_plugins.providers.shop_data import catalog_of, history_of, in_stock

LINE = {"customer": "a", "product": "x", "at": "2026-11-01"}


@pytest.mark.parametrize(
    ("check", "data", "problems"),
    [
        (catalog_of, [], ["the source 'shop' isn't a catalogue by id – give the source `shop` a key"]),
        (catalog_of, {"x": {}, "y": 5, "z": 6}, ["'y' (and 1 more) in the source 'shop' is no mapping"]),
        (catalog_of, {"x": {"stock": 1}, "y": {"stock": "0"}}, ["the `stock` of 'y' in the source 'shop' is '0', not a number – write a number"]),
        (catalog_of, {"x": {"in_stock": "false", "category": ["a"]}}, ["the `in_stock` of 'x'", "the `category` of 'x' in the source 'shop' is ['a'], not text"]),
        (catalog_of, {"x": {"name": {"en": "Mug"}}}, ["the `name` of 'x'"]),
        (history_of, {"o-1": LINE}, ["the source 'shop' isn't a list of order lines"]),
        (history_of, [LINE, "a"], ["entry 2 of the source 'shop' is no order line"]),
        (history_of, [{"customer_id": "a", "product": "x", "at": "2026-11-01"}], ["no order line of the source 'shop' has 'customer' – name that column `customer`; the first line has customer_id"]),
        (history_of, [LINE, {**LINE, "at": "01/11/2026"}, {**LINE, "at": "soon"}], ["`at` of order line 2 (and 1 more) of the source 'shop' is '01/11/2026', which is no date"]),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_use(check, data, problems):
    for _ in range(2):
        with pytest.raises(MailweaveError) as caught:
            check(data, "shop")
        found = [str(problem) for problem in caught.value.problems]
        assert [one[: len(start)] for one, start in zip(found, problems, strict=True)] == problems


@pytest.mark.parametrize(
    ("check", "data"),
    [
        (catalog_of, {}),
        (catalog_of, {"x": {}, "y": {"stock": None, "in_stock": None, "category": None, "name": None}, "z": {"stock": 1.5, "category": 7}}),
        (history_of, []),
        (history_of, [LINE, {**LINE, "customer": "", "at": ""}, {"customer": "b", "product": "x"}]),
    ],
)
def test_takes_what_is_only_incomplete(check, data):
    assert check(data, "shop") is data


@pytest.mark.parametrize(
    ("product", "available"),
    [
        ({}, True),
        ({"stock": None, "in_stock": None}, True),
        ({"stock": 1}, True),
        ({"stock": 0}, False),
        ({"stock": -2}, False),
        ({"stock": False}, False),
        ({"in_stock": False}, False),
        ({"in_stock": True, "stock": 0}, False),
        ({"in_stock": False, "stock": 5}, False),
    ],
)
def test_in_stock(product, available):
    assert in_stock(product) is available
