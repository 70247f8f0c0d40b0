"""Every rule against its table of cases, and what must hold for all of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.testing import AT, decide

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


FIELDS = ["at", "total", "items", "country", "region", "city", "postal_code", "latitude", "longitude", "x"]
DATES = ["birthday", "signed_up_at", "last_engaged_at", "joined", "visits", "clicks"]
KEYS = [*DATES, "plan", "points", "tags", "nickname", "vip", "email", "orders", "segments", "address", "timezone", "locale"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates().map(str)
    | st.dates().map(lambda day: f"--{day:%m-%d}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(case=st.sampled_from(CASES), profile=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5))
def test_any_profile_is_decided_or_refused_clearly(rules, case, profile):
    rule, data = case.values
    try:
        outcome = decide(rules[rule], data["settings"], profile, at=moment(data), config=data.get("config"))
    except MailweaveError as error:
        assert all(problem.code != "plugin-failed" for problem in error.problems), error
    else:
        assert outcome == decide(rules[rule], data["settings"], profile, at=moment(data), config=data.get("config"))
