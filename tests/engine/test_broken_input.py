"""Every kind of broken input and the messages it gets; the table is data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from mailweave.audit import audit
from mailweave.errors import MailweaveError
from mailweave.testing import AT, MINIMAL, write_files

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "broken.yaml").read_text(encoding="utf-8"))


def test_the_table_is_large_and_says_something_of_each_kind():
    assert len(CASES) >= 100
    assert all(case["says"] for case in CASES)
    assert max(Counter(case["name"] for case in CASES).values()) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_says_what_is_wrong_and_where(case, tmp_path, mailweave_engine):
    files = {**MINIMAL, **case["files"]}
    write_files(tmp_path, {name: text for name, text in files.items() if name not in case.get("remove", ())})
    try:
        problems = audit(mailweave_engine.open(tmp_path), AT)
    except MailweaveError as error:
        problems = list(error.problems)
    assert [str(problem) for problem in problems] == case["says"]
    assert all(problem.place and problem.remedy for problem in problems)


def test_the_minimal_workspace_itself_is_fine(make_workspace):
    assert audit(make_workspace(), AT) == []
