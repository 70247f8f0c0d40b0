from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.described import described
from mailweave_plugins.filters.money import money


@pytest.mark.parametrize(
    ("locale", "value", "currency", "text"),
    [
        ("en-US", 12, None, "$12.00"),
        ("en-US", "12.5", None, "$12.50"),
        ("en-US", Decimal("1234.5"), None, "$1,234.50"),
        ("en-US", -3, None, "-$3.00"),
        ("en-US", 19.99, "EUR", "€19.99"),
        ("de-DE", 1234.5, "EUR", "1.234,50\u00a0€"),
        ("fr-FR", 1234.5, "EUR", "1\u202f234,50\u00a0€"),
        ("ja-JP", 1980, "JPY", "￥1,980"),
        ("hi-IN", 1234567, "INR", "₹12,34,567.00"),
        # Halves go up, as on a price tag; Python's own rounding would give $2.66 and ¥0.
        ("en-US", 2.665, None, "$2.67"),
        ("en-US", 0.5, "JPY", "¥1"),
        ("en-US", -0.001, None, "$0.00"),
        ("en-US", 10**40, None, "$10,000,000,000,000,000,000,000,000,000,000,000,000,000.00"),
    ],
)
def test_writes_prices(scope_of, locale, value, currency, text):
    assert money(scope_of(locale), value, currency) == text


@pytest.mark.parametrize(
    ("value", "currency", "message"),
    [
        ("12,50", None, "'12,50' is no number – give a number, with a point before the decimals, such as 12.50"),
        (None, None, "nothing is no number – give a number, with a point before the decimals, such as 12.50"),
        (True, None, "true is no number – give a number, with a point before the decimals, such as 12.50"),
        (float("inf"), None, "Infinity is no number – give a number, with a point before the decimals, such as 12.50"),
        (1, "eur", "'eur' is no currency – did you mean 'EUR'?"),
        (1, "?", "'?' is no currency – give its ISO 4217 code, such as 'EUR'"),
        (1, "", "'' is no currency – give its ISO 4217 code, such as 'EUR'"),
        (1, 5, "5 is no currency – give its ISO 4217 code, such as 'EUR'"),
    ],
)
def test_refuses(scope_of, value, currency, message):
    with pytest.raises(ValueError, match="–") as caught:
        money(scope_of(), value, currency)
    assert str(caught.value) == message


@given(st.integers(-(10**30), 10**30))
def test_no_cent_is_lost(scope_of, cents):
    shown = money(scope_of(), Decimal(cents) / 100 if abs(cents) < 10**20 else Decimal(f"{cents}e-2"))
    assert int("".join(char for char in shown if char.isdigit())) == abs(cents)


@given(st.one_of(st.text(max_size=20), st.floats(), st.decimals(), st.integers(), st.none(), st.booleans()))
def test_only_value_errors(scope_of, value):
    try:
        assert "$" in money(scope_of(), value)
    except ValueError as error:
        assert str(error) == f"{described(value)} is no number – give a number, with a point before the decimals, such as 12.50"
