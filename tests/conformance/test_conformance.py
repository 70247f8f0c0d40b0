"""The conformance command itself, on tiny suites of our own words in the formats of the public ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.__main__ import main
from conformance.case import VERDICTS, Case
from conformance.decisions import ROOT, Decision, read_decisions, undocumented
from conformance.suites import SUITES
from conformance.suites.shopify_liquid import cases as recorded_cases
from conformance.templates import Filler, judge

GOLDEN = [
    {"name": "plain", "template": "Hi {{ who }}", "data": {"who": "Ann"}, "result": "Hi Ann"},
    {"name": "either", "template": "{{ 'b' }}", "results": ["a", "b"]},
    {"name": "partial", "template": "{% render 'card' %}", "templates": {"card": "a card"}, "result": "a card"},
    {"name": "no such tag", "template": "{% flourish %}", "invalid": True},
]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str]:
        code = main([*map(str, arguments), "--build", str(tmp_path / "build")])
        return code, capsys.readouterr().out

    return command


@pytest.fixture
def golden(tmp_path: Path) -> Callable[..., Path]:
    def checkout(*more: dict[str, Any]) -> Path:
        (tmp_path / "golden_liquid.json").write_text(json.dumps({"tests": [*GOLDEN, *more]}))
        return tmp_path

    return checkout


def test_a_suite_that_agrees(golden: Callable[..., Path], run: Run) -> None:
    code, text = run(golden())
    assert code == 0
    assert text.splitlines()[:2] == ["golden-liquid: 4 cases", "      4  same"]


@pytest.mark.parametrize(
    ("case", "got"),
    [
        ({"name": "text", "template": "{{ 1 }}", "result": "2"}, "'1'"),
        ({"name": "not refused", "template": "{{ 1 }}", "invalid": True}, "'1'"),
        ({"name": "refused for no reason", "template": "{% flourish %}", "result": ""}, "template:1:"),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) else "",
)
def test_a_difference_is_shown_and_fails(golden: Callable[..., Path], run: Run, case: dict[str, Any], got: str) -> None:
    code, text = run(golden(case))
    assert code == 1
    assert f"different: {case['name']}" in text
    assert got in text.split("got:")[1]
    assert f"different: {case['name']}" not in run(golden(case), "--show", "0")[1]
    assert f"different: {case['name']}" not in run(golden(case), "--filter", "elsewhere")[1]


def test_the_same_as_json(golden: Callable[..., Path], run: Run) -> None:
    (report,) = json.loads(run(golden({"name": "text", "template": "{{ 1 }}", "result": "2"}), "--json")[1])
    assert report["counts"] == {"same": 4, "refused": 0, "decided": 0, "different": 1, "left out": 0}
    assert report["cases"][-1] == {"name": "text", "verdict": "different", "kind": "", "template": "{{ 1 }}", "data": {}, "partials": {}, "expected": ["2"], "got": "1"}


def test_a_suite_without_cases_is_no_success(golden: Callable[..., Path], run: Run) -> None:
    checkout = golden()
    (checkout / "golden_liquid.json").write_text('{"tests": []}')
    assert run(checkout)[0] == 1


def test_what_is_no_suite(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "git clone --depth 1 https://github.com/jg-rp/golden-liquid" in capsys.readouterr().err
    assert main([]) == 2


@pytest.mark.parametrize("language", ["liquid", "handlebars", "mustache", "mjml", "import"])
def test_each_decision_has_its_reason_in_the_documentation(language: str) -> None:
    assert undocumented(read_decisions(language)) == []


def test_a_reason_that_is_not_documented_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Names are\ntext, so that they are known.")
    known = Decision("k", "a.md", "Names are text", error="x")
    assert undocumented([known, Decision("l", "a.md", "because", error="x"), Decision("m", "b.md", "Names", error="x")], tmp_path) == [
        Decision("l", "a.md", "because", error="x"),
        Decision("m", "b.md", "Names", error="x"),
    ]


def test_a_refusal_and_a_decision() -> None:
    filler = Filler.of("liquid", "none")
    decisions = [Decision("tags", "", "", error="flourish"), Decision("ones", "", "", gives=r"^\{\{ 1", cases=("one",))]
    cases = [Case(name, template, expected=("2",)) for name, template in (("t", "{% flourish %}"), ("one", "{{ 1 }}"), ("two", "{{ 1 }}"))]
    verdicts = [judge(case, filler, decisions) for case in cases]
    assert [(found.verdict, found.kind) for found in verdicts] == [("refused", "tags"), ("decided", "ones"), ("different", "")]


def test_a_recording_in_several_modes_is_one_case() -> None:
    entries = [{"name": "a", "template": "{{ x", "data": {}, "partials": {}, **one} for one in ({"output": "{{ x"}, {"error": "unclosed"})]
    (both,) = recorded_cases(entries)
    assert (both.expected, both.refusable) == (("{{ x",), True)
    assert judge(both, Filler.of("liquid", "none"), ()).verdict == "same"


def test_the_documentation_names_every_suite_and_verdict() -> None:
    text = (ROOT / "docs/conformance.md").read_text(encoding="utf-8")
    assert [suite.repository for suite in SUITES if f"| [{suite.repository}](https://github.com/{suite.repository}) |" not in text] == []
    assert [verdict for verdict in VERDICTS if f"| {verdict} |" not in text] == []
