"""What a run keeps in its folder, and what happens when it isn't what was written: said by name, mended where that is safe, refused where it isn't."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import SimpleNamespace

import pytest
from pydantic import TypeAdapter

from mailweave import MailweaveError
from mailweave.deliverers import SendingDeliverer
from mailweave.readers import Part
from mailweave_plugins.bulk.contents import contents_of
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.differences import DIFFERENCES, note, noted
from mailweave_plugins.bulk.done import Check, write_marker
from mailweave_plugins.bulk.journal import Files
from mailweave_plugins.bulk.kept import DamagedError, read_kept, write_kept
from mailweave_plugins.bulk.manifest import Manifest
from mailweave_plugins.bulk.plan import Request
from mailweave_plugins.bulk.pool import Workers
from mailweave_plugins.bulk.result import Start
from mailweave_plugins.bulk.run import run
from mailweave_plugins.bulk.sources import keep_sources, read_sources
from mailweave_plugins.deliverers.ndjson import Ndjson

from .conftest import AT, customers, lines, write_profiles
from .damage import damage, wipe

RUN = "0" * 32
MANIFEST = Manifest(
    run=RUN, campaign="hello", at="2026-11-23T10:00:00+00:00", workspace="/w", base="/w", reader="ndjson", profiles="p.ndjson", path="/w/p.ndjson",
    mapped=("id=no",), limit=None, deliverer="ndjson", target="out", inputs={"a": "b"}, parts=(Part(0, 9, 1, 0, 2), Part(9, 18, 3, 2, 2)), twice=(3,), sample=0,
)  # fmt: skip


def test_a_manifest_comes_back_as_it_was(tmp_path):
    MANIFEST.write(tmp_path / "manifest.json")
    assert Manifest.read(tmp_path / "manifest.json") == MANIFEST


def changed(**fields):
    """A file whose checksum is right, with other fields."""
    return lambda path: write_kept(path, {**{name: value for name, value in json.loads(path.read_text()).items() if name not in ("format", "checksum")}, **fields})


def written(raw):
    return lambda path: path.write_bytes(raw)


def replaced(old, new):
    return lambda path: path.write_text(path.read_text().replace(old, new))


def as_folder(path):
    path.unlink()
    path.mkdir()


WRONG = [
    (written(b""), "is empty"),
    (written(b" \n"), "is empty"),
    (written(b"[]"), r"holds \[\], not what a run keeps"),
    (written(b"7"), "holds 7, not what a run keeps"),
    (written(b"{}"), "its checksum is missing"),
    (written(b'{"format": 2, "run"'), "isn't valid JSON at line 1, column 20: it was cut off or changed"),
    (written(b"\xff\xfe{"), "isn't UTF-8 text from byte 1 on"),
    (written(bytes(80)), "isn't valid JSON"),
    (written(b"[" * 100_000), "isn't valid JSON"),
    (as_folder, "is a folder, not a file"),
    (lambda path: path.unlink(), "is gone"),
    (lambda path: (path.unlink(), os.mkfifo(path)), "is neither a file nor a folder"),
    (replaced("hello", "hullo"), "its checksum is wrong"),
    (replaced('"format": 2', '"format": 3'), "has the format 3, and this version of mailweave reads format 2"),
    (written(b'{"run": "x", "campaign": "y"}'), "was written by an earlier version of mailweave – go on with the version of mailweave that began the run"),
    (changed(more=1), "more: unexpected keyword argument"),
    (changed(limit="7"), "limit: input should be a valid integer"),
    (changed(limit=0), "limit: input should be greater than or equal to 1"),
    (changed(run="x"), "run: string should match"),
    (changed(at="2026-11-23"), "at: value error, a moment without an offset"),
    (changed(parts=[[0, 9, 1, 0, 2], [9, 18, 3, 3, 2]]), "parts: value error, the part of row 3 doesn't follow"),
    (changed(parts=[[0, 9, 1, 0]]), "parts.0.4: field required"),
    (changed(twice=[9]), "twice: value error, rows that there aren't"),
    (changed(sample=True), "sample: input should be a valid integer"),
]


@pytest.mark.parametrize(("change", "what"), WRONG, ids=[what for _, what in WRONG])
def test_what_is_wrong_with_a_manifest_is_said(tmp_path, change, what):
    path = tmp_path / "manifest.json"
    MANIFEST.write(path)
    change(path)
    with pytest.raises(DamagedError, match=what) as caught:
        Manifest.read(path)
    (problem,) = caught.value.problems
    assert str(path) in problem.what
    assert "begin another run in another folder" in problem.remedy


def test_a_manifest_may_be_laid_out_otherwise(tmp_path):
    MANIFEST.write(tmp_path / "manifest.json")
    (tmp_path / "manifest.json").write_text(json.dumps(json.loads((tmp_path / "manifest.json").read_text()), indent=4))
    assert Manifest.read(tmp_path / "manifest.json") == MANIFEST


def test_names_that_are_no_utf_8_are_told(tmp_path):
    with pytest.raises(MailweaveError, match=r"the name 'caf\\udce9.csv' isn't UTF-8 text, so a run can't keep it – rename the file or folder"):
        replace(MANIFEST, profiles="caf\udce9.csv").write(tmp_path / "manifest.json")


def test_halves_of_a_character_are_one_when_they_are_kept(tmp_path):
    write_kept(tmp_path / "x.json", {"run": "\ud83d\ude00"})
    assert read_kept(tmp_path / "x.json", TypeAdapter(dict), "") == {"run": "😀"}


@pytest.mark.parametrize("text", ["Łódź", "\ud800", "\udc00\ud800 x", "\u2028"])
def test_any_text_is_kept(tmp_path, text):
    """Lone surrogates too: a source may hold them."""
    keep_sources(tmp_path, RUN, {"news": {"title": text}})
    assert read_sources(tmp_path, RUN) == {"news": {"title": text}}
    assert read_kept(tmp_path / ".run/sources.json", TypeAdapter(dict), "")["run"] == RUN


def test_sources_of_another_run_are_refused(tmp_path):
    keep_sources(tmp_path, "1" * 32, {})
    with pytest.raises(DamagedError, match="belongs to another run – put back a copy of it, or begin another run"):
        read_sources(tmp_path, RUN)


class Sending(SendingDeliverer):
    name = "sending"

    def session(self, target):
        raise NotImplementedError


@pytest.fixture
def two(tmp_path):
    """A run of two parts that are done, for a deliverer; `check` says which of them stay so and what is said of the others."""

    def made(deliverer, outcomes=("written", "written")):
        for index in range(2):
            for name in ("messages", "ledger", "journal"):
                path = tmp_path / name / f"part-0000{index}.ndjson"
                path.parent.mkdir(exist_ok=True)
                path.write_text(f"{name} {index}\n")
            counts = Counts()
            for outcome in outcomes:
                counts.add({"outcome": outcome})
            write_marker(tmp_path, RUN, index, counts, deliverer)

        def check(*, resend=False):
            said = []
            found = Check(tmp_path, MANIFEST, deliverer, resend, said.append).done()
            return [index for index, _ in found], [f"{problem.level}: {problem.what.replace(f'{tmp_path}/', '')} – {problem.remedy}" for problem in said]

        return check

    return SimpleNamespace(made=made, folder=tmp_path)


PART = "parts/part-00000.json"
AGAIN = "the part is done again"
FILES = [
    (PART, "empty", "is empty"),
    (PART, "list", "holds [], not what a run keeps"),
    (PART, "object", "isn't what mailweave wrote: its checksum is missing"),
    (PART, "folder", "is a folder, not a file"),
    (PART, "link", "is gone"),
    (PART, "pipe", "is neither a file nor a folder"),
    (PART, "another", "belongs to another part (part-00001)"),
    ("messages/part-00000.ndjson", "removed", "is gone, though its part is done"),
    ("messages/part-00000.ndjson", "pipe", "can't be read: it is neither a file nor a folder"),
    ("messages/part-00000.ndjson", "a-character", "isn't what was written, though its part is done"),
    ("messages/part-00000.ndjson", "another", "isn't what was written, though its part is done"),
    ("messages/part-00000.ndjson", "longer", "holds 13 bytes, not 11, though its part is done"),
    ("messages/part-00000.ndjson", "folder", "holds 1 byte, not 11, though its part is done"),
    ("ledger/part-00000.ndjson", "empty", "holds 0 bytes, not 9, though its part is done"),
]


@pytest.mark.parametrize(("name", "how", "what"), FILES)
def test_a_part_whose_files_arent_right_is_done_again(two, name, how, what):
    check = two.made(Ndjson())
    assert check() == ([0, 1], [])
    path = two.folder / name
    damage(path, how, random.Random(1), path.with_name(path.name.replace("0.", "1.")))
    assert check() == ([1], [f"warning: {name} {what} – {AGAIN}"])
    assert not os.path.lexists(two.folder / PART)


MARKERS = [
    ({"run": "1" * 32}, "belongs to another run"),
    ({"part": 1}, "belongs to another part (part-00001)"),
    ({"counts": {"outcomes": {"written": 1}, "choices": {}, "reasons": {}, "compared": {}}}, "counts 1 messages, and the part has 2"),
    ({"counts": {"outcomes": {"written": -2}, "choices": {}, "reasons": {}, "compared": {}}}, "holds what no run writes (counts.outcomes.written: input should be greater than or equal to 0)"),
    ({"counts": {}}, "holds what no run writes (counts.outcomes: field required; counts.choices: field required; counts.reasons: field required and 1 more)"),
]


@pytest.mark.parametrize(("fields", "what"), MARKERS)
def test_a_marker_of_something_else_counts_for_nothing(two, fields, what):
    check = two.made(Ndjson())
    changed(**fields)(two.folder / PART)
    assert check() == ([1], [f"warning: {PART} {what} – {AGAIN}"])


def test_what_was_sent_is_gone_through_again_by_its_journal(two):
    check = two.made(Sending(), ("sent", "sent"))
    wipe(two.folder / "ledger/part-00000.ndjson")
    wipe(two.folder / "journal/part-00001.ndjson")
    again = "is gone, though its part is done – the part is gone through again; its journal says what was sent"
    assert check() == ([], [f"warning: ledger/part-00000.ndjson {again}", f"warning: journal/part-00001.ndjson {again}"])


def test_that_a_part_was_begun_outlives_its_marker(two):
    """Should its journal and the copy be gone, too, all of it is in doubt, and nothing is sent a second time."""
    check = two.made(Sending(), ("sent", "sent"))
    (two.folder / PART).write_text("{")
    found, (said,) = check()
    assert found == [1]
    assert said.endswith("the part is gone through again; its journal says what was sent")
    assert not (two.folder / PART).exists()
    assert Files(two.folder, 0).begun.exists()


def test_a_part_that_wants_another_try_is_not_done(two):
    check = two.made(Sending(), ("sent", "deferred"))
    assert check() == ([], [])


def test_a_folder_of_messages_is_known_by_names_and_bytes(tmp_path):
    def made(files):
        shutil.rmtree(tmp_path / "f", ignore_errors=True)
        for name, text in files.items():
            (tmp_path / "f" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "f" / name).write_text(text)
        return contents_of(tmp_path / "f")

    folders = [{"a": "x", "b": "y"}, {"a": "y", "b": "x"}, {"a": "xy", "b": ""}, {"a": "", "b": "xy"}, {"a": "x"}, {"a": "x", "c": "y"}, {"a": "x", "c/b": "y"}, {"b": "x", "a": "z"}]
    assert len({made(files) for files in folders}) == len(folders)
    assert made({"a": "x", "b": "y"}) == made({"b": "y", "a": "x"})


def line(row):
    problem = {"what": "w", "remedy": "r", "path": "p", "line": 1, "column": 1, "level": "error", "code": "not-equal"}
    return {"row": row, "id": f"p-{row}", "document": "a1", "difference": {"part": "html"}, "problem": problem}


def test_differences_are_what_was_noted(tmp_path):
    path, remedy = tmp_path / DIFFERENCES, "put back a copy of it, or begin another run in another folder"
    assert noted(tmp_path, RUN) == []
    note(tmp_path, RUN, line(1))
    # Ended between the two writes: one line more than is known.
    known = (tmp_path / ".run/differences.json").read_bytes()
    note(tmp_path, RUN, line(2))
    (tmp_path / ".run/differences.json").write_bytes(known)
    assert noted(tmp_path, RUN) == [line(1), line(2)]
    whole = path.read_bytes()
    for wrong, what in ((b"", "is gone or empty"), (whole[:-5], "isn't what"), (whole.replace(b"p-1", b"p-3"), "isn't what"), (whole + b"[]\n", "holds what no"), (whole + b"{\n", "isn't valid JSON")):
        path.write_bytes(wrong)
        with pytest.raises(DamagedError, match=f"{what}.*{remedy}"):
            noted(tmp_path, RUN)
    path.unlink()
    with pytest.raises(DamagedError, match="is gone or empty"):
        noted(tmp_path, RUN)


@pytest.fixture
def again(shop, mailweave_engine):
    """Begin or go on with a run in this process, with workers of their own."""
    write_profiles(shop.root / "p.ndjson", customers(6))
    workspace = mailweave_engine.open(shop.root)

    def go(source="p.ndjson", reader="ndjson"):
        request = Request("hello", source, reader, shop.out, "ndjson", "out", at=datetime.fromisoformat(AT), part_size=3)
        return run(mailweave_engine, workspace, request, Workers(1), Start())

    return go


def test_a_damaged_run_is_refused_or_mended(shop, again):
    again()
    whole = shop.root / "whole"
    shutil.copytree(shop.out, whole)

    def afresh():
        shutil.rmtree(shop.out)
        shutil.copytree(whole, shop.out)

    def refused(name, how, what):
        damage(shop.out / name, how, random.Random(1))
        with pytest.raises(MailweaveError, match=what) as caught:
            again()
        assert "put back a copy of it, or begin another run in another folder" in str(caught.value)
        # Nobody is rejected, and the copy is enough.
        wipe(shop.out / name)
        shutil.copy(whole / name, shop.out / name)

    for how, what in (("empty", "is empty"), ("removed", "is gone, though the run in this folder has begun"), ("folder", "is a folder")):
        refused("manifest.json", how, f"manifest.json {what}")
    assert again().before == 6
    wipe(shop.out / PART)
    for how, what in (("empty", "is empty"), ("list", r"holds \[\]"), ("removed", "is gone")):
        refused(".run/sources.json", how, f"sources.json {what}")
    afresh()
    # What a start that was killed leaves is no other file, and working files are made anew.
    (shop.out / "manifest.json.part").write_text("{")
    wipe(shop.out / "messages/part-00000.ndjson")
    (shop.out / "parts/part-00001.json").write_text("{}")
    for name in ("pulse", "stop", "draft.json"):
        wipe(shop.out / ".run" / name)
        (shop.out / ".run" / name / "x").mkdir(parents=True)
    result = again()
    assert (result.complete, result.before, len(result.notes)) == (True, 0, 2)
    assert [row["id"] for row in shop.messages()] == [row["id"] for row in customers(6)]
    assert [row["row"] for row in shop.ledger()] == list(range(6))


@pytest.mark.deep
def test_a_copied_query_is_made_again_or_refused(shop, again):
    source = "select * from 'p.ndjson' order by id"
    again(source, "query")
    copy = shop.out / ".run/profiles.parquet"
    raw = copy.read_bytes()
    copy.write_bytes(raw[:50])
    # Not needed any more.
    assert again(source, "query").before == 6
    wipe(shop.out / PART)
    result = again(source, "query")
    assert (result.complete, copy.read_bytes()) == (True, raw)
    wipe(shop.out / PART)
    wipe(copy)
    write_profiles(shop.root / "p.ndjson", customers(7))
    with pytest.raises(MailweaveError, match=r"profiles.parquet isn't the copy of the profiles that the run made when it began – put back a copy of it"):
        again(source, "query")
    copy.unlink(missing_ok=True)
    copy.write_bytes(raw)
    assert again(source, "query").complete


def file_at(name):
    def make(root):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")

    return make


def link_at(name):
    def make(root):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to("nowhere")

    return make


def folder_at(name):
    return lambda root: (root / name).mkdir(parents=True)


PLACES = [
    (file_at("out"), r"a file stands where a folder is needed \(\S*/out\) – move it away, and go on with the same command"),
    (link_at("out"), r"this is a symbolic link to nothing \(\S*/out\)"),
    (file_at("out/.run"), r"a file stands where a folder is needed \(\S*/out/.run\)"),
    (link_at("out/.run"), r"this is a symbolic link to nothing \(\S*/out/.run\)"),
    (folder_at("out/.run/lock"), r"Is a directory.*\(\S*/out/.run/lock\)|\S*/out/.run/lock"),
    (file_at("out/parts"), "manifest.json is gone, though the run in this folder has begun"),
    (file_at("out/notes.txt"), "holds notes.txt, and no run"),
]


@pytest.mark.parametrize(("make", "what"), PLACES)
def test_what_is_in_a_runs_way_is_named(shop, again, make, what):
    make(shop.root)
    with pytest.raises(MailweaveError, match=what):
        again()


@pytest.mark.deep
def test_locks_that_are_a_file_are_named(shop, again):
    file_at("out/.run/locks")(shop.root)
    with pytest.raises(MailweaveError, match=r"a file stands where a folder is needed \(\S*/out/.run/locks\) – move it away"):
        again()
    wipe(shop.out / ".run/locks")
    assert again().complete


def limited(shop, size):
    command = [sys.executable, "-m", "mailweave", "run", "hello", "--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", "1"]
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
    return subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, timeout=300, check=False)


@pytest.mark.parametrize("size", [pytest.param(0, marks=pytest.mark.deep), 100, pytest.param(2_000, marks=pytest.mark.deep), pytest.param(20_000, marks=pytest.mark.deep), pytest.param(30_000, marks=pytest.mark.deep)])
def test_a_disk_that_is_full_when_a_run_begins_is_told(shop, size):
    write_profiles(shop.root / "p.ndjson", customers(40))
    found = limited(shop, size)
    assert found.returncode == 1, found
    assert "go on with the same command" in found.stderr
    assert "Traceback" not in found.stderr
    assert not lines(*shop.out.glob("ledger/*.ndjson"))


@pytest.mark.deep
@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk of its own")
@pytest.mark.parametrize(("options", "what"), [("size=64k", "No space left on device"), ("size=4k,nr_inodes=2", "No space left on device"), ("ro", "Read-only file system")])
def test_a_small_disk_is_told_and_the_run_goes_on_on_a_larger_one(shop, options, what):
    write_profiles(shop.root / "p.ndjson", customers(200))
    shop.out.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", shop.out], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    words = ("--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", 2, "--part-size", 50)
    try:
        err = shop.call(*words, status=1).err
        assert what in err
        assert "go on with the same command" in err
        subprocess.run(["mount", "-o", "remount,rw,size=50m,nr_inodes=1000", shop.out], check=True)
        shop.call(*words)
        assert sorted(row["id"] for row in shop.messages()) == sorted(row["id"] for row in customers(200))
    finally:
        subprocess.run(["umount", shop.out], check=True)
