"""`mailweave render --verify` and `--reference`, and what `check` says of places that aren't compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailweave.cli import run
from mailweave.workspace import Workspace

AT = ("--at", "2026-11-23T10:00:00Z")
Make = Callable[..., Workspace]


def test_verify(make_workspace: Make, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(make_workspace({"profiles/ben.yaml": "first_name: Ben"}).root)

    assert run(["render", "hello", "--verify", "9", "-w", root, *AT]) == 0
    assert capsys.readouterr().out.startswith("2 messages came out equal both ways (4 compiled, 0 the reference way")


def test_verify_a_file(make_workspace: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(make_workspace().root)
    people = tmp_path / "people.yaml"
    people.write_text("- {first_name: Ann}\n- {first_name: Ben}\n- {first_name: Cy}\n")

    assert run(["render", "hello", "--verify", "2", "--profile", str(people), "-w", root, *AT]) == 0
    assert "2 messages came out equal" in capsys.readouterr().out


def test_a_wrong_profile_in_a_file(make_workspace: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(make_workspace().root)
    people = tmp_path / "people.yaml"
    people.write_text("- {first_name: Ann}\n- {first_name: 12}\n")

    assert run(["render", "hello", "--verify", "2", "--profile", str(people), "-w", root, *AT]) == 1
    assert ":2:" in capsys.readouterr().err


def test_reference_gives_the_same(make_workspace: Make, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    root = str(make_workspace().root)
    outputs = []
    for options in ([], ["--reference"]):
        assert run(["render", "hello", "--profile", "ann", "-w", root, *AT, *options]) == 0
        outputs.append(capsysbinary.readouterr().out)

    assert outputs[0] == outputs[1] != b""


def test_render_needs_a_profile(make_workspace: Make, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "hello", "-w", str(make_workspace().root), *AT]) == 2
    assert "--profile" in capsys.readouterr().err


def test_check_names_what_is_not_compiled(make_workspace: Make, capsys: pytest.CaptureFixture[str]) -> None:
    template = '<mj-section>\n  <mj-column>\n    <mj-text css-class="{{ customer.first_name }}">x</mj-text>\n  </mj-column>\n</mj-section>\n'
    root = str(make_workspace({"content_blocks/note/default.mjml": template}).root)

    assert run(["check", "-w", root, "--format", "json", *AT]) == 0
    out = capsys.readouterr().out
    assert '"code": "not-compiled"' in out
    assert '"line": 3' in out
    assert "`css-class` of `<mj-text>` decides" in out
