import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave_plugins.filters.date import date

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("locale", "zone", "value", "format", "text"),
    [
        ("en-US", "UTC", "2026-11-23", "medium", "Nov 23, 2026"),
        ("en-US", "UTC", "2026-11-23", "short", "11/23/26"),
        ("en-US", "UTC", "2026-11-23", "long", "November 23, 2026"),
        ("en-US", "UTC", "2026-11-23", "full", "Monday, November 23, 2026"),
        ("de-DE", "UTC", "2026-11-23", "long", "23. November 2026"),
        ("de-DE", "UTC", dt.date(2026, 3, 1), "d. MMMM", "1. März"),
        ("de-DE", "UTC", "2026-11-23", "EEEE 'den' d.M.", "Montag den 23.11."),
        ("fr-FR", "UTC", "2026-11-23", "%A %-d %B %Y", "lundi 23 novembre 2026"),
        ("en-US", "UTC", "2026-11-03", "%d/%m/%y %% %b it's", "03/11/26 % Nov it's"),
        ("en-US", "UTC", "2026-11-03", "%d%d %m%b", "0303 11Nov"),
        ("en-US", "UTC", "2026-11-23T18:05:09Z", "%F %T %R %I:%M %p", "2026-11-23 18:05:09 18:05 06:05 PM"),
        ("en-US", "UTC", "2026-11-03T09:05:00Z", "%e|%-e|%l|%-l|%k|%P|%-M", " 3|3| 9|9| 9|am|5"),
        # A bare date is that day everywhere; a moment is shown in the zone.
        ("en-US", "America/Los_Angeles", "2026-11-23", "medium", "Nov 23, 2026"),
        ("en-US", "America/Los_Angeles", "2026-11-23T03:30:00Z", "medium", "Nov 22, 2026"),
        ("en-US", BERLIN, "2026-11-23T03:30:00+00:00", "HH:mm", "04:30"),
        ("en-US", BERLIN, "2026-11-23T03:30:00", "HH:mm z", "03:30 +0100"),
        ("en-US", BERLIN, dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC), "HH:mm", "14:00"),
        ("en-US", "America/Los_Angeles", "now", "yyyy-MM-dd HH:mm", "2026-11-22 19:30"),
        ("en-US", BERLIN, "now", "%-H:%M", "4:30"),
    ],
)
def test_writes_dates(scope_of, locale, zone, value, format, text):
    assert date(scope_of(locale, zone), value, format).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("value", "format", "message"),
    [
        ("soon", "medium", "'soon' is no date – give one such as '2026-11-23', '23/11/2026', 'November 23, 2026' or '2026-11-23 18:30 +01:00', or 'now'"),
        ("2026-02-30", "medium", "there is no day or time '2026-02-30' – look at its digits"),
        (None, "medium", "nothing is no date – give one such as '2026-11-23' or '2026-11-23T18:30:00+01:00', or 'now'"),
        (20261123, "medium", "20261123 is no date – give one such as '2026-11-23' or '2026-11-23T18:30:00+01:00', or 'now'"),
        ("0001-01-01T00:00Z", "medium", "'0001-01-01T00:00Z' is no date – give one such as '2026-11-23' or '2026-11-23T18:30:00+01:00', or 'now'"),
        ("2026-11-23", "meduim", "'meduim' is no format of a date – did you mean 'medium'?"),
        ("2026-11-23", "d of MMMM", "'d of MMMM' is no format of a date – write short, medium, long, full or a pattern such as 'd. MMMM yyyy', other words in '…'"),
        ("2026-11-23", None, "nothing is no format of a date – write short, medium, long, full or a pattern such as 'd. MMMM yyyy', other words in '…'"),
        ("2026-11-23", "MMMMMMM", "'MMMMMMM' is no format of a date – write a pattern such as 'd. MMMM yyyy'"),
        ("2026-11-23", "%d %", "a '%' ends the format of a date – write '%%' for the sign itself"),
        ("2026-11-23", "HH:mm", "'2026-11-23' has no time of day – leave hours, minutes and zone out of the format"),
        ("2026-11-23", "%H", "'2026-11-23' has no time of day – leave hours, minutes and zone out of the format"),
    ],
)
def test_refuses(scope_of, value, format, message):
    with pytest.raises(ValueError, match="–") as caught:
        date(scope_of(), value, format)
    assert str(caught.value) == message


def test_lists_the_directives_that_there_are(scope_of):
    with pytest.raises(ValueError, match=r"^'%Q' is no part of a date – use one of: %Y %y %m"):
        date(scope_of(), "now", "%Q")


@given(st.text(max_size=12), st.one_of(st.text(max_size=20), st.dates(), st.datetimes(), st.none(), st.floats()))
def test_only_value_errors(scope_of, format, value):
    try:
        assert isinstance(date(scope_of(), value, format), str)
    except ValueError as error:
        assert "–" in str(error)


@given(st.dates(), st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]))
def test_a_bare_date_is_the_same_day_in_every_zone(scope_of, day, zone):
    assert date(scope_of(zone=zone), day, "%F") == day.isoformat() == date(scope_of(zone=zone), day.isoformat(), "yyyy-MM-dd")
