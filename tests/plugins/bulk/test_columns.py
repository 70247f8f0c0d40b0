"""From columns to profiles: cases as data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from mailweave.errors import MailweaveError, Place
from mailweave_plugins.bulk.columns import Columns, Mapped, declared_types
from mailweave_plugins.bulk.job import id_of

TYPES = {"id": "string", "points": "integer", "score": "number", "vip": "boolean", "segments": "list", "address": "object", "cart.count": "integer"}
PLACE = Place("p.csv", 3)

CASES = [
    ("dots nest", {"address.country": "NO", "address.city": "Oslo"}, [], {"address": {"country": "NO", "city": "Oslo"}}),
    ("blank and null are left out", {"first_name": " ", "id": None, "last_name": "Moe"}, [], {"last_name": "Moe"}),
    ("text stays text", {"zip": "01067", "n": "12"}, [], {"zip": "01067", "n": "12"}),
    ("declared numbers are read", {"points": "12", "score": "1.5", "cart.count": "3"}, [], {"points": 12, "score": 1.5, "cart": {"count": 3}}),
    ("declared booleans are read", {"vip": "True"}, [], {"vip": True}),
    ("lists are JSON", {"segments": '["gold", "new"]'}, [], {"segments": ["gold", "new"]}),
    ("lists may be lists", {"segments": ["gold"]}, [], {"segments": ["gold"]}),
    ("objects are JSON", {"address": '{"city": "Oslo"}'}, [], {"address": {"city": "Oslo"}}),
    ("an integer id is text", {"id": 7}, [], {"id": "7"}),
    ("dates are ISO text", {"born": date(1992, 2, 29), "seen": datetime(2026, 1, 2, 3, tzinfo=UTC)}, [], {"born": "1992-02-29", "seen": "2026-01-02T03:00:00+00:00"}),
    ("decimals are numbers", {"a": Decimal("2.00"), "b": Decimal("2.50")}, [], {"a": 2, "b": 2.5}),
    ("inside lists too", {"orders": [{"at": date(2026, 1, 2), "total": Decimal("9.5"), "note": None}]}, [], {"orders": [{"at": "2026-01-02", "total": 9.5}]}),
    ("a UUID is text", {"id": UUID(int=7)}, [], {"id": "00000000-0000-0000-0000-000000000007"}),
    ("mapped", {"mail": "a@b.example", "x": "1"}, ["email=mail"], {"email": "a@b.example", "x": "1"}),
    ("mapped with a type", {"pts": "12"}, ["loyalty.points=pts:integer"], {"loyalty": {"points": 12}}),
    ("mapped twice", {"mail": "a@b.example"}, ["email=mail", "id=mail"], {"email": "a@b.example", "id": "a@b.example"}),
    ("a column with a colon", {"a:b": "1"}, ["x=a:b"], {"x": "1"}),
    ("any JSON", {"extra": "[1]"}, ["more=extra:json"], {"more": [1]}),
]


@pytest.mark.parametrize(("row", "mapped", "profile"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_gives(row, mapped, profile):
    assert Columns([Mapped.parse(text) for text in mapped], TYPES).profile(row, PLACE) == profile


WRONG = [
    ({"points": "many"}, "p.csv:3:1: column 'points' holds 'many', which isn't a whole number – correct it"),
    ({"score": "1,5"}, "column 'score' holds '1,5', which isn't a number"),
    ({"score": "1e999"}, "column 'score' holds '1e999', which isn't a number"),
    ({"vip": "yes"}, "column 'vip' holds 'yes', which is neither true nor false"),
    ({"segments": "gold"}, "column 'segments' is no JSON"),
    ({"photo": b"x"}, "which no profile can hold"),
    ({"score": float("nan")}, "column 'score' holds nan"),
    ({"address": '{"city": "Oslo"}', "address.city": "Rome"}, "gives the field 'address.city', which another column gives too"),
    ({"a": "1", "a.b": "2"}, "can't go into 'a', which another column fills"),
]


@pytest.mark.parametrize(("row", "what"), WRONG)
def test_refuses(row, what):
    with pytest.raises(MailweaveError) as caught:
        Columns([], TYPES).profile(row, PLACE)
    assert what in str(caught.value)


def test_tells_every_wrong_column_at_once():
    with pytest.raises(MailweaveError) as caught:
        Columns([], TYPES).profile({"points": "x", "score": "y"}, PLACE)
    assert len(caught.value.problems) == 2


def test_tells_a_misspelt_column():
    with pytest.raises(MailweaveError, match=r"there is no column 'mial' – did you mean 'mail'\?"):
        Columns([Mapped.parse("email=mial")]).check(["id", "mail"])


@pytest.mark.parametrize("text", ["email", "=mail", "email=", ""])
def test_refuses_what_is_no_mapping(text):
    with pytest.raises(ValueError, match="is no mapping"):
        Mapped.parse(text)


def test_types_come_from_what_is_declared(make_workspace):
    campaign = "subject: Hi\nvariables: {customer.points: {type: integer}}\nslots:\n  note: {block: note}\n"
    shop = make_workspace({"campaigns/hello.yaml": campaign})
    types = declared_types(shop, shop.campaign("hello"))
    assert (types["points"], types["first_name"], types["orders"], types["address.latitude"]) == ("integer", "string", "list", "number")


IDS = [
    ("7", "7"), (7, "7"), (7.0, "7"), (Decimal(7), "7"), (Decimal("7.00"), "7"), (" 7\t", "7"), ("\u00a07", "7"), ("007", "007"), ("7.0", "7.0"),
    (0, "0"), (0.0, "0"), (-3, "-3"), (10**30, "1" + "0" * 30), ("ann b", "ann b"), ("true", "true"), (date(2026, 11, 23), "2026-11-23"), ("2026-11-23", "2026-11-23"),
    (UUID(int=7), str(UUID(int=7))), ("É", "É"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name"), IDS)
@pytest.mark.parametrize("field", ["id", "email"])
def test_an_id_is_the_same_whatever_it_came_from(value, name, field):
    data = Columns([Mapped.parse(f"{field}=no")]).profile({"no": value}, Place("p"))
    assert data == {field: name}
    assert id_of(data) == name


@pytest.mark.parametrize("value", [True, False, 7.5, Decimal("7.5"), 1e17, 2.0**60, [1], {"a": 1}, b"7", "a\0b", "a\nb", "\ufeff7", float("inf")])
def test_what_is_no_id_rejects_its_row(value):
    with pytest.raises(MailweaveError, match="column 'no' holds .* – "):
        Columns([Mapped.parse("id=no")]).profile({"no": value, "email": "ann@shop.example"}, Place("p"))


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_an_id_the_address_counts(value):
    assert id_of(Columns().profile({"id": value, "email": " ann@shop.example "}, Place("p"))) == "ann@shop.example"


def test_an_ids_own_type_comes_first():
    assert Columns([Mapped.parse("id=no:integer")]).profile({"no": "007"}, Place("p")) == {"id": "7"}


def test_what_is_nested_too_deeply_rejects_its_row():
    value = "x"
    for _ in range(101):
        value = [value]
    with pytest.raises(MailweaveError, match="column 'a' is nested more than 100 levels deep – make it flatter"):
        Columns().profile({"id": 1, "a": value}, Place("p"))
    assert Columns().profile({"id": 1, "a": value[0]}, Place("p"))["a"] == value[0]


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, "9" * 6_000])
def test_json_in_a_cell_is_as_strict_as_a_line_of_ndjson(text):
    with pytest.raises(MailweaveError, match="column 'more' is no JSON: .* – write it like"):
        Columns(types={"more": "json"}).profile({"more": text}, Place("p"))
