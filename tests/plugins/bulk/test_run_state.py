"""What a run's folder says of it, whatever is in there."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace

import pytest

from mailweave import Problem
from mailweave.cli import run
from mailweave_plugins.bulk.kept import write_kept
from mailweave_plugins.bulk.manifest import MANIFEST, marker
from mailweave_plugins.bulk.pace.pause import pause
from mailweave_plugins.bulk.sight import reader as reading
from mailweave_plugins.bulk.sight import starts
from mailweave_plugins.bulk.sight.found import runs_in
from mailweave_plugins.bulk.sight.reader import Reader, read_state
from mailweave_plugins.bulk.sight.snapshots import Tally, write_snapshot
from mailweave_plugins.bulk.sight.starts import StartFile, at_work, start_file

from .watched import RUN, entries, journal, make_run, manifest, mark_done

FIRST, SECOND = ["sent", "refused", "deferred"], ["sent", "sent", "in doubt"]


@pytest.fixture
def folder(tmp_path):
    """A run of two parts, the first of them done."""
    found = tmp_path / "spring"
    make_run(found)
    (found / ".run").mkdir()
    mark_done(found, 0, entries(0, FIRST))
    return found


def tally(first, outcomes):
    found = Tally()
    for line in entries(first, outcomes):
        found.add(line)
    return found


def started(folder, **fields):
    """The record of a start that is at work here, or what is said of it."""
    file = StartFile.begin(folder, "mailweave run hello")
    file.change(run=RUN, working=time.time() - 10, **fields)
    return file


def test_a_paused_run_has_no_rate(folder, capsys):
    started(folder)
    assert (read_state(folder).paused, read_state(folder).rate is None) == (False, False)
    pause(folder)
    found = read_state(folder)
    assert (found.status, found.paused, found.rate, found.json()["paused"]) == ("running", True, None, True)
    run(["runs", str(folder)])
    said = capsys.readouterr()
    assert "hello: paused, 3 of 6" in said.out
    assert f"mailweave resume {folder}" in said.err


def test_a_stopped_run_counts_what_its_journals_say(folder):
    journal(folder, 1, entries(3, SECOND))
    found = read_state(folder)
    assert (found.status, found.done, found.parts_done, found.failed) == ("stopped", 6, 1, 1)
    assert found.outcomes == {"sent": 3, "refused": 1, "deferred": 1, "in doubt": 1}
    assert {one.name: one.count for one in found.reasons} == {"550 5.1.1": 1, "450": 1, "in doubt": 1}
    assert found.domains == {"test.example": 1}
    mark_done(folder, 1, entries(3, SECOND))
    assert read_state(folder).status == "waiting"
    mark_done(folder, 0, entries(0, ["sent"] * 3))
    assert read_state(folder).status == "finished"


def test_a_run_at_work_counts_what_its_workers_tell(folder):
    started(folder, before=1)
    write_snapshot(folder, RUN, 1, tally(3, ["sent"]))
    found = read_state(folder)
    assert (found.status, found.done, found.pid) == ("running", 4, os.getpid())
    assert found.rate == pytest.approx(0.3, rel=0.2)
    assert found.seconds_left == pytest.approx(2 / found.rate)


def test_a_run_of_files_that_is_at_work_counts_parts_under_way(tmp_path):
    make_run(tmp_path / "out", target="out")
    (tmp_path / "out/.run").mkdir()
    started(tmp_path / "out")
    write_snapshot(tmp_path / "out", RUN, 0, tally(0, ["written"]))
    assert read_state(tmp_path / "out").done == 1
    start_file(tmp_path / "out").unlink()
    # Stopped, that part is done again.
    assert (read_state(tmp_path / "out").status, read_state(tmp_path / "out").done) == ("stopped", 0)


def test_a_start_that_was_killed_is_seen(folder, monkeypatch):
    file = started(folder)
    assert at_work(folder, file.record)
    assert not at_work(folder, replace(file.record, pid=2**22 + 5))
    # Another process has its number now: it began after the record was written.
    assert not at_work(folder, replace(file.record, began=1.0))
    other = replace(file.record, host="elsewhere")
    assert at_work(folder, other)
    monkeypatch.setattr(starts, "SILENT", -1)
    assert not at_work(folder, other)
    file.end("complete")
    assert not at_work(folder, file.record)


def test_a_start_says_how_it_ended(folder):
    started(folder).end("interrupted")
    found = read_state(folder)
    assert (found.status, found.how, found.command) == ("stopped", "interrupted", "mailweave run hello")
    assert found.ended


def test_what_changes_is_read_again_and_nothing_else(folder, monkeypatch):
    reader, read = Reader(folder), []
    real = reading.read_marker
    monkeypatch.setattr(reading, "read_marker", lambda *words: read.append(words[2]) or real(*words))
    assert [reader.state().done for _ in range(3)] == [3, 3, 3]
    mark_done(folder, 1, entries(3, SECOND))
    assert (reader.state().done, reader.state().done, read) == (6, 6, [0, 1])


def test_a_large_folder_is_read_bit_by_bit(folder):
    mark_done(folder, 1, entries(3, SECOND))
    reader = Reader(folder)
    assert reader.state(until=0).complete is False
    assert reader.state(until=time.monotonic() + 60).complete is True


BROKEN = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe"),
    "deep": lambda path: path.write_bytes(b"[" * 100_000),
    "a list": lambda path: path.write_bytes(b"[]"),
    "large numbers": lambda path: path.write_bytes(b'{"part": ' + b"9" * 5000 + b"}"),
    "foreign": lambda path: path.write_text(json.dumps({"a": 1})),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nothing")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "a link outwards": lambda path: (path.unlink(), path.symlink_to("/etc/passwd")),
    "a device": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("name", [MANIFEST, "parts/part-00000.json", ".run/start.json", ".run/seen/00000.json", "journal/part-00001.ndjson"])
def test_nothing_in_a_folder_breaks_its_state(folder, name, broken):
    journal(folder, 1, entries(3, SECOND))
    started(folder)
    start_file(folder).write_bytes(start_file(folder).read_bytes())
    BROKEN[broken](folder / name)
    found = read_state(folder)
    json.dumps(found.json()).encode()
    assert (found.status == "damaged") == (name == MANIFEST)
    if name == "parts/part-00000.json":
        assert "a part is done is damaged" in found.problems[0].what
    elif name == ".run/seen/00000.json":
        assert found.outcomes["sent"] >= 1
    elif name != "journal/part-00001.ndjson":
        assert found.problems


@pytest.mark.parametrize("fields", [{"began": 1e300}, {"ended": 1e18}, {"began": float("nan")}, {"pid": 2**70}, {"host": "\ud800", "command": "\x00"}])
def test_an_odd_record_of_a_start_is_no_fault(folder, fields):
    write_kept(start_file(folder), {"began": 1.0, "host": "here", "pid": 1, "command": "", **fields})
    assert json.dumps(read_state(folder).json())


def test_runs_are_found_where_they_are(tmp_path):
    make_run(tmp_path / "a")
    (tmp_path / "b/.run").mkdir(parents=True)
    StartFile.begin(tmp_path / "b", "")
    (tmp_path / "not one").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "file").write_text("")
    os.utime(tmp_path / "a", (1, 1))
    assert runs_in([tmp_path]) == [tmp_path / "b", tmp_path / "a"]
    assert runs_in([tmp_path / "a", tmp_path / "a", tmp_path / "gone"]) == [tmp_path / "a"]
    assert read_state(tmp_path / "b").status == "preparing"


def test_the_command_shows_one_and_many(folder, capsys):
    journal(folder, 1, entries(3, SECOND))
    started(folder).end("interrupted")
    assert run(["runs", str(folder)]) == 0
    said, err = capsys.readouterr()
    assert said.startswith("hello: stopped, 6 of 6\n")
    assert "550 5.1.1\trefused\t1\t550 5.1.1 <x@y.example>: nobody\n" in said
    assert "to go on: mailweave run hello" in err
    other = folder.with_name("other")
    make_run(other)
    (other / MANIFEST).write_text("{}")
    assert run(["runs", str(folder.parent)]) == 1
    said, err = capsys.readouterr()
    assert [line.split("\t")[:3] for line in said.splitlines()[1:]] in ([["damaged", "nothing done", "0"], ["stopped", "6 of 6", "1"]], [["stopped", "6 of 6", "1"], ["damaged", "nothing done", "0"]])
    assert "its checksum is missing" in err
    assert run(["runs", str(folder / "parts")]) == 1
    assert "there is no run in" in capsys.readouterr()[1]


def test_nothing_in_a_folder_steers_the_terminal(tmp_path, capsys):
    folder, evil = tmp_path / "sent", "\x1b[2J\ud800\t\n\u202e"
    make_run(folder, campaign=f"hello {evil}")
    (folder / ".run").mkdir()
    lines = [{**line, "detail": evil} for line in entries(0, ["deferred"] * 3)]
    mark_done(folder, 0, lines)
    StartFile.begin(folder, evil).end("error", [Problem(evil, evil)])
    assert run(["runs", str(folder)]) == 0
    make_run(tmp_path / "other")
    assert run(["runs", str(tmp_path)]) == 0
    said, err = capsys.readouterr()
    assert not {"\x1b", "\ud800", "\u202e"} & set(said + err)
    assert "hello \ufffd[2J" in said


def test_many_parts_are_read_once(tmp_path, monkeypatch):
    """A million rows in 500 parts: looking again reads no marker."""
    make_run(tmp_path / "big", rows=(2,) * 500)
    for index in range(0, 500, 50):
        mark_done(tmp_path / "big", index, entries(2 * index, ["sent"] * 2))
    reader = Reader(tmp_path / "big")
    assert reader.state().parts_done == 10
    monkeypatch.setattr(reading, "read_marker", pytest.fail)
    assert (reader.state().parts_done, reader.state().done) == (10, 20)
    assert marker(tmp_path / "big", 0).exists()
    assert manifest((2,) * 500).total == 1000
