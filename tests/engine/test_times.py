from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.times import date_remedy, parse_day, parse_moment, parse_span, read_iso, span_words


@pytest.mark.parametrize(
    ("value", "day"),
    [("2026-11-23", date(2026, 11, 23)), ("2026-11-23T23:59", date(2026, 11, 23)), (datetime(2026, 1, 2, 3), date(2026, 1, 2)), ("soon", None), (7, None)],
)
def test_days(value, day):
    assert parse_day(value) == day


@pytest.mark.parametrize(
    ("value", "zone", "moment"),
    [
        ("2026-11-23T10:00:00Z", "Asia/Tokyo", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00:00", "Asia/Tokyo", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026-11-23", "America/Los_Angeles", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        # Clocks in Berlin go from 02:00 to 03:00 on 2026-03-29 and from 03:00 back to 02:00 on 2026-10-25.
        ("2026-03-29T02:30", "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("0001-01-01", "Asia/Tokyo", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59", "America/New_York", datetime.max.replace(tzinfo=UTC)),
        ("yesterday", "UTC", None),
    ],
)
def test_moments(value, zone, moment):
    assert parse_moment(value, ZoneInfo(zone)) == moment


@pytest.mark.parametrize(
    ("text", "span", "words"),
    [
        ("90 days", timedelta(days=90), "90 days"),
        ("1 week", timedelta(days=7), "7 days"),
        ("36 hours", timedelta(hours=36), "36 hours"),
        ("1 minute", timedelta(minutes=1), "1 minute"),
        ("120minutes", timedelta(hours=2), "2 hours"),
    ],
)
def test_spans(text, span, words):
    assert parse_span(text) == span
    assert span_words(span) == words


@pytest.mark.parametrize("text", ["90", "a week", "-3 days", "3 months", "", None, "9" * 30 + " days"])
def test_refuses_what_is_no_span(text):
    with pytest.raises(ValueError, match="span"):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", datetime(2026, 11, 23)),
        ("20261123", datetime(2026, 11, 23)),
        ("2026-11-23 10:00", datetime(2026, 11, 23, 10)),
        ("20261123T1000", datetime(2026, 11, 23, 10)),
        ("2026-W48-1", datetime(2026, 11, 23)),
        ("2026W481T10:00", datetime(2026, 11, 23, 10)),
        ("1712121212345", None),  # milliseconds; Python alone reads a day in 1712
        ("171212121234", None),
        ("1712121212", None),
        ("2026-11-23x10:00", None),
        ("2026-11-23510:00", None),
        ("2026-W48", None),
        ("2026-11", None),
        ("", None),
    ],
)
def test_what_is_a_date(text, moment):
    if moment is None:
        with pytest.raises(ValueError, match="no date|isoformat|must be"):
            read_iso(text)
    else:
        assert read_iso(text) == moment


@given(moment=st.datetimes(datetime(2001, 9, 9), datetime(2286, 11, 20)), unit=st.sampled_from([1, 10**3, 10**6]), as_text=st.booleans())
def test_the_remedy_for_a_number_since_1970_is_the_moment_itself(moment, unit, as_text):
    number = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=10**6 // unit)
    value = str(number) if as_text else number
    assert parse_moment(value, UTC) is None
    wanted = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number * (10**6 // unit))
    assert parse_moment(date_remedy(value).rpartition(" ")[2], UTC) == wanted
