from datetime import UTC, datetime

import pytest

from mailweave.errors import MailweaveError
from mailweave.facts import MISSING, Facts, Input, Situation, look_up
from mailweave.registry import Registry

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def facts(profile, **more):
    return Facts(Situation(profile, AT, Registry(), **more))


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.b", 1), ("list.1", "y"), ("list.9", MISSING), ("blank", MISSING), ("null", MISSING), ("zero", 0), ("no", False), ("a.b.c", MISSING), ("x", MISSING)],
)
def test_looks_up_dotted_paths(path, value):
    assert look_up({"a": {"b": 1}, "list": ["x", "y"], "blank": " ", "null": None, "zero": 0, "no": False}, path) == value


def test_records_what_was_read_once_with_its_origin():
    seen = facts({"plan": "gold", "orders": [1, 2]}, timezone="Asia/Tokyo")
    seen.read("plan")
    seen.read("plan")
    seen.read("city")
    seen.entries("orders")
    seen.derive("orders within 90 days", 2)
    assert seen.inputs == (
        Input("plan", "gold", "profile"),
        Input("city", MISSING, "missing"),
        Input("orders", 2, "profile"),
        Input("orders within 90 days", 2, "computed"),
    )


def test_works_something_out_once():
    seen, calls = facts({}), []
    assert [seen.once(key, lambda seen, key=key: calls.append(key) or key) for key in ("a", "b", "a")] == ["a", "b", "a"]
    assert calls == ["a", "b"]


def test_reads_defaults_where_the_profile_has_none():
    seen = facts({}, locale="de-AT", timezone="Asia/Tokyo")
    assert seen.locale == "de-AT"
    assert seen.now.isoformat() == "2026-11-23T19:00:00+09:00"
    assert Input("locale", "de-AT", "default") in seen.inputs


def test_a_value_that_is_no_date_is_an_error():
    with pytest.raises(MailweaveError, match="the profile's birthday is 'soon', which is no date"):
        facts({"birthday": "soon"}).day("birthday")


def test_an_unknown_source_is_an_error():
    with pytest.raises(MailweaveError, match="there is no source 'weathr' in mailweave.yaml – did you mean 'weather'"):
        facts({}, sources={"weather": {}}).source("weathr")
