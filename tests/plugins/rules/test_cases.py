"""Every rule against its table of cases, and what must hold for all of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.testing import AT, assert_sound, decide

FOLDER = Path(__file__).parent / "cases"
TABLES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = [pytest.param(rule, case, id=f"{rule}: {case['name']}") for rule, cases in TABLES.items() for case in cases]


def moment(case):
    return datetime.fromisoformat(case["at"]) if "at" in case else AT


@pytest.fixture(scope="session")
def rules(mailweave_engine):
    return mailweave_engine.registry.classes["rules"]


def test_every_rule_has_cases(rules):
    assert set(rules) - {"recommendations"} - set(TABLES) == set()
    assert all(len(cases) >= 10 for cases in TABLES.values())


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_decides(rules, rule, case):
    outcome = decide(rules[rule], case["settings"], case["profile"], at=moment(case), config=case.get("config"))
    assert (outcome.matched, outcome.because) == (case["matched"], case["because"])


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_records_whatever_it_read(rules, rule, case):
    """A table's profiles hold only what the decision needs, so every field of them must be among the inputs."""
    outcome = decide(rules[rule], case["settings"], case["profile"], at=moment(case), config=case.get("config"))
    read = {entry.name.split(".")[0] for entry in outcome.inputs}
    assert set(case["profile"]) <= read | {"timezone"}


@pytest.mark.parametrize(("rule", "case"), [case for case in CASES if case.values[0] != "schedule"])
def test_keeps_the_contract_of_every_rule(rules, rule, case):
    assert_sound(rules[rule], case["settings"], at=moment(case), config=case.get("config"))


@pytest.mark.parametrize("weekdays", [["mon"], ["tue"]])
def test_the_schedules_domain_reaches_both_sides_of_midnight(rules, weekdays):
    assert_sound(rules["schedule"], {"weekdays": weekdays})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "total", "items", "country", "latitude", "x"]), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["plan", "points", "tags", "joined", "orders", "visits", "clicks", "segments", "birthday", "signed_up_at", "last_engaged_at", "address", "email", "vip"])


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(CASES), profile=st.dictionaries(KEYS, JSON, max_size=5))
def test_any_profile_is_decided_or_refused_clearly(rules, case, profile):
    rule, data = case.values
    try:
        outcome = decide(rules[rule], data["settings"], profile, at=moment(data), config=data.get("config"))
    except MailweaveError as error:
        assert all(problem.code != "plugin-failed" for problem in error.problems), error
    else:
        assert outcome == decide(rules[rule], data["settings"], profile, at=moment(data), config=data.get("config"))


@pytest.mark.parametrize(
    ("rule", "wrong", "message"),
    [
        ("attribute", {}, "no field is named – write `attribute: {plan: gold}`"),
        ("attribute", {"plan": {}}, "nothing is asked of the field – write a value, or a test like"),
        ("attribute", {"plan": {"in": []}}, "'in' is empty"),
        ("attribute", {"joined": {"before": "soon"}}, "'soon' is no date – write it like 2026-11-23, or like '30 days ago'"),
        ("location", {}, "no place is given – write `country: US`"),
        ("location", {"country": "Germany"}, "'Germany' is no country – write DE"),
        ("location", {"country": "USA"}, "'USA' is no country"),
        ("location", {"timezone": "Tokyo"}, "'Tokyo' is no time zone – did you mean 'Asia/Tokyo'"),
        ("lifecycle", {}, "nothing is asked – write `stage: new`"),
        ("lifecycle", {"stage": "newish"}, "did you mean 'new'"),
        ("lifecycle", {"birthday": {"within": "3 days", "before": "1 day"}}, "a window has either `within`, or `before` and `after`"),
        ("frequency", {}, "no kind of event is named"),
        ("frequency", {"orders": {"within": "3 days"}}, "nothing is asked – write `at_least: 3`"),
        ("frequency", {"visits": {"value": {"at_least": 3}}}, "visits have no value – only orders have"),
        ("frequency", {"orders": {"between": [5, 1]}}, "between 5 and 1 is nothing – swap them"),
        ("frequency", {"orders": {"last": {}}}, "`last` has either `within` or `before`"),
        ("segment", {}, "no segment is named – write `segment: vip`"),
        ("segment", [], "no segment is named"),
        ("schedule", {}, "no date, weekday or hour is given"),
        ("schedule", {"hours": "9 to 5"}, "'9 to 5' are no hours – write them like '09:00-17:00'"),
        ("schedule", {"hours": "09:00-25:00"}, "'09:00-25:00' are no hours"),
        ("schedule", {"from": "2026-12-01", "until": "2026-11-01"}, "it ends on 2026-11-01, before it begins on 2026-12-01 – swap them"),
        ("locale", "klingon", "'klingon' is no locale"),
        ("recommendations", {"at_least": 0}, "'at_least' can't be 0 – it must be at least 1"),
    ],
)
def test_wrong_settings_get_a_remedy(rules, rule, wrong, message):
    with pytest.raises(MailweaveError) as caught:
        decide(rules[rule], wrong)
    assert message in str(caught.value)


def test_wrong_thresholds_get_a_remedy(rules):
    with pytest.raises(MailweaveError, match="active_within isn't shorter than lapsing_within"):
        decide(rules["lifecycle"], {"stage": "new"}, config={"active_within": "200 days"})
