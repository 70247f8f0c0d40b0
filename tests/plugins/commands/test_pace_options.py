"""The options of a run's pace, and `mailweave pause`, as a person meets them."""

from __future__ import annotations

import pytest

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files

SENDS = ["--to", "smtp://127.0.0.1:9", "--ledger", "sent"]


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """A command in a workspace with one profile: its status, and what it says."""
    write_files(tmp_path, {**MINIMAL, "p.ndjson": '{"id": "p-0", "email": "ann@test.example"}\n'})
    monkeypatch.chdir(tmp_path)

    def go(*words):
        status = run(list(words))
        said, err = capsys.readouterr()
        return status, " ".join((said + err).split())

    return go


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([*SENDS, "--rate", "100"], "'--rate': '100' isn't a rate; write it like 20/s, 100/min or 2000/h"),
        ([*SENDS, "--rate", "5/hours"], "'hours' isn't a unit; did you mean"),
        ([*SENDS, "--limits", "builtn"], "'--limits': there is no file 'builtn'; did you mean 'builtin'?"),
        ([*SENDS, "--warm-up", "plan.yaml"], "'--warm-up': there is no file 'plan.yaml'"),
        ([*SENDS, "--window", "9-20"], "'--window': '9-20' isn't a window; write it like 09:00-20:00"),
        ([*SENDS, "--window", "09:00-20:00", "--window-zone", "Oslo"], "'--window-zone': 'Oslo' is no time zone; did you mean 'Europe/Oslo'?"),
        ([*SENDS, "--window-zone", "Europe/Oslo"], "--window-zone is for --window"),
        ([*SENDS, "--until", "2020-01-01"], "'--until': '2020-01-01' is over; name a time to come"),
        ([*SENDS, "--max-refused", "many"], "'--max-refused': 'many' is neither a count nor a share"),
        (["--to", "out", "--warm-up", "50"], "--warm-up is for a run that sends messages"),
    ],
    ids=str,
)
def test_a_wrong_option_is_said(call, words, says):
    status, said = call("run", "hello", "--profiles", "p.ndjson", *words)
    assert status == 2
    assert says in said


def test_mistakes_in_a_plan_are_reported_with_their_places(call, tmp_path):
    (tmp_path / "plan.yaml").write_text("dais: [50, 100]\nreceivers: {Gmail: [10, none]}\n")
    status, said = call("run", "hello", "--profiles", "p.ndjson", *SENDS, "--warm-up", "plan.yaml")
    assert status == 1
    assert "plan.yaml:1:1: unknown key 'dais' – did you mean 'days'?" in said
    assert "plan.yaml:2:20: 'none' isn't a number of messages" in said


def test_pause_and_resume(call, tmp_path):
    status, said = call("pause", "out")
    assert status == 1
    assert "there is no run in out" in said
    call("run", "hello", "--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--jobs", "1")
    assert call("resume", "out") == (0, "the run in out isn't paused")
    assert call("pause", "out") == (0, "no run is at work in out now; whoever starts it waits for: mailweave resume out")
    assert "the run in out is paused since 20" in call("pause", "out")[1]
    assert call("resume", "out") == (0, "the run in out is no longer paused; nobody is at work on it now")
