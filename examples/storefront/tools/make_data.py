"""Make data/orders.csv: half a year of believable orders, the same on every run.

    python tools/make_data.py

Each made-up customer has a taste or two; a taste is a list of products that are bought together, which is what
"because you bought …" learns from. What arrived this week (`new: true` in the catalogue) nobody has ordered yet.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import yaml

HERE = Path(__file__).resolve().parent.parent
FIRST_DAY = datetime(2026, 5, 18, tzinfo=UTC)
DAYS = 188
CUSTOMERS = 260

TASTES = {
    "candlelight": ["cedar-candle", "fig-candle", "match-jar", "pillar-candles", "beeswax-tapers", "amber-diffuser"],
    "slow mornings": ["stone-mug", "ridge-mug", "enamel-kettle", "glass-carafe", "chopping-board", "storage-jars"],
    "guests": ["dinner-plates", "linen-napkins", "water-glasses", "serving-bowl", "beeswax-tapers", "bud-vase"],
    "blanket weather": ["wool-throw", "linen-cushion", "stripe-cushion", "cedar-candle", "stone-mug", "waffle-blanket"],
    "bedroom": ["linen-duvet", "waffle-blanket", "night-owl-lamp", "side-table", "linen-cushion"],
    "first flat": ["mushroom-lamp", "paper-pendant", "wall-shelf", "round-mirror", "jute-rug", "dining-chair", "oak-stool"],
    "green fingers": ["snake-plant", "pothos", "monstera", "succulents", "terracotta-pot", "watering-can", "olive-tree"],
    "balcony": ["herb-box", "terracotta-pot", "garden-trowel", "watering-can", "festoon-lights", "tulip-bulbs"],
    "autumn planting": ["tulip-bulbs", "daffodil-bulbs", "terracotta-pot", "garden-trowel", "bud-vase"],
    "long baths": ["bath-towels", "bath-salts", "hand-soap", "soap-dish", "fig-candle"],
    "reading corner": ["lounge-chair", "wool-throw", "side-table", "night-owl-lamp", "stone-mug"],
    "gifts": ["tall-vase", "bud-vase", "fig-candle", "hand-soap", "match-jar", "stone-mug"],
}
# Bulbs are sold from late summer on.
AUTUMN_ONLY = {"tulip-bulbs": 95, "daffodil-bulbs": 95}


class Line(NamedTuple):
    """A row of the file: one product of one order."""

    order: str
    customer: str
    product: str
    at: str
    quantity: int
    price: int


def basket(chance: random.Random, tastes: list[str], day: int) -> list[str]:
    """The products of one order: mostly from one taste, now and then one from anywhere."""
    wanted = [product for product in TASTES[chance.choice(tastes)] if day >= AUTUMN_ONLY.get(product, 0)]
    size = min(len(wanted), chance.choices((1, 2, 3, 4), (30, 38, 22, 10))[0])
    found = chance.sample(wanted, size)
    if chance.random() < 0.12:
        found.append(chance.choice(sorted({product for taste in TASTES.values() for product in taste} - AUTUMN_ONLY.keys())))
    return list(dict.fromkeys(found))


def orders(chance: random.Random) -> Iterator[tuple[datetime, str, list[str]]]:
    """Moment, customer and products of every order; more of them towards winter."""
    for number in range(CUSTOMERS):
        tastes = chance.sample(sorted(TASTES), chance.choice((1, 1, 2)))
        for _ in range(chance.choices((1, 2, 3, 5), (50, 28, 15, 7))[0]):
            day = max(chance.randrange(DAYS), chance.randrange(DAYS))
            at = FIRST_DAY + timedelta(days=day, seconds=chance.randrange(6 * 3600, 23 * 3600))
            yield at, f"c-{1000 + number}", basket(chance, tastes, day)


def lines() -> Iterator[Line]:
    """Every row, oldest first."""
    chance = random.Random(20261123)
    prices = {row["id"]: row["price"] for row in yaml.safe_load((HERE / "data" / "products.yaml").read_text(encoding="utf-8"))}
    for number, (at, customer, products) in enumerate(sorted(orders(chance)), start=1):
        for product in products:
            quantity = 1 if prices[product] > 60 else chance.choices((1, 2, 3), (70, 24, 6))[0]
            yield Line(f"o-{20000 + number}", customer, product, at.strftime("%Y-%m-%dT%H:%M:%SZ"), quantity, prices[product])


def main() -> None:
    """Write data/orders.csv."""
    with (HERE / "data" / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Line._fields)
        table.writerows(lines())


if __name__ == "__main__":
    main()
