"""The pieces by which one row's fault stays with it, each alone."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from mailweave.errors import MailweaveError, Place
from mailweave_plugins.bulk import watch as watch_module
from mailweave_plugins.bulk.crew import Death
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.position import (
    BUILDING,
    COMPILING,
    OPENING,
    READING,
    SENDING,
    WRITING,
    Position,
    PositionFile,
    forget_position,
    position_of,
)
from mailweave_plugins.bulk.signals import Pulse, reset
from mailweave_plugins.bulk.suspects import Suspects
from mailweave_plugins.bulk.verdicts import Verdict, note_verdict, verdicts
from mailweave_plugins.bulk.watch import Watch

SEGV = Death("died of SIGSEGV (segmentation fault)", own=True)
KILLED = Death("died of SIGKILL (killed)")
LATE = Death("was at it for more than 1 s", late=True, tries=1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".run").mkdir()
    reset(tmp_path, 3)
    return tmp_path


def test_a_worker_says_where_it_is(folder):
    assert position_of(folder, 1) == Position(None, OPENING)
    file = PositionFile(folder, 1)
    file.note("filling slot 'hero' (content_blocks/hero/größe.mjml)", 12)
    file.note(BUILDING, 13)
    assert position_of(folder, 1) == Position(13, BUILDING)
    file.note("\ud800" + "x" * 1000, 2**40)
    assert position_of(folder, 1) == Position(2**40, "?" + "x" * 399)
    file.note(BUILDING)
    assert (position_of(folder, 1), position_of(folder, 2)) == (Position(None, BUILDING), Position(None, OPENING))
    forget_position(folder, 1)
    assert position_of(folder, 1).doing == OPENING


def test_who_waits_for_a_server_is_at_no_row(folder):
    pulse = Pulse(folder, 0)
    pulse.at(SENDING, 3)
    pulse.listen()
    assert position_of(folder, 0).row is None


# What the clock says at each look, where the process is, how long it has waited for a processor by then; and whether that is too long at last.
LOOKS = [
    ("one row", [(0, BUILDING, 0), (2, BUILDING, 0), (4, BUILDING, 0), (5, BUILDING, 0)], True),
    ("not yet", [(0, BUILDING, 0), (2, BUILDING, 0), (4, BUILDING, 0)], False),
    ("a machine with much to do", [(0, BUILDING, 1), (2, BUILDING, 1), (4, BUILDING, 2), (6, BUILDING, 3)], False),
    ("a machine that was suspended", [(0, BUILDING, 0), (1000, BUILDING, 0)], False),
    ("compiling a document", [(0, COMPILING, 0), (2, BUILDING, 0), (4, BUILDING, 0), (6, BUILDING, 0), (8, BUILDING, 0)], False),
    ("compiling for ever", [(0, COMPILING, 0), (2, COMPILING, 0), (4, COMPILING, 0), (6, COMPILING, 0), (8, COMPILING, 0), (10, COMPILING, 0)], True),
    ("a slow server", [(second, SENDING, 0) for second in range(0, 50, 2)], False),
    ("a server that never answers", [(second, SENDING, 0) for second in range(0, 54, 2)], True),
]


@pytest.mark.parametrize(("looks", "late"), [look[1:] for look in LOOKS], ids=[look[0] for look in LOOKS])
def test_only_time_that_a_row_could_have_used_counts(monkeypatch, looks, late):
    watch = Watch(0, 5)
    found = False
    for now, doing, waited in looks:
        monkeypatch.setattr(watch_module, "monotonic", lambda now=now: now)
        monkeypatch.setattr(watch, "_waited", lambda waited=waited: waited)
        found = watch.overdue(Position(7, doing))
    assert found is late


def test_each_row_has_its_own_time_and_opening_has_none(monkeypatch):
    watch = Watch(0, 3)
    for second in range(0, 40, 2):
        monkeypatch.setattr(watch_module, "monotonic", lambda second=second: second)
        assert not watch.overdue(Position(second, BUILDING) if second < 20 else Position(None, OPENING))


def tried(folder, *ends):
    """What is done after each end: (where the worker was, how it died or None when it answered). The order that comes last."""
    suspects, order = Suspects(), Order(folder, "run", 0)
    for position, death in ends:
        PositionFile(folder, 0).note(position.doing, position.row)
        order = suspects.died(order, death) if death else suspects.answered(order)
    return order


AT = Position(4, BUILDING)


@pytest.mark.parametrize(
    ("ends", "alone", "code"),
    [
        ([(AT, SEGV)], 4, None),
        ([(AT, SEGV), (AT, SEGV)], 4, None),
        ([(AT, SEGV), (AT, SEGV), (AT, SEGV)], None, "worker-died"),
        ([(AT, KILLED), (AT, None)], None, None),
        ([(AT, KILLED), (AT, None), (AT, KILLED), (AT, KILLED), (AT, None)], None, None),
        ([(AT, LATE), (AT, LATE)], None, "took-too-long"),
        ([(AT, LATE), (AT, None)], None, None),
        ([(AT, SEGV), (Position(None, OPENING), SEGV)], 4, None),
        ([(Position(4, SENDING), SEGV)], None, None),
        ([(Position(4, SENDING), SEGV)] * 3, None, "worker-died"),
        ([(Position(None, OPENING), KILLED)] * 4, None, None),
    ],
)
def test_a_row_is_rejected_when_it_ends_its_worker_alone_too(folder, ends, alone, code):
    order = tried(folder, *ends)
    assert order.alone == alone
    assert {row: verdict.code for row, verdict in verdicts(folder, "run").items()} == ({4: code} if code else {})


def test_a_row_that_a_verdict_does_not_help_is_not_even_read(folder):
    note_verdict(folder, "run", Verdict(4, "worker-died", "it died", "mend it"))
    tried(folder, (Position(4, READING), SEGV))
    assert verdicts(folder, "run")[4].unread


def test_where_several_rows_may_be_to_blame_each_is_done_by_itself(folder):
    for doing in (READING, WRITING):
        assert tried(folder, (Position(4, doing), SEGV)).singly
    assert not tried(folder, (AT, SEGV)).singly


@pytest.mark.parametrize("position", [Position(None, OPENING), Position(4, BUILDING)])
def test_a_part_whose_rows_are_all_innocent_is_given_up(folder, position):
    ends = [(position, KILLED), *([(position, None)] if position.row else [])] * 9
    with pytest.raises(MailweaveError, match=r"part 0 isn't done: its workers end again and again; the last one died of SIGKILL"):
        tried(folder, *ends)
    assert not verdicts(folder, "run")


def test_verdicts_hold_for_their_run_and_what_is_damaged_is_tried_again(folder):
    for row in (1, 2):
        note_verdict(folder, "run", Verdict(row, "worker-died", "it died", "mend it", unread=row == 2))
    path = folder / ".run/verdicts.ndjson"
    whole = path.read_bytes()
    assert verdicts(folder, "run")[2].problem(Place("p.csv", 3)).json()["line"] == 3
    assert not verdicts(folder, "another")
    found = Counter()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        note_verdict(folder, "run", Verdict(9, "took-too-long", "it took long", ""))
        known = verdicts(folder, "run")
        assert 9 in known
        found[len(known)] += 1
    assert set(found) == {1, 2, 3}
    for damage in (b"[]\n", b"null\n", b'{"run": "run"}\n', b'{"run": "run", "row": "x"}\n', b'{"run": "run", "row": 1, "more": 2}\n', b"\xff\xfe\0\n"):
        path.write_bytes(damage)
        assert not verdicts(folder, "run")


def test_half_of_a_character_stays_an_escape():
    line = json_line({"id": "a\ud800", "name": "\U0001f600", "text": "\\ud800"})
    assert line == '{"id":"a\\ud800","name":"\U0001f600","text":"\\\\ud800"}\n'
    assert json.loads(line.encode()) == {"id": "a\ud800", "name": "\U0001f600", "text": "\\ud800"}


@pytest.mark.parametrize(
    ("code", "how", "own"),
    [(-11, "died of SIGSEGV (segmentation fault)", True), (-9, "died of SIGKILL (killed)", False), (3, "ended itself with status 3", True), (-99, "died of signal 99", False)],
)
def test_how_a_process_ended(code, how, own):
    assert (Death.of(code).how, Death.of(code).own) == (how, own)
