"""The compiler that runs npm's mjml: what it says where there is none, and what it does where there is one."""

import os
from pathlib import Path

import pytest

from mailweave.pipeline import StageError
from mailweave_plugins.stages.mjml_node import VARIABLE, MjmlNode

PAGE = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"
INSTALLED = Path(__file__).parents[2] / "references/mjml/node_modules/.bin/mjml"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_says_how_to_install_it(elsewhere):
    with pytest.raises(StageError, match="run `npm install mjml` in the workspace"):
        MjmlNode().compile(PAGE)


def test_says_what_the_program_says(elsewhere):
    program(elsewhere / "node_modules/.bin/mjml", "echo 'Element mj-foo is unknown' >&2; echo '    at Object.x' >&2; exit 1")
    with pytest.raises(StageError, match=r"can't compile this: Element mj-foo is unknown$"):
        MjmlNode().compile(PAGE)


def test_says_that_the_program_cannot_run(elsewhere):
    program(elsewhere / "node_modules/.bin/mjml", "")
    (elsewhere / "node_modules/.bin/mjml").chmod(0o644)
    with pytest.raises(StageError, match="can't be run: Permission denied"):
        MjmlNode().compile(PAGE)


def test_reads_no_files():
    with pytest.raises(StageError, match="mj-include") as raised:
        MjmlNode().compile(PAGE.format("x").replace("<mj-text>", "<mj-include path='x'/><mj-text>"))
    assert raised.value.offset == PAGE.index("<mj-text>")


@pytest.mark.skipif(not INSTALLED.is_file(), reason="npm's mjml isn't installed: make references")
def test_compiles_with_the_real_one(monkeypatch):
    monkeypatch.setenv(VARIABLE, os.fspath(INSTALLED))
    html = MjmlNode().compile(PAGE.format("Hello placeholder-1-"))
    assert html.startswith("<!doctype html>")
    assert "Hello placeholder-1-" in html
    with pytest.raises(StageError, match="mj-foo"):
        MjmlNode().compile(PAGE.format("x").replace("mj-text", "mj-foo"))
    assert 'width="100"' in MjmlNode().compile(PAGE.replace("<mj-text>{}</mj-text>", '<mj-image width="100%" src="a" alt="" />'))


def test_refuses_what_the_program_leaves_out_with_a_warning(elsewhere):
    said = ["Line 1 (mj-image) — Attribute width has invalid value: 100%", "Line 1 (mj-foo) — Element mj-foo doesn't exist or is not registered"]
    program(elsewhere / "node_modules/.bin/mjml", "".join(f"echo \"{line}\" >&2; " for line in said) + "echo '<html></html>'")
    with pytest.raises(StageError, match=r"compile this: Line 1 \(mj-foo\) — Element mj-foo doesn't exist or is not registered$"):
        MjmlNode().compile(PAGE)
