"""Settings that are accepted nowhere because nobody means them: blanks, keys that another one makes void, what can never hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mailweave.errors import MailweaveError
from mailweave.testing import MINIMAL, write_files

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "void.yaml").read_text(encoding="utf-8"))
FILES = {"campaign": "campaigns/hello.yaml", "config": "mailweave.yaml", "block": "content_blocks/note/block.yaml"}


def changed(kind, change):
    """The minimal workspace's file with some of its keys changed."""
    if kind == "slots":
        return {FILES["campaign"]: yaml.safe_dump({"subject": "Hello", "slots": {"note": change}})}
    return {FILES[kind]: yaml.safe_dump({**yaml.safe_load(MINIMAL[FILES[kind]]), **change}, allow_unicode=True)}


def opened(engine, root):
    workspace = engine.open(root)
    return workspace.campaign("hello"), workspace.sources


@pytest.mark.parametrize(("kind", "change", "wanted"), [pytest.param(kind, *case, id=f"{kind}: {case[0]}") for kind in CASES for case in CASES[kind]])
def test_what_nobody_means_is_refused(tmp_path, mailweave_engine, kind, change, wanted):
    write_files(tmp_path, {**MINIMAL, **changed(kind, change)})
    with pytest.raises(MailweaveError) as caught:
        opened(mailweave_engine, tmp_path)
    assert [problem.sentence for problem in caught.value.problems] == [wanted]
    assert all(problem.place and problem.place.line for problem in caught.value.problems)
