import pytest

from mailweave_plugins.filters.number import number, percent


@pytest.mark.parametrize(
    ("locale", "value", "decimals", "text"),
    [
        ("en-US", 1234567, None, "1,234,567"),
        ("en-US", "0.10", None, "0.1"),
        ("en-US", 0.1, None, "0.1"),
        ("en-US", 1234.5678, None, "1,234.5678"),
        ("en-US", 1234.5678, 2, "1,234.57"),
        ("en-US", 1234.5, 0, "1,235"),
        ("en-US", 3, 2, "3.00"),
        ("en-US", "3", "1", "3.0"),
        ("en-US", -0.4, 0, "0"),
        ("de-DE", 1234.5, 2, "1.234,50"),
        ("hi-IN", 1234567.891, 1, "12,34,567.9"),
        ("fr-FR", 1234567, None, "1\u202f234\u202f567"),
        ("en-US", "12345678901234567890123456789012.345", 1, "12,345,678,901,234,567,890,123,456,789,012.3"),
    ],
)
def test_writes_numbers(scope_of, locale, value, decimals, text):
    assert number(scope_of(locale), value, decimals) == text


@pytest.mark.parametrize(
    ("locale", "value", "decimals", "text"),
    [
        ("en-US", 0.25, 0, "25%"),
        ("en-US", 0.255, 0, "26%"),
        ("en-US", 0.2555, 1, "25.6%"),
        ("en-US", 12, 0, "1,200%"),
        ("de-DE", 0.25, 0, "25\u00a0%"),
        ("tr-TR", 0.255, 1, "%25,5"),
        ("en-US", -0.001, 0, "0%"),
    ],
)
def test_writes_percentages(scope_of, locale, value, decimals, text):
    assert percent(scope_of(locale), value, decimals) == text


@pytest.mark.parametrize("written", [number, percent])
@pytest.mark.parametrize(
    ("value", "decimals", "message"),
    [
        ("many", 0, "'many' is no number – give a number, with a point before the decimals, such as 12.50"),
        (1, -1, "there can't be -1 decimals – give a whole number from 0 to 20"),
        (1, 21, "there can't be 21 decimals – give a whole number from 0 to 20"),
        (1, 1.5, "there can't be 1.5 decimals – give a whole number from 0 to 20"),
        (1, "two", "'two' is no number – give a number, with a point before the decimals, such as 12.50"),
    ],
)
def test_refuses(scope_of, written, value, decimals, message):
    with pytest.raises(ValueError, match="–") as caught:
        written(scope_of(), value, decimals)
    assert str(caught.value) == message
