from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from mailweave.numbers import category, need_number, parse_number, rounded

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=6)


@given(NUMBERS)
def test_numeric_text_and_numbers_are_read_exactly(number):
    assert parse_number(f" {number:f} ") == parse_number(number) == number


@pytest.mark.parametrize(
    "value",
    ["", " ", "1,5", "1e5", "abc", "١", "1 2", "--1", "9" * 101, None, True, [], {}, float("inf"), float("nan"), Decimal("NaN"), 10**100, Decimal("1e-500")],
)
def test_what_is_no_number(value):
    assert parse_number(value) is None
    with pytest.raises(ValueError, match="is no number – give a number"):
        need_number(value)


@given(NUMBERS, st.integers(0, 20))
def test_rounding_moves_a_number_by_half_a_place_at_most(number, decimals):
    result = rounded(number, decimals)
    assert -int(result.as_tuple().exponent) == decimals
    assert abs(result - number) * 2 <= Decimal(1).scaleb(-decimals)
    assert result or not result.is_signed()


@pytest.mark.parametrize(("number", "decimals", "text"), [("0.5", 0, "1"), ("-0.5", 0, "-1"), ("2.665", 2, "2.67"), ("-0.004", 2, "0.00"), ("9.999", 2, "10.00"), ("3", 2, "3.00")])
def test_halves_go_away_from_zero(number, decimals, text):
    assert str(rounded(Decimal(number), decimals)) == text


@pytest.mark.parametrize(
    ("tag", "number", "name"),
    [("en", "1", "one"), ("en", "0", "other"), ("fr", "0", "one"), ("ru", "2", "few"), ("ar", "2", "two"), ("cs", "1.5", "many"), ("ja", "1", "other"), ("en", "-1", "one")],
)
def test_plural_categories(tag, number, name):
    assert category(Decimal(number), Locale(tag)) == name
