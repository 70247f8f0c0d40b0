"""Profiles that come as a stream: what is copied, what a later start accepts, and what is refused."""

from __future__ import annotations

import gzip
import io
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from mailweave import MailweaveError
from mailweave.readers import file_digest
from mailweave_plugins.bulk.intake.streams import EmptyError
from mailweave_plugins.bulk.intake.taking import taken_in
from mailweave_plugins.bulk.plan import Request
from mailweave_plugins.readers.csv import Csv
from mailweave_plugins.readers.ndjson import Ndjson
from mailweave_plugins.readers.parquet import Parquet
from mailweave_plugins.readers.query import Query

from .conftest import AT, customers, lines, write_profiles

TEXT = b"id,email\n1,a@test.example\n2,b@test.example\n"
PACK = {"": bytes, ".gz": gzip.compress, ".zst": lambda data: bytes(pa.Codec("zstd").compress(data))}
READERS = {"csv": Csv(), "ndjson": Ndjson(), "parquet": Parquet(), "query": Query()}


class Began:
    """A run that began with these profiles."""

    def __init__(self, digest):
        self.inputs = {"content of --profiles": digest}


@pytest.fixture
def take(tmp_path, monkeypatch):
    """`take(source, stdin, began)` gives what the run reads, as a run's start does."""

    def call(source, stdin=b"", reader="csv", began=None, folder="run"):
        folder = tmp_path / folder
        folder.mkdir(exist_ok=True)
        request = Request(campaign="hello", profiles=str(source), reader=reader, folder=folder, deliverer="ndjson", target="")
        monkeypatch.setattr(sys, "stdin", stdin if not isinstance(stdin, bytes) else SimpleNamespace(closed=False, isatty=lambda: False, buffer=io.BytesIO(stdin)))
        monkeypatch.setattr("mailweave_plugins.bulk.intake.taking._expected", lambda folder: began)
        return Path(taken_in(request, READERS[reader], 0, lambda text: print(text, file=sys.stderr)).profiles)

    return call


@pytest.mark.parametrize("suffix", PACK)
def test_standard_input_is_copied_unpacked(take, suffix, capsys):
    path = take("-", PACK[suffix](TEXT))
    assert (path.name, path.parent.parts[-2:], path.read_bytes()) == ("stdin.csv", (".run", "given"), TEXT)
    assert capsys.readouterr().err == {"": "", ".gz": "standard input is compressed with gzip, and is unpacked\n", ".zst": "standard input is compressed with zstd, and is unpacked\n"}[suffix]


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".GZ"])
@pytest.mark.parametrize("by_url", [False, True])
def test_a_compressed_file_is_copied_under_its_name(take, tmp_path, suffix, by_url):
    (tmp_path / f"people.csv{suffix}").write_bytes(PACK[suffix.lower()](TEXT))
    path = take(f"{'file://' if by_url else ''}{tmp_path}/people.csv{suffix}")
    assert (path.name, path.read_bytes()) == ("people.csv", TEXT)


def test_what_isnt_a_stream_stays_where_it_is(take, tmp_path):
    (tmp_path / "p.csv").write_bytes(TEXT)
    assert take(tmp_path / "p.csv") == tmp_path / "p.csv"
    assert str(take("select * from 'p.csv.gz'", reader="query")) == "select * from 'p.csv.gz'"
    assert take("p.txt") == Path("p.txt")


def test_a_pipe_is_read_once(take, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(gzip.compress(TEXT, mtime=0)))
    writer.start()
    assert take(path).read_bytes() == TEXT
    writer.join(60)


def test_a_later_start_takes_the_same_or_nothing(take):
    copy = take("-", TEXT)
    began = file_digest(copy)
    assert take("-", TEXT, began=began) == copy
    assert take("-", gzip.compress(TEXT, mtime=0), began=began) == copy
    assert take("-", b"", began=began) == copy
    assert take("-", None, began=began) == copy
    with pytest.raises(MailweaveError, match=r"the profiles have changed .* give it the same ones, or nothing \(< /dev/null\)"):
        take("-", TEXT[:-1], began=began)
    assert copy.read_bytes() == TEXT
    # A copy that is damaged or gone is made again from the same, and from nothing else.
    for damage in (lambda: copy.write_bytes(b"x"), copy.unlink):
        damage()
        with pytest.raises(MailweaveError, match="the run's own copy of the profiles .* is damaged or gone – give it the same profiles again"):
            take("-", b"", began=began)
        with pytest.raises(MailweaveError, match="the profiles have changed"):
            take("-", TEXT + TEXT, began=began)
        assert take("-", TEXT, began=began).read_bytes() == TEXT


def test_a_compressed_file_may_not_change_and_a_file_in_a_store_may(take, tmp_path):
    path = tmp_path / "p.csv.gz"
    path.write_bytes(gzip.compress(TEXT, mtime=0))
    began = file_digest(take(path))
    # The same, packed in another way.
    path.write_bytes(gzip.compress(TEXT, 1, mtime=5))
    take(path, began=began)
    path.write_bytes(gzip.compress(TEXT + b"3,c@test.example\n"))
    with pytest.raises(MailweaveError, match="the profiles have changed"):
        take(path, began=began)
    assert take(f"file://{path}", began=began).read_bytes() == TEXT


@pytest.mark.parametrize(
    ("source", "data", "told"),
    [
        ("p.csv.gz", TEXT, "'p.csv.gz' isn't gzip, as its name says"),
        ("p.csv.zst", gzip.compress(TEXT, mtime=0), "'p.csv.zst' isn't zstd, as its name says"),
        ("p.csv.gz", b"", "isn't gzip"),
        ("p.csv.gz", gzip.compress(TEXT, mtime=0)[:-9], "'p.csv.gz' can't be unpacked: .* – was it cut off"),
        ("p.csv.gz", gzip.compress(TEXT, mtime=0)[:20] + b"xxxxxxxx" + gzip.compress(TEXT)[28:], "can't be unpacked"),
        ("p.csv.gz", gzip.compress(TEXT, mtime=0) + b"more", "can't be unpacked"),
        ("p.csv.zst", PACK[".zst"](TEXT)[:-5], "'p.csv.zst' can't be unpacked"),
        ("-", gzip.compress(TEXT, mtime=0)[:-1], "standard input can't be unpacked"),
        ("-", b"", "nothing came on standard input – pipe the profiles into the command"),
        ("none.csv.gz", None, "there is no file 'none.csv.gz'"),
        ("none://x/p.csv", None, "nothing reads none://x/p.csv"),
        ("file:///none/p.csv", None, "there is no file '/none/p.csv'"),
        ("s3://x/p.csv?secret=1", None, "is a secret"),
    ],
)
def test_what_cant_be_read_leaves_nothing_behind(take, tmp_path, monkeypatch, source, data, told):
    monkeypatch.chdir(tmp_path)
    if source != "-" and data is not None:
        Path(source).write_bytes(data)
    with pytest.raises(MailweaveError, match=told) as error:
        take(source, data if source == "-" else b"")
    assert all(problem.remedy for problem in error.value.problems)
    assert not [path for path in tmp_path.rglob("given/*") if path.is_file()]


def test_a_terminal_or_a_closed_standard_input_is_no_hang(take):
    master, slave = pty.openpty()
    with os.fdopen(slave, "rb") as terminal, pytest.raises(EmptyError, match="standard input is a terminal – pipe the profiles"):
        take("-", SimpleNamespace(closed=False, isatty=terminal.isatty, buffer=terminal))
    os.close(master)
    for closed in (None, SimpleNamespace(closed=True)):
        with pytest.raises(EmptyError, match="standard input is closed"):
            take("-", closed)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--profiles", "-"], 2, "say what comes on standard input: --profiles-format csv, ndjson or parquet"),
        (["--profiles", "-", "--profiles-format", "paket"], 1, "there is no reader 'paket' – did you mean 'parquet'?"),
        (["--profiles", "people.txt"], 1, "no reader takes 'people.txt' – .* say what it is with --profiles-format"),
    ],
)
def test_the_format_is_never_guessed(shop, capsys, words, status, told):
    err = shop.call(*words, "--to", "out", status=status).err
    assert re.search(told, " ".join(err.split()))
    assert not shop.out.exists()


@pytest.mark.deep
def test_a_run_from_a_pipe_goes_on_after_a_kill(shop):
    text = write_profiles(shop.root / "p.ndjson", customers(200)).read_bytes()
    words = ["--profiles", "-", "--profiles-format", "ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--part-size", 10, "--jobs", 2]
    process = shop.start(*words, stdin=subprocess.PIPE)
    process.stdin.buffer.write(text)
    process.stdin.close()
    process.stdin = None
    while len(list(shop.out.glob("parts/*.json"))) < 3:
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)
    with Path(os.devnull).open() as nothing:
        process = shop.start(*words, stdin=nothing)
        said, err = process.communicate(timeout=400)
    assert process.returncode == 0, said + err
    assert [row["id"] for row in lines(*sorted(shop.out.glob("messages/*")))] == [f"p-{row}" for row in range(200)]


@pytest.mark.deep
def test_a_file_of_another_name_is_read_as_what_it_is_said_to_be(shop):
    (shop.root / "export.txt").write_bytes(TEXT)
    shop.call("--profiles", "export.txt", "--profiles-format", "csv", "--to", "out", "--as", "ndjson", "--jobs", 1)
    assert [row["id"] for row in shop.messages()] == ["1", "2"]
