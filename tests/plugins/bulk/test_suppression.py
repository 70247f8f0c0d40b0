"""Lists of people who must not get a message: what a file may hold, and that looking up is the same as being in a set."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave import MailweaveError
from mailweave.addresses import normalised
from mailweave_plugins.bulk.suppression import Suppressed, read, write_list

from .conftest import AT, customers, lines, write_profiles


def hashed(kind: str, address: str) -> str:
    return hashlib.new(kind, address.encode()).hexdigest()


FILES = {
    "lines": "ann@test.example\nBob@Test.Example\n\n",
    "windows": "ann@test.example\r\nbob@test.example\r\n",
    "head": "email\nann@test.example\nbob@test.example",
    "columns": "id,Email,reason\n7,ann@test.example,left\n8,bob@test.example,\"bounced, twice\"\n",
    "mark": "\ufeffann@test.example\nbob@test.example\n",
    "md5": f"{hashed('md5', 'ann@test.example')}\n{hashed('md5', 'bob@test.example')}\n",
    "sha1": f"hash\n{hashed('sha1', 'ann@test.example').upper()}\n{hashed('sha1', 'bob@test.example')}\n",
    "mixed": f"ann@test.example\n{hashed('sha256', 'bob@test.example')}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_addresses_and_hashes(tmp_path, name):
    (tmp_path / "s.csv").write_text(FILES[name], encoding="utf-8", newline="")
    write_list(tmp_path / "list", read(tmp_path / "s.csv"))
    listed = Suppressed(tmp_path / "list")
    assert sum(map(len, listed.blocks.values())) == 2 * 16
    assert [address for address in ("ann@test.example", "ANN@TEST.example ", "bob@test.example", "cy@test.example", "", "no address") if listed.has(address)] == [
        "ann@test.example",
        "ANN@TEST.example ",
        "bob@test.example",
    ]


def test_lines_that_are_neither_are_named_all_at_once(tmp_path):
    (tmp_path / "s.txt").write_text("ann@test.example\nann\n\n@x\ncafe\n")
    with pytest.raises(MailweaveError) as caught:
        list(read(tmp_path / "s.txt"))
    assert [(problem.place.line, problem.what) for problem in caught.value.problems] == [
        (2, "'ann' is neither an address nor a hash"),
        (4, "'@x' is not an email address"),
        (5, "'cafe' is neither an address nor a hash"),
    ]


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfea\x00", "isn't a text file"), (b"x" * 200_000, "isn't a text file|is neither")])
def test_files_that_are_no_lists(tmp_path, content, said):
    (tmp_path / "s.txt").write_bytes(content)
    with pytest.raises(MailweaveError, match=said):
        list(read(tmp_path / "s.txt"))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(MailweaveError, match="can't be read"):
        list(read(tmp_path / "none.txt"))


def test_nothing_is_suppressed_by_an_empty_list(tmp_path):
    write_list(tmp_path / "list", [])
    assert not Suppressed(tmp_path / "list").has("ann@test.example")


ADDRESSES = st.sets(st.builds("{}@{}.example".format, st.text("abcABC.+é", min_size=1, max_size=4), st.sampled_from(["x", "ü"])), max_size=30)


@settings(max_examples=25)
@given(ADDRESSES, ADDRESSES, ADDRESSES)
def test_looking_up_is_being_in_the_set_of_all_starts(tmp_path_factory, first, second, asked):
    folder = tmp_path_factory.mktemp("lists")
    for number, addresses in enumerate((first, second)):
        (folder / f"{number}.txt").write_text("\n".join(addresses), encoding="utf-8")
        write_list(folder / "list", read(folder / f"{number}.txt"))
    listed, expected = Suppressed(folder / "list"), set(map(normalised, first | second))
    assert {address for address in asked if listed.has(address)} == {address for address in asked if normalised(address) in expected}


NDJSON = ["--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", 1, "--part-size", 4]


def test_a_run_leaves_them_out_and_lists_them(shop):
    write_profiles(shop.root / "p.ndjson", customers(12))
    (shop.root / "left.csv").write_text("id,email\n1,U3@Test.Example\n")
    (shop.root / "hashes.txt").write_text(hashed("md5", "u7@test.example") + "\n")
    found = shop.call(*NDJSON, "--suppress", "left.csv", "--suppress", "hashes.txt")
    assert found.outcomes == {"written": 10, "suppressed": 2}
    assert [row["email"] for row in lines(shop.out / "suppressed.ndjson")] == ["u3@test.example", "u7@test.example"]
    assert {row["email"] for row in shop.messages()}.isdisjoint({"u3@test.example", "u7@test.example"})


def test_who_was_suppressed_once_stays_so_when_the_run_goes_on(shop):
    write_profiles(shop.root / "p.ndjson", customers(12))
    (shop.root / "s.txt").write_text("u1@test.example\nu9@test.example\n")
    shop.call(*NDJSON, "--suppress", "s.txt")
    for part in ("part-00000", "part-00002"):
        (shop.out / f"parts/{part}.json").unlink()
    (shop.root / "t.txt").write_text("u2@test.example\n")
    assert shop.call(*NDJSON, "--suppress", "t.txt").outcomes == {"written": 9, "suppressed": 3}
    # Without its list nobody knows who must not get one.
    (shop.out / "parts/part-00000.json").unlink()
    (shop.out / ".run/suppressed").write_bytes(b"")
    found = shop.start(*NDJSON)
    _, err = found.communicate(timeout=400)
    assert found.returncode == 1
    assert "suppressed isn't what was written" in " ".join(err.split())
    assert "Traceback" not in err


def test_a_dry_run_counts_them(shop):
    write_profiles(shop.root / "p.ndjson", customers(5))
    (shop.root / "s.txt").write_text("u1@test.example\n")
    words = ["--profiles", "p.ndjson", "--dry-run", "--at", AT, "--jobs", 1, "--suppress", "s.txt"]
    assert shop.call(*words).outcomes == {"chosen": 4, "suppressed": 1}
