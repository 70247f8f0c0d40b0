"""The journal: damaged in every way, and on a disk that is full. Nobody gets two messages, nobody is left out, and what happened is said."""

from __future__ import annotations

import resource
import shutil
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from mailweave import MailweaveError
from mailweave_plugins.bulk.journal import Files, Journal
from mailweave_plugins.bulk.manifest import Manifest

from .conftest import customers
from .damages import WAYS
from .mailing import PEOPLE, SIZE, mailing, outcomes, send
from .rude_server import Rude

__all__ = ["mailing"]

# Of the second part: one is sent, one is kept without an answer, one is refused and one deferred, one is sent; then the server has enough of us.
SAYS = {
    "MAIL": [*["fine"] * (SIZE + 5), "550 enough"],
    "text u9": "+drop",
    "RCPT u10": "550 5.1.1 nobody",
    "RCPT u11": ["450 4.2.0 not now", "fine"],
}
OUTCOMES = {"u8": "sent", "u9": "in doubt", "u10": "refused", "u11": "deferred", "u12": "sent"}


@pytest.fixture(scope="module")
def stopped(mailing, tmp_path_factory):
    """The folder of a run that stopped in the middle of its second part, and who has a message."""
    folder = tmp_path_factory.mktemp("stopped")
    with Rude(SAYS).up() as server, pytest.raises(MailweaveError, match="550 enough"):
        send(mailing(folder, server))
    return SimpleNamespace(folder=folder, kept=server.kept, says={key: answers for key, answers in server.says.items() if key != "MAIL"})


@pytest.fixture
def again(mailing, stopped, tmp_path):
    """`again(damage)` goes on with it after its folder was damaged: what was said, who has a message how often, the ledger's outcomes."""
    folder = tmp_path / "out"

    def go(damage, **options):
        if not folder.exists():
            shutil.copytree(stopped.folder, folder)
        damage(Files(folder, 1))
        with Rude({**stopped.says, "text u9": "fine"}).up() as server:
            seen = send(mailing(folder, server), **options)
        arrived = Counter(address.partition("@")[0] for address in [*stopped.kept, *server.kept])
        return SimpleNamespace(notes=[str(note) for one in seen for note in one.notes], arrived=arrived, outcomes=outcomes(folder), folder=folder)

    return go


def test_a_run_that_isnt_damaged_goes_on(again):
    found = again(lambda files: None)
    assert found.notes == []
    assert found.arrived == {f"u{row}": 1 for row in range(PEOPLE) if row != 10}
    assert found.outcomes == {**{f"u{row}": "sent" for row in range(PEOPLE)}, "u9": "in doubt", "u10": "refused"}
    assert not list(found.folder.rglob("*.damaged*"))


@pytest.mark.parametrize("how", WAYS)
def test_a_damaged_journal_is_mended_from_its_copy(again, how):
    found = again(lambda files: WAYS[how](files.main))
    assert found.arrived == {f"u{row}": 1 for row in range(PEOPLE) if row != 10}
    assert found.outcomes == {**{f"u{row}": "sent" for row in range(PEOPLE)}, "u9": "in doubt", "u10": "refused"}
    # Zeros that no line feed ends are what a power failure leaves.
    if how != "zeros without end":
        (note,) = found.notes
        assert "journal/part-00001.ndjson:" in note
        assert "nothing is lost, as it is known what it held" in note
    assert again(lambda files: None).notes == []


@pytest.mark.parametrize("how", WAYS)
def test_a_damaged_copy_is_mended_from_the_journal(again, how):
    found = again(lambda files: WAYS[how](files.copy))
    assert found.arrived == {f"u{row}": 1 for row in range(PEOPLE) if row != 10}
    assert found.outcomes == {**{f"u{row}": "sent" for row in range(PEOPLE)}, "u9": "in doubt", "u10": "refused"}


# Two files that end alike before their end are a journal that ends there: nothing tells them from one.
@pytest.mark.parametrize("how", [how for how in WAYS if "last line" not in how and how != "zeros without end"])
def test_when_both_are_damaged_nobody_gets_two(again, how):
    def both(files):
        WAYS[how](files.main)
        WAYS[how](files.copy)

    found = again(both)
    assert max(found.arrived.values()) == 1
    lost = {name for name, outcome in found.outcomes.items() if outcome != "sent" and not found.arrived[name]}
    assert all(found.outcomes[name] in ("in doubt", "refused", "deferred") for name in lost)
    if how not in ("end cut", "line feed cut"):
        assert "in doubt; --in-doubt resend sends them again" in found.notes[0]
    assert again(lambda files: None).notes == []
    again(lambda files: None, resend=True)
    resent = outcomes(found.folder)
    assert set(resent.values()) <= {"sent", "refused"}


@pytest.mark.parametrize("where", [("journal",), (".run/journal",), ("journal", ".run/journal")])
def test_a_whole_folder_is_gone(again, where):
    def damage(files):
        for name in where:
            shutil.rmtree(files.folder / name)

    found = again(damage)
    assert max(found.arrived.values()) == 1
    assert all(found.arrived[name] or outcome in ("in doubt", "refused") for name, outcome in found.outcomes.items())


def test_lines_of_another_run_arent_ours(mailing, stopped, tmp_path, again):
    with Rude().up() as server:
        send(mailing(tmp_path / "other", server, run="1" * 32))
    found = again(lambda files: shutil.copy(Files(tmp_path / "other", 1).main, files.main))
    assert "this isn't a line of this part's journal" in found.notes[0]
    assert max(found.arrived.values()) == 1


@pytest.mark.parametrize("what", ["text", "folder"])
def test_what_stands_in_the_place_of_a_journal_to_come_is_kept(mailing, tmp_path, what):
    files = Files(tmp_path / "out", 0)
    files.main.mkdir(parents=True)
    if what == "text":
        files.main.rmdir()
        files.main.write_text("mine\n")
    with Rude().up() as server:
        (first, second) = send(mailing(tmp_path / "out", server))
    assert [note.code for note in first.notes] == ["journal-damaged"]
    assert files.main.with_name("part-00000.ndjson.damaged").exists()
    assert second.notes == []
    assert set(outcomes(tmp_path / "out").values()) == {"sent"}


def test_rows_that_are_somebody_elses_are_refused(mailing, stopped, tmp_path):
    shutil.copytree(stopped.folder, tmp_path / "out")
    with Rude().up() as server:
        job = mailing(tmp_path / "out", server)
        first, _ = job.manifest.parts
        job.manifest = Manifest(**{**vars(job.manifest), "parts": (first, first._replace(row=SIZE))})
        with pytest.raises(MailweaveError, match="row 8 is 'p-8' in the journal, and 'p-0' in the profiles"):
            send(job, parts=(1,))
    assert server.kept == []


@contextmanager
def files_of_at_most(size):
    """As on a full disk: so many bytes fit into a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("sizes", [range(110, 6000, 450), pytest.param(range(0, 6000, 7), marks=pytest.mark.deep)], ids=["some", "all"])
def test_a_full_disk_at_any_byte(mailing, tmp_path, sizes):
    for size in sizes:
        folder = tmp_path / f"at-{size}"
        with Rude({"text u3": "+drop"}).up() as server:
            job = mailing(folder, server)
            with files_of_at_most(size):
                try:
                    send(job)
                except (MailweaveError, OSError) as error:
                    told = str(error)
                else:
                    told = ""
            before = list(server.kept)
            notes = [note for one in send(mailing(folder, server)) for note in one.notes]
        assert notes == []
        assert Counter(server.kept) == {row["email"]: 1 for row in customers(PEOPLE)}, (size, told)
        found = outcomes(folder)
        in_doubt = [name for name, outcome in found.items() if outcome == "in doubt" and name != "u3"]
        if in_doubt:
            # It was sent, and that couldn't be written.
            assert (f"{in_doubt[0]}@test.example" in before, "and that can't be noted; it stays in doubt" in told, len(in_doubt)) == (True, True, 1)


def test_what_cant_be_written_leaves_no_trace(tmp_path):
    files = Files(tmp_path, 0)
    entry = {"row": 0, "id": "ann", "email": "ann@test.example"}
    with Journal.opened(files, "r", lambda known: ()) as journal:
        journal.intend(entry)
        journal.result({**entry, "outcome": "sent"})
        size = files.main.stat().st_size
        with files_of_at_most(size + 20), pytest.raises(MailweaveError, match="nothing was sent to 'bob', as that can't be noted: File too large"):
            journal.intend({**entry, "row": 1, "id": "bob"})
        assert (files.main.stat().st_size, files.copy.read_bytes()) == (size, files.main.read_bytes())
        journal.intend({**entry, "row": 2, "id": "cy"})
    with Journal.opened(files, "r", lambda known: ()) as journal:
        assert {row: entry["outcome"] for row, entry in journal.known.items()} == {0: "sent", 2: "in doubt"}
        assert journal.notes == []
