"""What a user gets whose profile has a value of the wrong kind."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mailweave.errors import MailweaveError
from mailweave.testing import decide

ROWS = yaml.safe_load((Path(__file__).parent / "wrong_profiles.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("rule", "settings", "profile", "message"), ROWS)
def test_a_value_of_the_wrong_kind_gets_a_remedy(mailweave_engine, rule, settings, profile, message):
    with pytest.raises(MailweaveError) as caught:
        decide(mailweave_engine.registry.classes["rules"][rule], settings, profile)
    assert str(caught.value) == message
