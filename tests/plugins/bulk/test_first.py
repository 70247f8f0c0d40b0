"""A first slice, then the others: in the same folder, nobody twice and nobody left out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailweave.readers import Part
from mailweave_plugins.bulk.before.first import border, cut
from mailweave_plugins.bulk.before.orders import Bounds
from mailweave_plugins.bulk.work import do_part
from mailweave_plugins.readers.ndjson import Ndjson

from .conftest import AT, customers, lines, write_profiles
from .mailing import PEOPLE, SIZE, mailing, outcomes, send
from .rude_server import Rude
from .smtp_server import Mailbox, serve

__all__ = ["mailing"]

ADDRESSES = [f"u{index}@test.example" for index in range(PEOPLE)]


def test_only_the_first_rows_of_a_part_are_sent_and_later_the_others(mailing, tmp_path):
    with Rude().up() as server:
        job = mailing(tmp_path, server)
        (seen,) = send(job, parts=(0,), before=Bounds(end=5))
        assert (seen.counts.done, server.kept) == (5, ADDRESSES[:5])
        # Fewer than were sent before: nobody gets a second one, and nobody is forgotten.
        (seen,) = send(job, parts=(0,), before=Bounds(end=3))
        assert (seen.counts.done, server.kept) == (3, ADDRESSES[:5])
        send(job)
    assert server.kept == ADDRESSES
    assert set(outcomes(tmp_path).values()) == {"sent"}


def test_rows_beyond_the_slice_that_a_damaged_journal_may_have_held_are_in_doubt(mailing, tmp_path):
    with Rude().up() as server:
        job = mailing(tmp_path, server)
        send(job, parts=(0,), before=Bounds(end=5))
        for path in (tmp_path / "journal/part-00000.ndjson", tmp_path / ".run/journal/part-00000.ndjson"):
            path.unlink()
        send(job, parts=(0,), before=Bounds(end=2))
        send(job)
    assert server.kept == [*ADDRESSES[:5], *ADDRESSES[SIZE:]]
    assert Counter(outcomes(tmp_path).values()) == {"in doubt": SIZE, "sent": PEOPLE - SIZE}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 45))
def test_a_border_changes_no_row(tmp_path, rows, size, row):
    path = write_profiles(tmp_path / "p.ndjson", customers(rows))
    reader = Ndjson()
    parts = cut(tuple(reader.split(path, size)), reader, path, row)
    assert [found.columns["id"] for part in parts for found in reader.read(path, part)] == [f"p-{index}" for index in range(rows)]
    assert [part.row for part in parts] == [sum(part.rows for part in parts[:index]) for index in range(len(parts))]
    if row <= rows:
        assert border(parts, row) == row


def test_files_hold_whole_parts():
    parts = (Part(0, 4, 1, 0, 4), Part(4, 6, 5, 4, 2))
    assert [border(parts, row) for row in range(7)] == [0, 4, 4, 4, 4, 6, 6]


WORDS = ["--profiles", "p.ndjson", "--at", AT, "--part-size", 5]


@pytest.mark.deep
def test_a_canary_of_a_run_by_several_workers(shop):
    write_profiles(shop.root / "p.ndjson", customers(24))
    mailbox = Mailbox({("rcpt", "u20@test.example"): "550 5.1.1 nobody here"})
    server = serve(mailbox)
    send = [*WORDS, "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out"]
    found = shop.call(*send, "--jobs", 2, "--first", "28%")
    assert (found.outcomes, found.complete, found.first) == ({"sent": 7}, False, {"profiles": 7, "complete": True})
    assert "the first 7 of 24 profiles are done (--first 28%) to go on with the others: mailweave" in " ".join(found.err.split())
    assert sorted(mailbox.got) == sorted(f"u{index}@test.example" for index in range(7))
    assert shop.call(*send, "--jobs", 1, "--first", 7).outcomes == {"sent": 7}
    found = shop.call(*send, "--jobs", 1, status=1)
    assert (found.outcomes, found.complete, found.first) == ({"sent": 23, "refused": 1}, True, None)
    server.stop()
    assert Counter(mailbox.got) == Counter(f"u{index}@test.example" for index in range(24) if index != 20)
    assert [entry["row"] for entry in shop.ledger()] == list(range(24))


@pytest.mark.deep
def test_the_slice_of_files_ends_where_it_was_asked_for_and_stays_as_it_is(shop):
    write_profiles(shop.root / "p.ndjson", customers(12))
    words = [*WORDS, "--to", "out", "--as", "ndjson", "--jobs", 1]
    assert shop.call(*words, "--first", 3).outcomes == {"written": 3}
    slice_ = (shop.out / "messages/part-00000.ndjson").read_bytes()
    # A border that wasn't there when the run began: to the end of its part.
    assert shop.call(*words, "--first", 4).first == {"profiles": 5, "complete": True}
    assert shop.call(*words).complete
    assert (shop.out / "messages/part-00000.ndjson").read_bytes() == slice_
    assert [row["row"] for row in lines(*sorted(shop.out.glob("messages/*")))] == list(range(12))


@pytest.mark.deep
def test_a_dry_run_counts_the_slice(shop):
    write_profiles(shop.root / "p.ndjson", customers(9))
    assert shop.call(*WORDS, "--dry-run", "--jobs", 1, "--first", 3).outcomes == {"chosen": 3}


def test_a_slice_ends_well_and_says_how_to_go_on(shop):
    write_profiles(shop.root / "p.ndjson", customers(9))
    found = shop.call(*WORDS, "--to", "out", "--as", "ndjson", "--jobs", 1, "--first", "28%")
    assert (found.outcomes, found.complete, found.first) == ({"written": 3}, False, {"profiles": 3, "complete": True})
    assert "the first 3 of 9 profiles are done (--first 28%) to go on with the others: mailweave" in " ".join(found.err.split())


@pytest.mark.parametrize(("first", "said"), [("0", "--first 0 is only for --seed-list"), ("x", "neither a count nor a share"), ("101%", "neither a count nor a share"), ("-1", "neither")])
def test_what_is_no_slice(shop, first, said):
    write_profiles(shop.root / "p.ndjson", customers(1))
    assert said in shop.call(*WORDS, "--to", "out", "--first", first, status=2).err


def test_a_part_that_is_not_this_starts_has_no_marker(mailing, tmp_path, monkeypatch):
    with Rude().up() as server:
        job = mailing(tmp_path, server)
        monkeypatch.setattr("mailweave_plugins.bulk.work.open_job", lambda *_: job)
        from mailweave_plugins.bulk.orders import Order

        order = Order(tmp_path, job.manifest.run, 0, patience=0, connections=1, before=Bounds(end=5))
        assert do_part(order).counts.done == 5
        assert not (tmp_path / "parts/part-00000.json").exists()
        assert do_part(Order(tmp_path, job.manifest.run, 0, patience=0, connections=1)).counts.done == SIZE
        assert (tmp_path / "parts/part-00000.json").exists()
