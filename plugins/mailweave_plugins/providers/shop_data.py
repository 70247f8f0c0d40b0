"""The catalogue and the order lines that recommendations are made from, checked once for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave.times import date_remedy
from mailweave_plugins.recommenders.orders import KEPT, ByIdentity, is_blank, moments

Item = dict[str, Any]
# Field of a product → the types it may have, and how a person names them.
_FIELDS: Final = {
    "stock": ((int, float), "a number", "`types: {stock: integer}`"),
    "in_stock": ((bool,), "true or false", "`types: {in_stock: boolean}`"),
    "category": ((str, int, float), "text", ""),
    "name": ((str, int, float), "text", ""),
}
_COLUMNS: Final = ("customer", "product", "at")


def catalog_of(data: Any, name: str) -> Mapping[str, Item]:
    """A source's data as products by id.

    Raises:
        MailweaveError: it is no mapping of products, or some have a `stock`, `in_stock`, `category` or `name` of the wrong type.
    """
    if not isinstance(data, Mapping):
        remedy = f"give the source `{name}` a key: `file: {{path: …, key: id}}`"
        raise MailweaveError(Problem(f"the source '{name}' isn't a catalogue by id", remedy, code="bad-catalog"))
    _raise(_catalog_problems(ByIdentity(data), name))
    return data


def history_of(data: Any, name: str) -> Sequence[Mapping[str, Any]]:
    """A source's data as order lines.

    Raises:
        MailweaveError: it is no list of mappings, no line has one of `customer`, `product` and `at`, or some `at` is no date.
    """
    if not isinstance(data, list):
        remedy = "give its file a list, and the source no `key`"
        raise MailweaveError(Problem(f"the source '{name}' isn't a list of order lines", remedy, code="bad-history"))
    _raise(_history_problems(ByIdentity(data), name))
    return data


def in_stock(product: Mapping[str, Any]) -> bool:
    """Whether a product can be bought: neither `stock: 0` nor `in_stock: false`; without either it can."""
    stock = product.get("stock")
    return product.get("in_stock") is not False and (stock is None or stock > 0)


def _raise(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise MailweaveError(*problems)


@lru_cache(KEPT)
def _catalog_problems(catalog: ByIdentity, name: str) -> tuple[Problem, ...]:
    others = [product for product, item in catalog.data.items() if not isinstance(item, Mapping)]
    if others:
        what = f"{_first(others)} in the source '{name}' is no mapping of a product's fields"
        return (Problem(what, "give each product fields such as `name` and `price`", code="bad-catalog"),)
    return tuple(problem for field in _FIELDS for problem in _field_problems(catalog, name, field))


def _field_problems(catalog: ByIdentity, name: str, field: str) -> Iterator[Problem]:
    types, wanted, csv = _FIELDS[field]
    wrong = [product for product, item in catalog.data.items() if item.get(field) is not None and not isinstance(item[field], types)]
    if wrong:
        what = f"the `{field}` of {_first(wrong)} in the source '{name}' is {catalog.data[wrong[0]][field]!r}, not {wanted}"
        remedy = f"write {wanted}, or leave it out" + (f"; for a CSV file, give the source {csv}" if csv else "")
        yield Problem(what, remedy, code="bad-catalog")


def _first(names: Sequence[str]) -> str:
    return f"'{names[0]}'" + (f" (and {len(names) - 1} more)" if names[1:] else "")


@lru_cache(KEPT)
def _history_problems(history: ByIdentity, name: str) -> tuple[Problem, ...]:
    rows = history.data
    other = next((number for number, row in enumerate(rows, start=1) if not isinstance(row, Mapping)), None)
    if other is not None:
        what = f"entry {other} of the source '{name}' is no order line"
        return (Problem(what, "write it like {customer: c-1, product: mug, at: 2026-11-23T10:00:00Z}", code="bad-history"),)
    return (*_column_problems(rows, name), *_date_problems(history, name))


def _column_problems(rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[Problem]:
    for column in _COLUMNS:
        if rows and not any(column in row for row in rows):
            what = f"no order line of the source '{name}' has '{column}'"
            remedy = f"name that column `{column}`; the first line has {', '.join(map(str, rows[0])) or 'nothing'}"
            yield Problem(what, remedy, code="bad-history")


def _date_problems(history: ByIdentity, name: str) -> Iterator[Problem]:
    lines = zip(history.data, moments(history), strict=True)
    wrong = [(number, row["at"]) for number, (row, moment) in enumerate(lines, start=1) if moment is None and not is_blank(row.get("at"))]
    if wrong:
        number, at = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
        what = f"`at` of order line {number}{more} of the source '{name}' is {at!r}, which is no date"
        yield Problem(what, date_remedy(at, "write it like 2026-11-23T10:00:00Z"), code="bad-date")
