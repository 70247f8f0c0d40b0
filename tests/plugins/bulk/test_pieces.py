"""The pieces of a bulk run, each alone: what must hold for all inputs."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave_plugins.bulk import ids as ids_module
from mailweave_plugins.bulk import signals
from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.differences import write_suspects
from mailweave_plugins.bulk.durable import put_in_place
from mailweave_plugins.bulk.ids import Ids, find_twice
from mailweave_plugins.bulk.journal import Files, Journal
from mailweave_plugins.bulk.journal_file import Seal
from mailweave_plugins.bulk.lists import write_lists
from mailweave_plugins.bulk.progress import Meter

FEW = settings(max_examples=50, deadline=None)


@FEW
@given(st.lists(st.sampled_from([b"", b"a", b"b", b"c", b"d"]), max_size=30), st.integers(1, 7), st.randoms(use_true_random=False))
def test_the_first_row_of_an_id_counts_in_whatever_order_parts_come(tmp_path_factory, digests, size, chance):
    parts = [Ids(start, digests[start : start + size]) for start in range(0, len(digests), size)]
    chance.shuffle(parts)
    expected = tuple(row for row, digest in enumerate(digests) if digest and digest in digests[:row])
    assert find_twice(parts, tmp_path_factory.mktemp("ids") / "ids.sqlite") == expected


def test_a_column_that_is_no_id_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(ids_module, "_MOST", 10)
    with pytest.raises(MailweaveError, match="is the right column the id"):
        find_twice([Ids(0, [b"same"] * 20)], tmp_path / "ids.sqlite")


STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["sent", "refused", "deferred", None])), max_size=8)


@FEW
@given(STEPS, st.data())
def test_a_journal_cut_anywhere_says_what_was_certain(tmp_path_factory, steps, data):
    files = Files(tmp_path_factory.mktemp("journal"), 0)

    def opened():
        return Journal.opened(files, "run", lambda known: ())

    states = [{}]
    ends = [0]
    with opened() as journal:
        for row, outcome in steps:
            journal.intend({"row": row, "id": "p"})
            states.append({number: entry["outcome"] for number, entry in journal.known.items()})
            ends.append(files.main.stat().st_size)
            if outcome:
                journal.result({"row": row, "id": "p", "outcome": outcome})
                states.append({number: entry["outcome"] for number, entry in journal.known.items()})
                ends.append(files.main.stat().st_size)
    cut = data.draw(st.integers(0, ends[-1]))
    files.main.write_bytes(files.main.read_bytes()[:cut])
    if data.draw(st.booleans()):
        files.copy.unlink()
        expected = states[max(index for index, end in enumerate(ends) if end <= cut)]
    else:
        expected = states[-1]
    with opened() as journal:
        assert {number: entry["outcome"] for number, entry in journal.known.items()} == expected
        journal.result({"row": 9, "id": "p", "outcome": "sent"})
    with opened() as journal:
        assert journal.known[9]["outcome"] == "sent"
        assert journal.notes == []


LINE = Seal.of("run", 1).line(3, {"row": 2, "id": "ann \u2028"})


@FEW
@given(st.binary(max_size=40), st.integers(0, len(LINE)), st.integers(0, len(LINE)))
def test_only_its_own_lines_are_a_journals(garbage, start, end):
    changed = LINE[:start] + garbage + LINE[end:]
    assert Seal.of("run", 1).holds(changed) == (changed == LINE)
    assert not Seal.of("run", 2).holds(LINE)
    assert not Seal.of("other", 1).holds(LINE)


@pytest.mark.parametrize("folder", [False, True])
def test_what_fails_leaves_what_was_there(tmp_path, folder):
    def write(path, text):
        if folder:
            path.mkdir()
        (path / "a" if folder else path).write_text(text)

    target = tmp_path / "out"
    with put_in_place(target) as path:
        write(path, "first")
    with suppress(ZeroDivisionError), put_in_place(target) as path:
        write(path, "second")
        _ = 1 / 0
    assert (target / "a" if folder else target).read_text() == "first"
    with put_in_place(target) as path:
        write(path, "third")
    assert (target / "a" if folder else target).read_text() == "third"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(("text", "total", "allowed"), [("0", 10, 0), ("5", 10, 5), ("0.1%", 10_000, 10), ("0.1%", 999, 0), ("100%", 7, 7), ("2.5 %", 40, 1)])
def test_a_budget_is_a_count_or_a_share(text, total, allowed):
    assert Amount.parse(text).whole(total) == allowed


@pytest.mark.parametrize("text", ["", "-1", "1.5", "101%", "%", "x%"])
def test_anything_else_is_no_budget(text):
    with pytest.raises(ValueError, match="neither a count nor a share"):
        Amount.parse(text)


ENTRIES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"outcome": st.sampled_from(["written", "sent"]), "choice": st.dictionaries(st.sampled_from("ab"), st.sampled_from(["x / y", None]))}),
        st.fixed_dictionaries({"outcome": st.just("sent"), "compared": st.sampled_from([["first use"], ["sample"], ["sample", "first use"]])}, optional={"document": st.just("a1")}),
        st.just({"outcome": "rejected", "problems": [{"code": "no-id", "what": "none", "remedy": "add it", "path": "p.csv", "line": 2, "column": 1}]}),
        st.just({"outcome": "refused", "detail": "550 no"}),
    )
)


@given(ENTRIES, ENTRIES)
def test_counts_of_parts_are_the_counts_of_the_whole(first, second):
    whole, left, right = Counts(), Counts(), Counts()
    for entry in first:
        left.add(entry)
    for entry in second:
        right.add(entry)
    for entry in [*first, *second]:
        whole.add(entry)
    left = Counts.of(json.loads(json.dumps(left.json())))
    left.merge(right)
    assert left == whole


def test_suspects_are_what_was_handed_over_from_the_document(tmp_path):
    def write(name, *entries, end="\n"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries)[:-1] + end)

    def entry(row, outcome, document="a1"):
        return {"row": row, "id": f"p-{row}", "outcome": outcome, **({"document": document} if document else {})}

    # A part that is done, one that isn't, and one that was being sent: resent the reference way, settled, and cut off.
    write("ledger/part-00000.ndjson", entry(0, "written"), entry(1, "rejected", None), entry(2, "written", "b2"), entry(3, "written"))
    write("parts/part-00000.json", {})
    write("ledger/part-00001.ndjson", entry(4, "written"))
    sent = [entry(5, "in doubt"), entry(5, "in doubt", None), entry(5, "sent", None), entry(6, "in doubt"), entry(6, "refused"), entry(7, "in doubt")]
    journal = [Seal.of("run", 2).line(number, one) for number, one in enumerate([*sent, entry(8, "in doubt"), entry(8, "sent"), entry(9, "sent")], 1)]
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal/part-00002.ndjson").write_bytes(b"".join(journal)[:-1])
    found = write_suspects(tmp_path, "run", [{"document": "a1"}, {"document": None}], 3)
    assert [json.loads(line)["row"] for line in (tmp_path / "suspect.ndjson").read_text().splitlines()] == [0, 3, 5, 7, 8]
    assert str(found) == "5 messages that were handed over came from a document that differs, such as p-0, p-3, p-5"
    assert str(write_suspects(tmp_path, "run", [], 3)) == "no message that was handed over came from a document that differs"
    assert not (tmp_path / "suspect.ndjson").exists()


def test_lists_hold_each_kind(tmp_path):
    (tmp_path / "ledger").mkdir()
    entries = [{"row": row, "outcome": outcome} for row, outcome in enumerate(["sent", "rejected", "in doubt", "refused", "deferred"])]
    (tmp_path / "ledger/part-00000.ndjson").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    write_lists(tmp_path, [0], [{"row": 9, "outcome": "rejected"}])
    found = {path.name: [json.loads(line)["row"] for line in path.read_text().splitlines()] for path in tmp_path.glob("*.ndjson")}
    assert found == {"rejects.ndjson": [1, 3, 9], "in_doubt.ndjson": [2], "deferred.ndjson": [4]}
    write_lists(tmp_path, [], [])
    assert not list(tmp_path.glob("*.ndjson"))


def test_a_part_shows_how_far_it_is_and_stops_when_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(signals, "_EVERY", 0)
    (tmp_path / ".run").mkdir()
    signals.reset(tmp_path, 3)
    first, second = signals.Pulse(tmp_path, 0), signals.Pulse(tmp_path, 2)
    first.beat()
    second.beat(failed=True)
    second.beat()
    assert signals.under_way(tmp_path) == (3, 1)
    signals.clear(tmp_path, 2)
    assert signals.under_way(tmp_path) == (1, 0)
    with pytest.raises(signals.StoppedError):
        first.beat(failed=True, allowed=0)
    signals.ask_to_stop(tmp_path)
    with pytest.raises(signals.StoppedError):
        second.beat()
    signals.reset(tmp_path, 3)
    second.beat()


def test_without_a_terminal_progress_is_a_line_now_and_then(capsys, monkeypatch):
    moments = iter([0.0, 5.0, 12.0])
    monkeypatch.setattr("mailweave_plugins.bulk.progress.monotonic", lambda: next(moments))
    with Meter("Building", 4000, done=100) as meter:
        meter.show(600, 0)
        meter.show(1300, 2)
    assert capsys.readouterr() == ("", "Building: 1,300 of 4,000, 100 a second, 27 s left, 2 failed\n")


def test_the_time_left_knows_no_start_up_and_forgets_what_was_long_ago(capsys, monkeypatch):
    moments = iter([0.0, 29.0, 30.0, 40.0, 100.0, 110.0])
    monkeypatch.setattr("mailweave_plugins.bulk.progress.monotonic", lambda: next(moments))
    with Meter("Building", 10_000) as meter:
        for done in (0, 10, 1010, 1610, 1710):
            meter.show(done, 0)
    assert capsys.readouterr().err.splitlines() == [
        "Building: 0 of 10,000",
        "Building: 1,010 of 10,000, 100 a second, 1 min 30 s left",
        "Building: 1,610 of 10,000, 10 a second, 13 min 59 s left",
        "Building: 1,710 of 10,000, 10 a second, 13 min 49 s left",
    ]
