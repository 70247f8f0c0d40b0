"""The address says what is shown: a state that is written into one is read back the same."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave_preview.state import State, state_of

NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(str.strip).filter(bool)
EDIT = st.dictionaries(NAME, st.none() | st.booleans() | st.integers() | NAME | st.lists(NAME, max_size=2) | st.dictionaries(NAME, NAME, max_size=2), max_size=3)
STATES = st.builds(State, NAME, EDIT, st.none() | st.datetimes(timezones=st.just(UTC)), NAME, st.lists(NAME, max_size=3).map(tuple), st.dictionaries(NAME, st.integers(0, 999), max_size=3))


@given(STATES)
def test_a_state_is_read_back_from_its_address(state):
    assert state_of(parse_qs(state.key), "America/Los_Angeles") == state


def test_a_moment_without_an_offset_is_in_the_workspaces_zone():
    assert state_of({"at": ["2026-11-23T02:00"]}, "America/Los_Angeles").at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"at": ["tomorrow"]}, "`at` in the address is 'tomorrow', which is no moment – write it like 2026-11-23T10:00"),
        ({"at": ["0001-01-01T00:00"]}, "`at` in the address is '0001-01-01T00:00', which is no moment"),
        ({"at": ["0001-01-01T00:00Z"]}, "`at` in the address is '0001-01-01T00:00Z', which is no moment"),
        ({"at": ["9999-12-31T23:00Z"]}, "`at` in the address is '9999-12-31T23:00Z', which is no moment"),
        ({"edit": ["[1]"]}, "`edit` in the address must be a JSON object"),
        ({"edit": ["{" * 99_999]}, "`edit` in the address must be a JSON object"),
        ({"force": ["offer"]}, "`force` in the address is 'offer' – write a slot and an entry, like `offer:0`"),
        ({"force": ["offer:²"]}, "`force` in the address is 'offer:²'"),
    ],
)
def test_what_can_not_be_understood_is_said(query, said):
    with pytest.raises(MailweaveError) as caught:
        state_of(query, "Asia/Tokyo")
    assert str(caught.value).startswith(said)


def test_everything_wrong_is_said_at_once():
    with pytest.raises(MailweaveError) as caught:
        state_of({"at": ["x"], "edit": ["x"], "force": ["x"]}, "UTC")
    assert len(caught.value.problems) == 3
