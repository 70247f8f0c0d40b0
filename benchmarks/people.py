"""The customers that the benchmarks build messages for: made up, but the same ones each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

NAMES = ["Ann", "Ben", "Chidi", "Dara", "Elif", "Farah", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mira", "Noor", "Omar", "Priya", "Quinn"]
REGIONS = ["California", "Oregon", "Ohio", "Texas", "New York", "Maine"]


def people(count: int, products: list[str], at: datetime, seed: int = 7) -> list[dict[str, Any]]:
    """So many profiles: each with a name, a place, a few orders of these products, points and an order under way."""
    random = Random(seed)
    return [_person(number, random, products, at) for number in range(count)]


def _person(number: int, random: Random, products: list[str], at: datetime) -> dict[str, Any]:
    first = random.choice(NAMES)
    return {
        "id": f"c-{number}",
        "email": f"{first.lower()}.{number}@mail.example",
        "first_name": first,
        "last_name": f"No. {number}",
        "address": {"country": "US", "region": random.choice(REGIONS)},
        "signed_up_at": _ago(random, at, 900),
        "points": random.randrange(0, 900),
        "segments": random.sample(["newsletter", "gold", "plants"], random.randrange(0, 3)),
        "orders": [_order(random, products, at) for _ in range(random.randrange(0, 4))],
        "order": {"id": f"A-{random.randrange(10_000, 99_999)}", "day": random.choice(["Monday", "Tuesday", "Friday"])},
    }


def _order(random: Random, products: list[str], at: datetime) -> dict[str, Any]:
    items = [{"product": random.choice(products), "quantity": 1} for _ in range(random.randrange(1, 3))]
    return {"at": _ago(random, at, 200), "total": random.randrange(10, 120), "items": items}


def _ago(random: Random, at: datetime, days: int) -> str:
    return (at - timedelta(days=random.randrange(1, days), hours=random.randrange(24))).isoformat()
