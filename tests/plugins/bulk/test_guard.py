"""What goes out is compared with the reference: whole runs, with plugins that make the compiled way and the reference differ."""

from __future__ import annotations

import json

import pytest

from mailweave_plugins.bulk.amount import Amount
from mailweave_plugins.bulk.manifest import Manifest, part_name
from mailweave_plugins.bulk.sample import DEFAULT, sample_size, sampled

from .conftest import AT, customers, lines, write_profiles
from .faulty import FILES, MIXED, SIZE, assert_stopped, faulty, people
from .smtp_server import Mailbox, serve

__all__ = ["faulty"]

# Only the first part is of the group that is compiled first, so a sampled row of any later part differs.
ROWS = people(200, lambda index: "old" if index < SIZE else "new")


# The second document's first message is of the other group.
TWO_DOCUMENTS = people(60, lambda index: "old" if index < 10 else "new", more=lambda index: index >= 10)


@pytest.fixture
def post():
    """A mailbox, and the words that send to it."""
    mailbox = Mailbox()
    controller = serve(mailbox)
    yield mailbox, ["--to", f"smtp://127.0.0.1:{controller.port}", "--ledger", "out", "--part-size", SIZE]
    controller.stop()


def first_sampled(out):
    """The first sampled row after the first part."""
    manifest = Manifest.read(out / "manifest.json")
    return min(row for row in sampled(manifest.run, 200, 20) if row >= SIZE)


def ids(rows):
    return [f"p-{row}" for row in rows]


def test_a_difference_in_the_sample_stops_files(faulty):
    summary = faulty.go(ROWS, *FILES, "--jobs", 1, status=1)
    row = first_sampled(faulty.out)
    done = row // SIZE * SIZE
    assert [entry["id"] for entry in faulty.messages()] == ids(range(done))
    assert [path.stem for path in sorted(faulty.out.glob("messages/*"))] == [part_name(index) for index in range(done // SIZE)]
    assert (summary.done, summary.complete, summary.compared["differences"]) == (done, False, 1)
    assert f"p.ndjson:{row + 1}:1: html of 'p-{row}' differs at line" in summary.err
    assert "(slot 'note', content_blocks/note/default.mjml): compiled" in summary.err
    assert "Dear old friend" in summary.err
    assert "Dear new friend" in summary.err
    assert "go on with the same command and --reference" in summary.err
    (difference,) = faulty.differences()
    assert (difference["row"], difference["id"], difference["difference"]["part"]) == (row, f"p-{row}", "html")
    # All of them came from that one document, and none of them was in the sample but those of the first part.
    assert [entry["id"] for entry in faulty.suspects()] == ids(range(done))
    assert {entry["document"] for entry in faulty.ledger()} == {difference["document"]}
    assert f"{done} messages that were handed over came from a document that differs, such as p-0, p-1, p-2" in summary.err
    assert summary.lists == ["out/differences.ndjson", "out/suspect.ndjson"]

    # Whatever a start that died may have left, the list is made again from what was handed over.
    (faulty.out / "suspect.ndjson").write_text("stale\n")
    again = faulty.go(ROWS, *FILES, "--jobs", 1, status=1)
    assert (again.done, again.before, len(faulty.differences())) == (done, done, 1)
    assert f"p.ndjson:{row + 1}:1: html of 'p-{row}' differs" in again.err
    assert [entry["id"] for entry in faulty.suspects()] == ids(range(done))

    # Status 1: what is suspect stays so.
    whole = faulty.go(ROWS, *FILES, "--jobs", 1, "--reference", status=1)
    assert [entry["id"] for entry in faulty.messages()] == ids(range(200))
    assert ["Dear old" in entry["html"] for entry in faulty.messages()] == [row < done for row in range(200)]
    assert (whole.done, whole.complete, whole.suspects, whole.compared["differences"]) == (200, True, done, 1)
    assert [entry["id"] for entry in faulty.suspects()] == ids(range(done))
    assert "html of" not in whole.err


def test_a_difference_in_the_sample_stops_sending(faulty, post):
    mailbox, words = post
    faulty.go(ROWS, *words, "--jobs", 1, status=1)
    done = first_sampled(faulty.out) // SIZE * SIZE
    assert sorted(mailbox.got) == sorted([row["email"] for row in ROWS[:done]])
    assert mailbox.mails == done
    assert [entry["id"] for entry in faulty.suspects()] == ids(range(done))
    assert {entry["outcome"] for entry in faulty.suspects()} == {"sent"}


def test_a_difference_at_a_first_use_stops_sending(faulty, post):
    """What went out of the same part before it came from another document, whose own first message was compared."""
    mailbox, words = post
    rows = TWO_DOCUMENTS
    summary = faulty.go(rows, *words, "--jobs", 1, "--verify", 0, status=1)
    # The one before may still have waited for a connection.
    done = len(mailbox.got)
    assert 9 <= done <= 10
    assert sorted(mailbox.got) == sorted([row["email"] for row in rows[:done]])
    assert "p.ndjson:11:1: html of 'p-10' differs at line" in summary.err
    assert "(slot 'note', content_blocks/note/default.mjml)" in summary.err
    assert "no message that was handed over came from a document that differs" in summary.err
    assert (faulty.suspects(), summary.done, summary.outcomes, summary.compared["sampled"]) == ([], done, {"sent": done}, 0)

    whole = faulty.go(rows, *words, "--jobs", 1, "--verify", 0, "--reference")
    assert sorted(mailbox.got) == sorted([row["email"] for row in rows])
    assert (whole.complete, whole.compared["first_uses"]) == (True, 1)


def test_a_difference_at_a_first_use_writes_nothing_of_the_part(faulty):
    summary = faulty.go(TWO_DOCUMENTS, *FILES, "--part-size", 60, "--jobs", 1, "--verify", 0, status=1)
    assert "html of 'p-10' differs" in summary.err
    # One document was compared well, the other one not.
    assert summary.compared == {"first_uses": 2, "sampled": 0, "sampled_compiled": 0, "differences": 1}
    assert not [path for path in faulty.out.rglob("part-*") if path.parent.name != "locks"]


def test_several_workers_stop_together(faulty):
    faulty.go(MIXED, *FILES, "--jobs", 2, status=1)
    assert_stopped(faulty)


SIZES = [
    (0, "0.01%", 0),
    (1, "0.01%", 0),
    (9, "0.01%", 0),
    (10, "0.01%", 1),
    (199, "0.01%", 19),
    (200, "0.01%", 20),
    (200_000, "0.01%", 20),
    (200_001, "0.01%", 21),
    (300_000, "0.01%", 30),
    (300_000, "0", 0),
    (300_000, "0%", 0),
    (300_000, "1%", 3_000),
    (300_000, "50%", 30_000),
    (300_000, "7", 7),
    (50, "7", 5),
    (50, "0.000001%", 5),
]


@pytest.mark.parametrize(("total", "wanted", "size"), SIZES)
def test_the_size_of_the_sample(total, wanted, size):
    assert sample_size(total, Amount.parse(wanted)) == size
    assert len(set(sampled("a run", total, size))) == size


def test_the_sample_depends_on_the_run_alone():
    assert Amount("0.01%") == DEFAULT
    assert sampled("a run", 1000, 5) == [87, 99, 377, 856, 912]
    assert sampled("another", 1000, 5) != sampled("a run", 1000, 5)


def test_the_same_rows_whoever_does_them_and_a_raised_share_counts(shop):
    write_profiles(shop.root / "p.ndjson", customers(400))
    words = ["--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--part-size", 100]

    def compared():
        return [entry["row"] for entry in shop.ledger() if "sample" in entry.get("compared", ())]

    first = shop.call(*words, "--jobs", 2)
    run = Manifest.read(shop.out / "manifest.json").run
    few, many = sampled(run, 400, 20), sampled(run, 400, 40)
    assert compared() == few
    assert (first.compared["sampled"], first.compared["sampled_compiled"], first.compared["differences"]) == (20, 20, 0)
    # As if the run had been interrupted: two parts aren't done.
    for index in (1, 3):
        (shop.out / "parts" / f"{part_name(index)}.json").unlink()
    shop.call(*words, "--jobs", 1)
    assert compared() == few
    for index in (1, 3):
        (shop.out / "parts" / f"{part_name(index)}.json").unlink()
    last = shop.call(*words, "--jobs", 1, "--verify", "10%")
    assert compared() == sorted([row for row in few if row // 100 in (0, 2)] + [row for row in many if row // 100 in (1, 3)])
    assert last.compared["sampled"] == len(compared())
    assert Manifest.read(shop.out / "manifest.json").sample == 40


def test_what_cant_be_built_either_way_is_equal(shop):
    (shop.root / "content_blocks/note/default.mjml").write_text("<mj-section><mj-column><mj-text>{{ customer.city }}</mj-text></mj-column></mj-section>")
    rows = [{**row, "vip": False, "city": "Oslo"} for row in customers(200)]
    for index, row in enumerate(rows):
        if index % 3 == 0:
            del row["city"]
        elif index % 3 == 1:
            row["id"] = "same"
    write_profiles(shop.root / "p.ndjson", rows)
    summary = shop.call("--profiles", "p.ndjson", *FILES, "--at", AT, "--jobs", 1, status=1)
    rows = sampled(Manifest.read(shop.out / "manifest.json").run, 200, 20)
    assert summary.outcomes == {"rejected": 133, "written": 67}
    # A row whose id came before isn't built, whichever way.
    expected = [row for row in rows if row % 3 != 1 or row == 1]
    assert [entry["row"] for entry in shop.ledger() if "sample" in entry.get("compared", ())] == expected
    assert (summary.compared["sampled"], summary.compared["sampled_compiled"]) == (len(expected), len([row for row in expected if row % 3]))
    assert summary.compared["differences"] == 0


def test_the_summary_says_what_was_compared(shop, capsys):
    from mailweave.cli import run

    write_profiles(shop.root / "p.ndjson", customers(30))
    words = ["run", "hello", "--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", "1"]
    assert run(words) == 0
    assert "compared with the reference: 2 first uses, 3 sampled messages (3 from a compiled document), 0 differences" in capsys.readouterr().out
    assert all(entry["document"] for entry in shop.ledger())
    # Nothing is left to do, and what earlier starts compared still counts.
    assert run([*words, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["compared"] == {"first_uses": 2, "sampled": 3, "sampled_compiled": 3, "differences": 0}
    # The reference way compares nothing, and gives the same.
    words[words.index("out")] = "slow"
    assert run([*words, "--format", "json", "--reference"]) == 0
    assert set(json.loads(capsys.readouterr().out)["compared"].values()) == {0}
    assert lines(*shop.root.glob("slow/messages/*")) == shop.messages()
    assert not [entry for entry in lines(*shop.root.glob("slow/ledger/*")) if "document" in entry]
