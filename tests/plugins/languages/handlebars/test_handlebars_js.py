"""What a template gives is what Handlebars.js 4.7 gives, recorded by tests/references/handlebars, but for what is refused on purpose."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailweave.errors import MailweaveError

FOLDER = Path(__file__).parent
TABLE = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
RECORDED = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))["cases"]
CASES = [{"data": TABLE["common"], **case, "output": one["output"]} for case, one in zip(TABLE["cases"], RECORDED, strict=True)]
SAME = [case for case in CASES if "refused" not in case]
REFUSED = [case for case in CASES if "refused" in case]
PLAIN = [case for case in SAME if "strict" not in case]
STRICT = [{**case, "refused": case["strict"]} for case in SAME if "strict" in case]
RANDOM = json.loads((FOLDER / "random.json").read_text(encoding="utf-8"))
# What Handlebars.js crashes at, or takes for something else than it says.
ON_PURPOSE = {"unsupported", "bad-parameters"}


def name(case: dict[str, Any]) -> str:
    return str(case["template"])


@pytest.mark.parametrize("case", SAME, ids=name)
def test_the_output_is_that_of_handlebars_js(case: dict[str, Any], render: Callable[..., str]) -> None:
    assert render(case["template"], case["data"], "html", case.get("partials")) == case["output"]


@pytest.mark.parametrize("case", PLAIN, ids=name)
def test_escaped_by_context_only_the_entities_differ(case: dict[str, Any], render: Callable[..., str]) -> None:
    assert unescape(render(case["template"], case["data"], "markup", case.get("partials"))) == unescape(case["output"])


@pytest.mark.parametrize("case", [*REFUSED, *STRICT], ids=name)
def test_what_differs_is_refused_with_place_and_remedy(case: dict[str, Any], render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        render(case["template"], case["data"], "markup", case.get("partials"))

    assert {problem.code for problem in caught.value.problems} == {case["refused"]}
    assert all(problem.place and problem.remedy for problem in caught.value.problems)


def test_the_table_is_whole() -> None:
    assert [case["template"] for case in TABLE["cases"]] == [one["template"] for one in RECORDED]
    assert len(PLAIN) > 400
    assert all(case["why"] for case in REFUSED if case["output"] is not None)
    assert all(case["output"] is not None for case in SAME)


def outcome(case: dict[str, Any], escaping: str, render: Callable[..., str]) -> str | set[str]:
    """The text, or the codes of what is wrong."""
    try:
        return render(case["template"], RANDOM["common"], escaping, RANDOM["partials"])
    except MailweaveError as error:
        return {problem.code for problem in error.problems}


def test_random_templates_give_what_handlebars_js_gives(render: Callable[..., str]) -> None:
    found = [(case, outcome(case, "html", render)) for case in RANDOM["cases"]]
    refused = [codes for _, codes in found if isinstance(codes, set)]
    different = [(case, got) for case, got in found if isinstance(got, str) and got != case["output"]]
    surprising = [(case, got) for case, got in found if isinstance(got, set) and case["output"] is not None and got - ON_PURPOSE]

    assert (different, surprising) == ([], [])
    assert len(found) > 600
    assert len(refused) < len(found) / 10


def test_random_templates_escaped_by_context_differ_in_entities_only(render: Callable[..., str]) -> None:
    found = [(case, outcome(case, "markup", render)) for case in RANDOM["cases"]]
    filled = [(case, got) for case, got in found if isinstance(got, str)]

    assert [case for case, got in filled if case["output"] is None or unescape(got) != unescape(case["output"])] == []
    assert len(filled) > 250


@pytest.mark.parametrize(
    "template",
    [
        "{{#each list}}{{#if @root.on}}{{#if this}}wrong{{else}}gone{{/if}}{{/if}}{{/each}}",
        "{{#each list}}{{#unless @root.on}}{{else}}{{#if this}}wrong{{else}}gone{{/if}}{{/unless}}{{/each}}",
        "{{#each list}}{{#each this}}{{else}}{{#if this}}wrong{{else}}gone{{/if}}{{/each}}{{/each}}",
        "{{#each list}}{{#with this}}{{else}}{{#if this}}wrong{{else}}gone{{/if}}{{/with}}{{/each}}",
    ],
)
def test_null_stays_null_in_blocks(template: str, render: Callable[..., str]) -> None:
    """Handlebars.js takes the other branch: it makes an empty object of `this` there."""
    assert render(template, {"list": [None], "on": True}) == "gone"
