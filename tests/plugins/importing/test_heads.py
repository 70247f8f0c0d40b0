"""What becomes of a mail's title and preview line, wherever something looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mailweave_plugins.importing.making import left_to_do

from .conftest import put_together

CASES = yaml.safe_load((Path(__file__).parent / "heads.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["is"])
def test_subject_and_preheader_are_what_the_mail_says(made_of, mailweave_engine, shop, case):
    body = case.get("body", "<p>x</p>")
    text = case.get("text", f"<html><head>{case.get('head')}</head><body>{body}</body></html>")
    made, told = made_of(text)
    assert (made.subject, made.preheader) == (case["subject"], case.get("preheader", ""))
    assert put_together(made) == text.replace(body, case.get("left", body))
    assert [problem.code for problem in told] == case.get("told", [])
    assert left_to_do(mailweave_engine, mailweave_engine.open(shop), made, told) == []
