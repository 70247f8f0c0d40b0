"""Seeds get the run's own messages first, once, whatever happens; and a list of them may change."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

import pytest

from mailweave import MailweaveError
from mailweave.compiled.difference import Difference
from mailweave_plugins.bulk.before.orders import Bounds
from mailweave_plugins.bulk.before.seeds import number_of, read_seeds, send_seeds
from mailweave_plugins.bulk.job import DiffersError
from mailweave_plugins.bulk.orders import Order

from .conftest import AT, customers, lines, write_profiles
from .mailing import mailing
from .rude_server import Rude
from .smtp_server import Mailbox, serve

__all__ = ["mailing"]

ANN, BOB, CY = (f"{name}@seed.example" for name in ("ann", "bob", "cy"))


@pytest.fixture
def seed(mailing, tmp_path, monkeypatch):
    """`seed(server, *addresses)` serves seeds in this process: their outcomes by local part."""

    def call(server, *addresses, **options):
        job = mailing(tmp_path, server)
        monkeypatch.setattr("mailweave_plugins.bulk.before.seeds.open_job", lambda *_: job)
        order = Order(tmp_path, job.manifest.run, 0, patience=0, connections=1, before=Bounds(seeds=addresses), **options)
        done = send_seeds(order)
        call.notes = done.notes
        return {entry["email"].partition("@")[0]: entry["outcome"] for entry in done.entries}

    return call


def test_each_seed_gets_the_message_of_another_profile_once(seed, tmp_path):
    with Rude().up() as server:
        assert seed(server, ANN, BOB) == {"ann": "sent", "bob": "sent"}
        assert seed(server, BOB, CY, ANN) == {"ann": "sent", "bob": "sent", "cy": "sent"}
        assert seed(server, "ANN@Seed.Example") == {"ann": "sent", "bob": "sent", "cy": "sent"}
    assert server.kept == [ANN, BOB, CY]
    assert [entry["profile"] for entry in lines(tmp_path / "journal/seeds.ndjson") if entry["outcome"] == "sent"] == ["p-0", "p-1", "p-0"]


def test_more_seeds_than_profiles_begin_again_with_the_first(seed, tmp_path):
    addresses = [f"s{index}@seed.example" for index in range(11)]  # a part has eight profiles
    with Rude().up() as server:
        assert set(seed(server, *addresses).values()) == {"sent"}
    assert server.kept == addresses
    assert [entry["profile"] for entry in lines(tmp_path / "journal/seeds.ndjson") if entry["outcome"] == "sent"][8:] == ["p-0", "p-1", "p-2"]


def test_a_seed_that_is_deferred_is_tried_again_and_one_that_is_refused_is_not(seed):
    with Rude({"RCPT ann": ["450 4.2.0 later", "fine"], "RCPT bob": "550 5.1.1 nobody"}).up() as server:
        assert seed(server, ANN, BOB, CY) == {"ann": "deferred", "bob": "refused", "cy": "sent"}
        assert seed(server, ANN, BOB, CY) == {"ann": "sent", "bob": "refused", "cy": "sent"}
    assert server.kept == [CY, ANN]


def test_a_seed_whose_answer_was_lost_is_in_doubt_until_somebody_says_otherwise(seed):
    with Rude({"text ann": ["+drop", "fine"]}).up() as server:
        assert seed(server, ANN, BOB) == {"ann": "in doubt", "bob": "sent"}
        assert seed(server, ANN, BOB) == {"ann": "in doubt", "bob": "sent"}
        assert seed(server, ANN, BOB, resend=True) == {"ann": "sent", "bob": "sent"}
    assert server.kept == [ANN, BOB, ANN]


@pytest.mark.parametrize("damage", ["one", "both", "cut"])
def test_a_damaged_journal_sends_no_seed_twice(seed, tmp_path, damage):
    main, copy = tmp_path / "journal/seeds.ndjson", tmp_path / ".run/journal/seeds.ndjson"
    with Rude().up() as server:
        seed(server, ANN, BOB)
        for path in (main, copy) if damage != "one" else (main,):
            path.unlink() if damage != "cut" else path.write_bytes(path.read_bytes()[:100])
        found = seed(server, ANN, BOB, CY)
    assert [address for address in server.kept if address != CY] == [ANN, BOB]
    assert found == dict.fromkeys(("ann", "bob", "cy"), "in doubt") if damage != "one" else dict.fromkeys(("ann", "bob", "cy"), "sent")
    assert [problem.code for problem in seed.notes] == ["journal-damaged"]


def test_a_list_is_one_address_a_line_or_a_column(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(f"name,email\nAnn,{ANN}\nagain,ANN@seed.example\nBob,bob@bücher.example\n", encoding="utf-8")
    assert read_seeds(path) == (ANN, "bob@bücher.example")
    path.write_text(f"{ANN}\n\n {BOB} \n")
    assert read_seeds(path) == (ANN, BOB)
    assert number_of("Ann@Seed.example ") == number_of(ANN) != number_of(BOB)


@pytest.mark.parametrize(
    ("content", "said"),
    [("ann\nä@x.example\nfine@x.example", ["'ann' can't stand|valid", "'ä@x.example' can't stand"]), ("", ["has no address"]), ("".join(f"a{i}@x.example\n" for i in range(1001)), ["more than 1,000"])],
    ids=["lines", "none", "many"],
)
def test_lists_that_are_none(tmp_path, content, said):
    path = tmp_path / "s.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MailweaveError) as caught:
        read_seeds(path)
    assert len(caught.value.problems) == len(said)
    for problem, words in zip(caught.value.problems, said, strict=True):
        assert any(word in problem.what for word in words.split("|"))


WORDS = ["--profiles", "p.ndjson", "--at", AT, "--jobs", 1, "--part-size", 5]


@pytest.mark.deep
def test_a_run_serves_its_seeds_first(shop):
    rows = customers(7)
    rows[0] |= {"address": "Oslo"}  # can't be built
    write_profiles(shop.root / "p.ndjson", rows)
    (shop.root / "seeds.txt").write_text(f"{ANN}\n{BOB}\nu4@test.example\nout@seed.example\n")
    (shop.root / "s.txt").write_text("out@seed.example\n")
    mailbox = Mailbox({("rcpt", BOB): "550 5.1.1 nobody here"})
    server = serve(mailbox)
    words = [*WORDS, "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--suppress", "s.txt", "--seed-list", "seeds.txt"]
    found = shop.call(*words, "--first", 0)
    assert (found.seeds, found.outcomes, found.sent) == ({"sent": 2, "refused": 1, "suppressed": 1}, {}, 0)
    assert found.compared["first_uses"] == 2
    assert "the seed bob@seed.example is refused" in found.err
    assert mailbox.got == [ANN, "u4@test.example"]
    assert [message["Subject"] for message in mailbox.messages] == ["Hello Ann 1", "Hello Ann 3"]
    assert [message["To"] for message in mailbox.messages] == [ANN, "u4@test.example"]
    found = shop.call(*words, status=1)
    assert (found.seeds["sent"], found.outcomes) == (2, {"sent": 6, "rejected": 1})
    server.stop()
    # Who is a seed and a recipient gets both.
    assert Counter(mailbox.got) == {ANN: 1, "u4@test.example": 2, **{f"u{index}@test.example": 1 for index in (1, 2, 3, 5, 6)}}
    assert {entry["email"]: entry["outcome"] for entry in lines(shop.out / "seeds.ndjson")}[BOB] == "refused"
    assert len(shop.ledger()) == 7


def test_where_seeds_make_no_sense(shop):
    write_profiles(shop.root / "p.ndjson", customers(1))
    (shop.root / "seeds.txt").write_text("nobody\n")
    assert "for a run that sends" in shop.call(*WORDS, "--to", "out", "--seed-list", "seeds.txt", status=2).err
    assert "seeds.txt:1:1: " in shop.call(*WORDS, "--to", "smtp://127.0.0.1:9", "--ledger", "out", "--seed-list", "seeds.txt", status=1).err


@pytest.mark.deep
def test_killed_at_any_moment_no_seed_gets_two(shop):
    write_profiles(shop.root / "p.ndjson", customers(6))
    seeds = [f"s{index}@seed.example" for index in range(30)]
    (shop.root / "seeds.txt").write_text("\n".join(seeds))
    mailbox = Mailbox(slow=0.05)
    server = serve(mailbox)
    words = [*WORDS, "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--seed-list", "seeds.txt"]
    for more in range(1, 6):
        before = len(mailbox.got)
        process = shop.start(*words, start_new_session=True)
        while len(mailbox.got) < before + more and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=400)
    found = shop.call(*words, status=0)
    server.stop()
    assert max(Counter(mailbox.got).values()) == 1
    assert found.outcomes == {"sent": 6}
    told = {entry["email"]: entry["outcome"] for entry in lines(shop.out / "seeds.ndjson")}
    assert set(told) == set(seeds)
    assert {address for address, outcome in told.items() if outcome == "sent"} <= set(mailbox.got)
    assert set(mailbox.got) >= {address for address in seeds if told[address] == "sent"}
    assert set(told.values()) <= {"sent", "in doubt"}


def test_a_message_that_is_not_the_references_stops_it_before_any_seed(mailing, tmp_path, monkeypatch):
    def differs(*_):
        raise DiffersError(Difference("p-0", "html", 1, 2, "a", "b"), "doc")

    with Rude().up() as server:
        job = mailing(tmp_path, server)
        monkeypatch.setattr("mailweave_plugins.bulk.before.seeds.open_job", lambda *_: job)
        monkeypatch.setattr(job, "build", differs)
        done = send_seeds(Order(tmp_path, job.manifest.run, 0, patience=0, connections=1, before=Bounds(seeds=(ANN,))))
    assert done.different["row"] == 0
    assert (done.entries, server.kept, (tmp_path / ".run/stop").exists()) == ([], [], True)


def test_no_message_for_a_seed_is_said(mailing, tmp_path, monkeypatch):
    with Rude().up() as server:
        job = mailing(tmp_path, server)
        monkeypatch.setattr("mailweave_plugins.bulk.before.seeds.open_job", lambda *_: job)
        monkeypatch.setattr(job, "twice", frozenset(range(8)))  # nobody of the first part can be built
        orders = [Order(tmp_path, job.manifest.run, index, patience=0, connections=1, before=Bounds(seeds=(ANN, BOB))) for index in (0, 1)]
        assert [send_seeds(order).without for order in orders] == [2, 0]
    assert server.kept == [ANN, BOB]
