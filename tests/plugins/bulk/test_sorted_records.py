"""Records that are looked up in a file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailweave_plugins.bulk.sorted_records import find, is_kept, mapped

KEYS = st.binary(min_size=2, max_size=2)


@given(st.sets(KEYS, max_size=40), KEYS, st.integers(0, 3))
def test_finds_what_is_there_and_nothing_else(keys, key, more):
    ordered = sorted(keys)
    records = memoryview(b"".join(each + b"\xff" * more for each in ordered))
    for index, each in enumerate(ordered):
        assert find(records, 2 + more, each) == index * (2 + more)
    assert (find(records, 2 + more, key) is None) == (key not in keys)


def test_the_file_is_what_was_written(tmp_path):
    (tmp_path / "list").write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert (is_kept(tmp_path / "list", digest), is_kept(tmp_path / "list", "0" * 64), is_kept(tmp_path / "none", digest)) == (True, False, False)
    assert bytes(mapped(tmp_path / "list")) == b"abc"
