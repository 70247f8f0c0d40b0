"""Which texts are dates: the table of docs/filters.md, and what isn't in it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave_plugins.filters.date_texts import may_be_date, read_date

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Paris"))
DOCS = Path(__file__).parents[3] / "docs" / "filters.md"


def now() -> datetime:
    return NOW


def never() -> datetime:
    """What names its own day and zone depends on neither the message's moment nor the reader's zone."""
    raise AssertionError("it asks for the moment")


def _rows() -> Iterator[tuple[str, str]]:
    table = DOCS.read_text(encoding="utf-8").split("### Texts that are dates")[1].split("\n\n")[2]
    for row in table.splitlines()[2:]:
        _, examples, meaning = (cell.strip() for cell in row.strip("| ").split(" | "))
        yield from ((example, meaning) for example in re.findall("`([^`]+)`", examples))


ROWS = list(_rows())


def told(text: str) -> str:
    """A text as the table tells it: the day, or the moment with its zone unless that is the reader's."""
    found = read_date(text, now)
    if not isinstance(found, datetime):
        return found.isoformat()
    if found.tzinfo is NOW.tzinfo:
        return f"{found:%Y-%m-%d %H:%M}"
    return f"{found.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def test_the_table_has_rows() -> None:
    assert len(ROWS) >= 45


@pytest.mark.parametrize(("text", "meaning"), ROWS)
def test_the_forms(text: str, meaning: str) -> None:
    for written in (text, text.upper(), f"  {text.replace(' ', '  ')} "):
        assert told(written) == meaning


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("05/06/24", "the year of '05/06/24' has two digits, so that it could be three dates – write all four, and the day first"),
        ("5.6.24", "the year of '5.6.24' has two digits"),
        ("06/25/2024", "there is no day or time '06/25/2024' – write the day before the month, as in 25/06/2024"),
        ("31/04/2024", "there is no day or time '31/04/2024' – look at its digits"),
        ("2023-02-29", "there is no day"),
        ("2024-06-05 25:00", "there is no day or time"),
        ("2024-06-05 13:00 PM", "there is no day or time"),
        ("0 am", "there is no day or time"),
        ("2023-366", "there is no day or time"),
        ("2024-06-05 10:00 +01:75", "there is no day or time"),
        ("2024-06-05 21:07 CET", "'CET' in '2024-06-05 21:07 CET' is no zone that dates may have – write the offset from UTC, as in +01:00"),
        ("2024-06-05 21:07:09 Europe/Berlin", "'EUROPE/BERLIN' in"),
        ("Wed Jun 05 2024 21:07:09 GMT+0200 (CEST)", "'Wed Jun 05 2024 21:07:09 GMT+0200 (CEST)' is no date"),
        *((text, f"'{text}' is no date – give one such as '2026-11-23'") for text in ("soon", "tomorrow", "Monday", "order 12", "5th of June", "5/6", "5.6.")),
        *((text, f"'{text}' is no date") for text in ("2024", "2024-06", "2024-W23-3", "2024-W23-3T10:00", "20240605", "-5", "1.5", "12", "12024-06-05", "nan")),
        *((text, f"'{text}' is no date") for text in ("2024-06-05Z", "June 5, 2024 EST", "Juni 5 2024", "21h07", "now!", "05/Mar/2024:21:07:09 +0000", "٢٠٢٤-٠٦-٠٥")),
    ],
)
def test_nothing_is_guessed(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match="–") as caught:
        read_date(text, now)
    assert str(caught.value).startswith(complaint)


def test_a_zone_moves_today() -> None:
    midnight = datetime(2026, 11, 23, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert read_date("10:00 EST", lambda: midnight).isoformat() == "2026-11-22T10:00:00-05:00"
    assert read_date("10:00", lambda: midnight).isoformat() == "2026-11-23T10:00:00+01:00"


@pytest.mark.parametrize(("year", "full"), [("68", 2068), ("69", 1969), ("'00", 2000), ("99", 1999)])
def test_years_of_two_digits(year: str, full: int) -> None:
    assert read_date(f"5 June {year}", now) == date(full, 6, 5)


@given(st.text(alphabet="0123456789-/.: ,'TtZz+apmJunwed", max_size=24) | st.text(max_size=12))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            read_date(text, now)
        except ValueError as error:
            assert " – " in str(error)
        else:
            assert may_be_date(text)


@given(st.dates(), st.times(), st.sampled_from(["", "Z", "+05:30", "-08:00"]))
def test_iso_texts(day: date, time: object, zone: str) -> None:
    assert read_date(day.isoformat(), never) == day
    moment = f"{day.isoformat()}T{time}{zone}"
    expected = datetime.fromisoformat(moment)
    assert read_date(moment, never if zone else now) == (expected if zone else expected.replace(tzinfo=NOW.tzinfo))
