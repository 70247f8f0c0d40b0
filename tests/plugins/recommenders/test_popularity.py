"""The ranking behind the `popular` strategies, against a plain count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave_plugins.recommenders.orders import ByIdentity
from mailweave_plugins.recommenders.popularity import popularity

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def line(customer, product, days):
    return {"customer": customer, "product": product, "at": (AT - timedelta(days=days)).isoformat()}


LINES = st.lists(st.builds(line, st.sampled_from(["a", "b", "c", "", None]), st.sampled_from(["x", "y", "z", "", None]), st.integers(-3, 12)), max_size=30)


@settings(max_examples=100, deadline=None)
@given(history=LINES, days=st.integers(0, 10))
def test_counts_different_customers_of_the_window(history, days):
    buyers: dict[str, set[str]] = {}
    for row in history:
        if row["customer"] and row["product"] and AT - timedelta(days=days) <= datetime.fromisoformat(row["at"]) <= AT:
            buyers.setdefault(row["product"], set()).add(row["customer"])
    found = popularity(ByIdentity(history), AT, timedelta(days=days))
    assert dict(found) == {product: len(customers) for product, customers in buyers.items()}
    assert list(found) == sorted(found, key=lambda pair: (-pair[1], pair[0]))


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-08-25T10:00:00Z", True),
        ("2026-08-25T09:59:59Z", False),
        ("2026-11-23T10:00:00Z", True),
        ("2026-11-23T12:00:00+02:00", True),
        ("2026-11-23T10:00:01Z", False),
        ("2026-11-23T10:00:00", True),
        ("2026-11-23", True),
        ("", False),
    ],
)
def test_the_window_is_ninety_days_with_both_ends(at, counts):
    history = [{"customer": "a", "product": "x", "at": at}]
    assert popularity(ByIdentity(history), AT) == ((("x", 1),) if counts else ())


def test_a_window_longer_than_time_itself_counts_everything():
    history = [{"customer": "a", "product": "x", "at": "0001-01-02T00:00:00Z"}]
    assert popularity(ByIdentity(history), AT, timedelta(days=900_000)) == (("x", 1),)
