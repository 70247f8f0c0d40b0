"""What the strategies share: reading order lines and what a customer has to do with a product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from mailweave import MISSING, Facts
from mailweave.facts import look_up

Rows = Iterable[Mapping[str, Any]]
_KEPT: Final = 8


class ByIdentity:
    """A list of order lines that a cache may hold: equal only to itself, and kept alive, so that its identity is never another's."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and self.rows is other.rows


@lru_cache(_KEPT)
def baskets(history: ByIdentity) -> dict[str, frozenset[str]]:
    """Customer → the products of all their orders."""
    found: dict[str, set[str]] = {}
    for row in history.rows:
        if row.get("customer") and row.get("product"):
            found.setdefault(str(row["customer"]), set()).add(str(row["product"]))
    return {customer: frozenset(products) for customer, products in found.items()}


def bought(facts: Facts) -> tuple[str, ...]:
    """The products of the profile's own orders, newest order first, each once."""
    orders = [order for order in facts.entries("orders") if isinstance(order, Mapping)]
    newest_first = sorted(orders, key=lambda order: str(order.get("at", "")), reverse=True)
    return tuple(dict.fromkeys(product for order in newest_first for product in _products(order.get("items"))))


def in_cart(facts: Facts) -> tuple[str, ...]:
    """The products in the profile's cart."""
    items = facts.peek("cart.items")
    return tuple(_products(items)) if items is not MISSING else ()


def _products(items: Any) -> Iterator[str]:
    for item in items if isinstance(items, list | tuple) else ():
        product = look_up(item, "product")
        if product is not MISSING:
            yield str(product)
