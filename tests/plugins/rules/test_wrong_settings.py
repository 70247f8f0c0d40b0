"""What a user gets who writes wrong settings: what is wrong, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mailweave.errors import MailweaveError
from mailweave.testing import decide

WRONG = [
    pytest.param(rule, case["settings"], case["message"], id=f"{rule}: {case['settings']}")
    for rule, cases in yaml.safe_load((Path(__file__).parent / "wrong_settings.yaml").read_text(encoding="utf-8")).items()
    for case in cases
]


@pytest.mark.parametrize(("rule", "wrong", "message"), WRONG)
def test_wrong_settings_get_a_remedy(mailweave_engine, rule, wrong, message):
    with pytest.raises(MailweaveError) as caught:
        decide(mailweave_engine.registry.classes["rules"][rule], wrong)
    assert str(caught.value) == f"test.yaml:1:1: {message}"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"active_within": "200 days"}, "active_within isn't shorter than lapsing_within – a customer is active first, then lapsing"),
        ({"new_within": "a month"}, "'a month' is no span of time – write a number and minutes, hours, days or weeks, like '90 days'"),
        ({"new_within": None}, "'new_within' is empty – write a value, or leave `new_within` out"),
        ({"new_witin": "9 days"}, "unknown key 'new_witin' – did you mean 'new_within'?"),
    ],
)
def test_wrong_thresholds_get_a_remedy(mailweave_engine, config, message):
    with pytest.raises(MailweaveError) as caught:
        decide(mailweave_engine.registry.classes["rules"]["lifecycle"], {"stage": "new"}, config=config)
    assert str(caught.value) == f"test.yaml:1:1: {message}"
