"""What a template gives is what Handlebars.js 4.7 gives, but for entities, and but for what is refused on purpose."""

from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailweave.errors import MailweaveError

TABLE = yaml.safe_load((Path(__file__).parent / "handlebars_js.yaml").read_text(encoding="utf-8"))
SAME = [case for case in TABLE["cases"] if "refused" not in case]
REFUSED = [case for case in TABLE["cases"] if "refused" in case]


def data_of(case: dict[str, Any]) -> Any:
    return case.get("data", TABLE["common"])


@pytest.mark.parametrize("case", SAME, ids=lambda case: case["template"])
def test_the_output_is_that_of_handlebars_js(case: dict[str, Any], render: Callable[..., str]) -> None:
    assert unescape(render(case["template"], data_of(case))) == unescape(case["output"])


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["template"])
def test_what_differs_is_refused_with_place_and_remedy(case: dict[str, Any], render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        render(case["template"], data_of(case))

    assert {problem.code for problem in caught.value.problems} == {case["refused"]}
    assert all(problem.place and problem.remedy for problem in caught.value.problems)


def test_the_table_is_whole() -> None:
    assert len(SAME) > 250
    assert {case["refused"] for case in REFUSED} == {"syntax", "missing-value", "bad-value", "bad-parameters", "unsupported"}
    assert all(case["output"] is None for case in REFUSED if case["refused"] == "syntax")
