"""Files of a run in a store: a real server for S3, a folder by its URL, and fsspec's memory for what all stores share."""

from __future__ import annotations

import json
import re
import signal
from errno import ENOSPC, EROFS
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from mailweave import MailweaveError
from mailweave.deliverers import AwayError
from mailweave_plugins.bulk.output.remote import CLAIM, Present, take
from mailweave_plugins.bulk.output.store_faults import fault
from mailweave_plugins.bulk.output.stores import NOTHING, FolderStore, RemoteStore
from mailweave_plugins.bulk.output.urls import open_store
from mailweave_plugins.deliverers.ndjson import Ndjson

from .conftest import AT, customers, write_profiles
from .s3_server import VARIABLES, serving


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """The endpoint of a server with a bucket `shop`, its variables set, and its file system."""
    with serving(tmp_path_factory.mktemp("s3")) as url, pytest.MonkeyPatch.context() as patch:
        for name, value in {**VARIABLES, "AWS_ENDPOINT_URL": url, "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}.items():
            patch.setenv(name, value)
        system = fsspec.filesystem("s3")
        system.mkdir("shop")
        yield system


def test_a_run_to_s3_is_whole_there_and_looked_at_again(shop, s3):
    write_profiles(shop.root / "p.ndjson", customers(20))
    words = ["--profiles", "p.ndjson", "--to", "s3://shop/mail/spring", "--ledger", "out", "--as", "ndjson", "--at", AT, "--part-size", 10, "--jobs", 1, "--verify", 0]
    shop.call(*words)
    names = ["ledger/part-00000.ndjson", "ledger/part-00001.ndjson", "messages/part-00000.ndjson", "messages/part-00001.ndjson", "run.json"]
    assert s3.find("shop/mail/spring") == [f"shop/mail/spring/{name}" for name in names]
    rows = [json.loads(line) for name in names[2:4] for line in s3.cat_file(f"shop/mail/spring/{name}").splitlines()]
    assert [row["id"] for row in rows] == [f"p-{row}" for row in range(20)]
    assert s3.cat_file("shop/mail/spring/ledger/part-00000.ndjson") == (shop.out / "ledger/part-00000.ndjson").read_bytes()
    said = json.loads(s3.cat_file("shop/mail/spring/run.json"))
    assert (said["complete"], said["outcomes"], said["run"]) == (True, {"written": 20}, json.loads((shop.out / "manifest.json").read_text())["run"])
    assert not list((shop.out / ".run/outgoing").iterdir())
    assert not (shop.out / "messages").exists()

    # Another run doesn't write over it, and what was changed there is done again.
    assert "s3://shop/mail/spring holds another run" in shop.call(*[word if word != "out" else "other" for word in words], status=1).err
    before = s3.cat_file("shop/mail/spring/messages/part-00001.ndjson")
    s3.pipe_file("shop/mail/spring/messages/part-00001.ndjson", before[:-1] + b"x")
    summary = shop.call(*words)
    assert [(note["code"], note["what"].partition(",")[0]) for note in summary.notes] == [
        ("damaged", "s3://shop/mail/spring/messages/part-00001.ndjson isn't what was uploaded")
    ]
    assert s3.cat_file("shop/mail/spring/messages/part-00001.ndjson") == before


@pytest.mark.parametrize(
    ("url", "variables", "told"),
    [
        ("s3://nothing/x", {}, "there is no s3://nothing/x: The specified bucket does not exist – make the bucket, or correct the URL"),
        ("s3://shop/x", {"AWS_ACCESS_KEY_ID": ""}, "there are no credentials for s3://shop/x"),
        ("s3://shop/x?nonsense=1", {}, "s3://shop/x can't be opened: .*'nonsense'"),
        ("s3://shop/x?secret=1", {}, "the option 'secret' is a secret"),
        ("s3://shop/x?aws_session_token=1", {}, "is a secret"),
        ("sftp://me:word@host/x", {}, "a URL holds a password"),
        ("s3://shop/x?what", {}, "can't be read"),
        ("s3://", {}, "names no bucket"),
        ("s3a:///", {}, "names no bucket"),
        ("gs://shop/x", {}, "gs:// needs a library that isn't installed – run: pip install gcsfs"),
        ("memory://x", {}, "each worker has a memory of its own"),
        ("https://shop.example/x", {}, "files can't be put there"),
        ("s33://shop/x", {}, "nothing delivers to s33:// – did you mean 's3'?"),
        ("file://x", {}, "'file://x' names no folder – write its whole path"),
        ("file:///", {}, "names no folder"),
    ],
)
def test_what_is_wrong_with_a_store_is_said_before_anything_is_built(shop, s3, monkeypatch, url, variables, told):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3").clear_instance_cache()
    write_profiles(shop.root / "p.ndjson", customers(2))
    err = " ".join(shop.call("--profiles", "p.ndjson", "--to", url, "--ledger", "out", "--as", "ndjson", "--jobs", 1, status=1).err.split())
    assert re.search(told, err), err
    assert not (shop.out / "manifest.json").exists()


@pytest.mark.deep
def test_a_dry_run_leaves_the_store_alone(shop, s3):
    write_profiles(shop.root / "p.ndjson", customers(2))
    words = ["--profiles", "p.ndjson", "--ledger", "out", "--as", "ndjson", "--at", AT, "--jobs", 1, "--dry-run"]
    shop.call(*words, "--to", "s3://shop/dry")
    assert s3.find("shop/dry") == []


@pytest.fixture(params=["memory", "s3", "folder"])
def store(request, tmp_path):
    if request.param == "folder":
        return open_store(f"file://{tmp_path}/store")
    if request.param == "s3":
        request.getfixturevalue("s3")
        return open_store(f"s3://shop/{tmp_path.name}/store")
    system = MemoryFileSystem(skip_instance_cache=True)
    system.store, system.pseudo_dirs = {}, [""]
    return RemoteStore("memory://store", system, "/store")


def test_every_store_says_what_it_holds(store, tmp_path):
    here = tmp_path / "here"
    here.write_bytes(b"one")
    assert (store.state("messages/a"), store.states("messages"), store.entries(), store.read("a")) == (NOTHING, {}, [], None)
    one = store.put(here, "messages/a")
    assert one == store.state("messages/a") == store.states("messages")["messages/a"]
    assert (one.size, store.read("messages/a")) == (3, b"one")
    here.write_bytes(b"two!")
    two = store.put(here, "messages/a")
    assert two == store.state("messages/a") != one
    assert list(store.states("messages")) == ["messages/a"]
    store.write("run.json", b"{}")
    assert store.entries() == ["messages", "run.json"]
    store.remove("messages/a")
    store.remove("messages/a")
    assert store.state("messages/a") == NOTHING


def test_a_folder_of_messages_is_replaced_as_one(store, tmp_path):
    here = tmp_path / "part"
    here.mkdir()
    assert store.put(here, "messages/none") == store.state("messages/none") == NOTHING
    (here / "a.eml").write_bytes(b"one")
    (here / "b.eml").write_bytes(b"two")
    one = store.put(here, "messages/part")
    assert (one.size, store.state("messages/part")) == (6, one)
    (here / "b.eml").rename(here / "c.eml")
    assert store.put(here, "messages/part") != one
    assert store.read("messages/part/b.eml") is None


def test_what_is_put_has_its_name_only_when_it_is_whole(tmp_path):
    seen = []

    class Slow(MemoryFileSystem):
        store, pseudo_dirs = {}, [""]

        def put_file(self, lpath, rpath, **options):
            seen.append((rpath, self.exists("/store/a")))
            super().put_file(lpath, rpath, **options)
            raise ConnectionResetError("the line broke")

    (tmp_path / "a").write_bytes(b"one")
    store = RemoteStore("slow://store", Slow(skip_instance_cache=True), "/store")
    with pytest.raises(AwayError, match="the line broke"):
        store.put(tmp_path / "a", "a")
    assert seen == [("/store/a.part", False)]
    assert store.state("a") == NOTHING


def test_whose_a_store_is(tmp_path):
    store = FolderStore("file:///x", tmp_path / "store")
    take(store, None, tmp_path)
    take(store, None, tmp_path)  # a start that ended before its manifest was written
    store.write(CLAIM, b'{"run": "1"}')
    for raw in (b'{"run": "1"}', b"{", b"[]", b'{"ran": 1}'):
        store.write(CLAIM, raw)
        with pytest.raises(MailweaveError, match="holds another run"):
            take(store, None, tmp_path)
    store.remove(CLAIM)
    store.write("other.txt", b"")
    with pytest.raises(MailweaveError, match=r"holds other\.txt, and no run"):
        take(store, None, tmp_path)


def test_a_store_is_listed_once_for_all_parts(tmp_path):
    store = FolderStore("file:///x", tmp_path / "store")
    store.write("messages/a", b"one")
    before = store.state("messages/a")
    present = Present(store, Ndjson())
    assert present.changed("messages/a", before) is None
    assert present.changed("messages/b", before) == "is gone"
    assert present.changed("messages/a", before._replace(size=5)) == "holds 3 bytes, not 5"
    assert present.changed("messages/a", before._replace(mark="x")) == "isn't what was uploaded"
    store.remove("messages/a")
    assert present.changed("messages/a", before) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError("Access Denied"), "not-allowed"),
        (FileNotFoundError("no bucket"), "no-store"),
        (OSError(ENOSPC, "No space left on device"), "undeliverable"),
        (OSError(EROFS, "Read-only file system"), "undeliverable"),
        (ConnectionResetError("reset"), "away"),
        (TimeoutError(), "away"),
        (OSError("SlowDown"), "away"),
        (TypeError("unexpected keyword"), "bad-url"),
        (type("NoCredentialsError", (Exception,), {})("none"), "no-login"),
        (type("HttpError", (Exception,), {"code": 403})("forbidden"), "not-allowed"),
        (type("HttpError", (Exception,), {"code": 503})("busy"), "away"),
        (MailweaveError("as it is"), None),
    ],
    ids=repr,
)
def test_what_a_store_says(error, code):
    found = fault("s3://shop", error)
    if code is None:
        assert found is error
    else:
        assert found.problems[0].code == code
        assert found.problems[0].remedy
        assert isinstance(found, AwayError) == (code == "away")


@pytest.mark.deep
@pytest.mark.parametrize("to", ["s3://shop/killed", "file://{root}/store"])
@pytest.mark.parametrize("kind", ["parquet", "eml"])
def test_killed_again_and_again_everything_is_there_once(shop, s3, to, kind):
    write_profiles(shop.root / "p.ndjson", customers(120))
    to = f"{to.format(root=shop.root)}/{kind}"
    words = ["--profiles", "p.ndjson", "--to", to, "--ledger", "out", "--as", kind, "--at", AT, "--part-size", 10, "--jobs", 2]
    for parts in (1, 4, 8):
        process = shop.start(*words)
        while len(list(shop.out.glob("parts/*.json"))) < parts and process.poll() is None:
            pass
        process.send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=400)
        assert "Traceback" not in err
    shop.call(*words)
    store = open_store(to)
    assert json.loads(store.read(CLAIM))["complete"]
    shop.call(*[word if word != to else "here" for word in words if word not in ("--ledger", "out")])
    # Which messages were the first of their document in a process stands in a ledger, and differs from start to start.
    for root, folder in (("here", "messages"), ("out", "ledger")):
        files = [path for path in Path(root, folder).rglob("*") if path.is_file()]
        assert len(files) == (120 if (kind, folder) == ("eml", "messages") else 12)
        for path in files:
            assert store.read(str(path.relative_to(root))) == path.read_bytes()
    assert not [name for name in store.states("messages") if name.endswith(".part")]


@pytest.mark.deep
def test_a_store_that_comes_back_is_waited_for(shop, s3, tmp_path):
    """The bucket's server is away when the run begins, and the run says so; with patience it goes on."""
    write_profiles(shop.root / "p.ndjson", customers(4))
    words = ["--profiles", "p.ndjson", "--ledger", "out", "--as", "ndjson", "--at", AT, "--jobs", 1]
    err = shop.call(*words, "--to", "s3://shop/later?endpoint_url=http://127.0.0.1:1", "--patience", "1s", status=1).err
    assert "doesn't answer as it should" in err
    # What stands behind the question mark may change.
    assert shop.call(*words, "--to", "s3://shop/later").outcomes == {"written": 4}
