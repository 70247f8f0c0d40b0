"""Every rule's domain reaches a match and a miss: permutations and dead variants are computed from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from mailweave.testing import assert_sound

HERE = Path(__file__).parent
DOMAINS = [
    pytest.param(rule, settings, id=f"{rule}: {settings}")
    for rule, rows in yaml.safe_load((HERE / "domains.yaml").read_text(encoding="utf-8")).items()
    for settings in rows
]
CASES = {
    f"{path.stem}: {case['settings']} {case.get('config')}": (path.stem, case["settings"], case.get("config"))
    for path in sorted((HERE / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize(("rule", "settings"), DOMAINS)
def test_reaches_both_outcomes(mailweave_engine, rule, settings):
    assert_sound(mailweave_engine.registry.classes["rules"][rule], settings)


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("schedule")])
def test_reaches_both_outcomes_for_the_settings_of_every_case(mailweave_engine, name):
    rule, settings, config = CASES[name]
    assert_sound(mailweave_engine.registry.classes["rules"][rule], settings, config=config)


@pytest.mark.parametrize("at", [datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)])
@pytest.mark.parametrize("window", [{"within": "0 days"}, {"before": "5 days"}, {"after": "5 days"}, {"before": "100 days", "after": "200 days"}])
@pytest.mark.parametrize("day", ["birthday", "anniversary"])
def test_windows_reach_both_outcomes_on_days_at_the_edge(mailweave_engine, day, window, at):
    assert_sound(mailweave_engine.registry.classes["rules"]["lifecycle"], {day: window}, at=at)


@pytest.mark.parametrize("stage", ["new", "active", "lapsing", "lapsed", "won_back"])
@pytest.mark.parametrize(
    "config",
    [
        {"new_within": "90 days", "active_within": "10 days", "lapsing_within": "20 days", "won_back_within": "1 day"},
        {"won_back_within": "30 minutes"},
        {"new_within": "0 days", "active_within": "0 days"},
    ],
)
def test_stages_reach_both_outcomes_for_other_thresholds(mailweave_engine, stage, config):
    assert_sound(mailweave_engine.registry.classes["rules"]["lifecycle"], {"stage": stage}, config=config)
