"""The README's examples are what really happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailweave.cli import run

README = Path(__file__).parents[1] / "README.md"
RUN = re.compile(r"<!-- run: (?P<command>mailweave [^>]*?)(?:, with `(?P<old>[^`]*)` for `(?P<new>[^`]*)` in (?P<file>\S+))? -->\n```\w*\n(?P<output>.*?)```", re.DOTALL)
EXAMPLES = list(RUN.finditer(README.read_text(encoding="utf-8")))


@pytest.fixture
def shop(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "shop"]) == 0
    monkeypatch.chdir(tmp_path / "shop")
    capsys.readouterr()
    return tmp_path / "shop"


def test_there_are_examples():
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["command"])
def test_what_is_shown_is_what_is_printed(example, shop, capsys):
    if example["file"]:
        path = shop / example["file"]
        path.write_text(path.read_text().replace(example["new"], example["old"]))
    run(example["command"].split()[1:])
    printed = capsys.readouterr()
    assert (printed.out + printed.err).strip() == example["output"].strip()


def test_the_python_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "shop"]) == 0
    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names = {}
    exec(code[1], names)
    assert names["message"].subject == "Welcome, Ann"
