"""A sample that somebody approves before anything is handed over."""

from __future__ import annotations

import json
import re
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave_plugins.bulk.before.samples import Candidate
from mailweave_plugins.bulk.before.sampling import covering

from .conftest import AT, customers, write_profiles
from .smtp_server import Mailbox, serve

WORDS = ["--profiles", "p.ndjson", "--at", AT, "--jobs", 1, "--part-size", 4]
FILES = [*WORDS, "--to", "out", "--as", "ndjson"]
LABELS = st.frozensets(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=3)


@given(st.lists(LABELS, max_size=8), st.integers(1, 8))
def test_every_label_is_shown_while_there_is_room(labels, most):
    candidates = [Candidate(row, found) for row, found in enumerate(labels)]
    rows = covering(candidates, [], most)
    shown = frozenset().union(*(labels[row] for row in rows))
    assert len(set(rows)) == len(rows) <= most
    assert shown == frozenset().union(*labels) or len(rows) == most
    # Each row shows something that those before it don't.
    assert all(labels[row] - frozenset().union(*(labels[other] for other in rows[:index])) for index, row in enumerate(rows))
    assert covering(candidates, frozenset().union(*labels), most) == []


def names(shop):
    return sorted(path.name for path in shop.out.glob("sample/hello/*.eml"))


@pytest.mark.parametrize("piece", ["write_sample", "Preparation.with_duplicates"])
def test_a_sample_that_is_interrupted_can_be_written_later(shop, monkeypatch, piece):
    def interrupted(*_):
        raise KeyboardInterrupt

    write_profiles(shop.root / "p.ndjson", customers(4))
    with monkeypatch.context() as patched:
        patched.setattr(f"mailweave_plugins.bulk.run.{piece}", interrupted)
        said = shop.call(*FILES, "--sample", 2, status=130)
        assert vars(said).keys() == {"err"}
    assert shop.call(*FILES, "--sample", 2).sample["messages"] == 2


def test_the_run_waits_until_its_sample_is_approved(shop):
    rows = customers(12)
    rows[0] |= {"address": "Oslo"}  # the first VIP can't be built
    write_profiles(shop.root / "p.ndjson", rows)
    found = shop.call(*FILES, "--sample", 2)
    assert (found.done, found.complete, found.sample["messages"], found.sample["approved"]) == (0, False, 2, False)
    # One of each variant, the first rows that can be built.
    assert names(shop) == ["00000001-p-1.eml", "00000003-p-3.eml"]
    page = (shop.out / "sample/index.html").read_text()
    name = found.sample["id"]
    assert f"--go {name}" in page
    assert all((shop.out / "sample" / href).is_file() for href in re.findall(r'href="([^"]+)"', page))
    assert "the run waits for somebody to approve its sample" in " ".join(shop.call(*FILES, status=1).err.split())
    assert "'0000' isn't the ID of this run's sample" in shop.call(*FILES, "--go", "0000", status=1).err
    assert "was asked for with --sample 2, not 5" in " ".join(shop.call(*FILES, "--go", name, "--sample", 5, status=1).err.split())
    assert not (shop.out / "ledger").exists()
    found = shop.call(*FILES, "--go", name.upper(), status=1)
    assert found.outcomes == {"written": 11, "rejected": 1}
    assert found.sample["approved"]
    # It is approved for good.
    assert shop.call(*FILES, status=1).complete


def test_an_id_without_a_sample(shop):
    write_profiles(shop.root / "p.ndjson", customers(1))
    assert "has no sample to approve" in " ".join(shop.call(*FILES, "--go", "12345678", status=1).err.split())
    assert not (shop.out / "manifest.json").exists()
    assert "nothing to approve" in shop.call(*WORDS, "--dry-run", "--sample", 1, status=2).err


@pytest.mark.deep
def test_a_change_makes_a_new_sample_necessary(shop):
    write_profiles(shop.root / "p.ndjson", customers(12))
    first = shop.call(*FILES, "--sample", 3).sample["id"]
    assert shop.call(*FILES, "--sample", 3).sample["id"] == first
    other = shop.call(*FILES, "--sample", 5).sample["id"]
    assert "isn't the ID" in shop.call(*FILES, "--go", first, status=1).err
    assert len(names(shop)) == 5
    campaign = shop.root / "campaigns/hello.yaml"
    campaign.write_text(campaign.read_text().replace("Hello", "Goodbye"))
    said = " ".join(shop.call(*FILES, "--go", other, status=1).err.split())
    assert "campaigns/hello.yaml has changed" in said
    assert "have a new sample approved: --sample N in place of --go ID" in said
    changed = shop.call(*FILES, "--sample", 5).sample["id"]
    assert changed != other
    assert "isn't the ID" in shop.call(*FILES, "--go", other, status=1).err
    assert shop.call(*FILES, "--go", changed).complete
    # Now that it has begun, it is refused as any run is.
    campaign.write_text(campaign.read_text().replace("Goodbye", "Hello"))
    assert "begin another run in another folder" in " ".join(shop.call(*FILES, "--sample", 5, status=1).err.split())


@pytest.mark.deep
def test_what_was_approved_is_what_is_sent(shop):
    rows = [*customers(9), {"id": "a/b c?#%", "email": "odd@test.example"}, {"id": "away", "email": "away@test.example"}]
    write_profiles(shop.root / "p.ndjson", [*rows, {"id": "twice", "email": "ODD@test.example"}])
    (shop.root / "s.txt").write_text("away@test.example\n")
    mailbox = Mailbox()
    server = serve(mailbox)
    words = [*WORDS, "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--suppress", "s.txt", "--unique", "address"]
    found = shop.call(*words, "--sample", 100)
    assert mailbox.got == []
    page = (shop.out / "sample/index.html").read_text()
    assert sum(href.endswith(".eml") for href in re.findall(r'href="([^"]+)"', page)) == 10
    assert shop.call(*words, "--go", found.sample["id"]).outcomes == {"sent": 10, "suppressed": 1, "duplicate": 1}
    server.stop()
    approved = {message["Message-ID"]: message for message in map(message_from_bytes, (path.read_bytes() for path in shop.out.glob("sample/hello/*.eml")))}
    for message in mailbox.messages:
        same = approved.pop(message["Message-ID"])
        assert [part.get_payload() for part in message.walk() if not part.is_multipart()] == [part.get_payload() for part in same.walk() if not part.is_multipart()]
        assert message["Subject"] == same["Subject"]
    assert approved == {}


@pytest.mark.deep
def test_a_sample_that_was_interrupted_is_written_again(shop):
    write_profiles(shop.root / "p.ndjson", customers(12))
    first = shop.call(*FILES, "--sample", 3).sample["id"]
    manifest = shop.out / "manifest.json"
    assert json.loads(manifest.read_text())["approval"] == {"size": 3, "id": first, "given": False}
    (shop.out / "sample").rename(shop.out / "sample.part")
    assert shop.call(*FILES, "--sample", 3).sample["id"] == first
    assert not (shop.out / "sample.part").exists()
    # A table's messages need no address, and then have no .eml.
    write_profiles(shop.root / "p.ndjson", [{"id": "only"}])
    shop.call(*FILES, "--sample", 3)
    assert ".eml" not in (shop.out / "sample/index.html").read_text()
