"""One message an address: which rows get it, and that the list of the others is found again, or made again, as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave_plugins.bulk.before.duplicates import Duplicates, duplicates, has_duplicates, write_duplicates
from mailweave_plugins.bulk.before.unique import found_duplicates
from mailweave_plugins.bulk.kept import DamagedError

from .conftest import AT, customers, lines, write_profiles

NDJSON = ["--profiles", "p.ndjson", "--to", "out", "--as", "ndjson", "--at", AT, "--jobs", 1, "--part-size", 4, "--unique", "address"]
BAD = {"address": "Oslo"}  # no object


def model(addresses, bad):
    """What `found_duplicates` must give: each row after the first of its address that isn't bad."""
    first, pairs = {}, []
    for row, address in enumerate(addresses):
        if not address or row in bad:
            continue
        if address in first:
            pairs.append((row, first[address]))
        first.setdefault(address, row)
    return pairs


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([b"", b"a", b"b", b"c"]), max_size=14), st.data())
def test_the_first_row_that_can_be_built_has_the_address(tmp_path_factory, addresses, data):
    path = tmp_path_factory.mktemp("unique") / "a.sqlite"
    bad = data.draw(st.sets(st.integers(0, 13)))
    parts = data.draw(st.permutations([(start, addresses[start : start + 3]) for start in range(0, len(addresses), 3)]))
    asked = []

    def unbuilt(rows):
        asked.extend(rows)
        return [row for row in rows if row in bad]

    with found_duplicates(path, [None, *parts], unbuilt) as pairs:
        found = list(pairs)
    assert len(asked) == len(set(asked)), "a row is built once"
    # A later row that is bad isn't built for it; where a good one is before it, it has the same address all the same.
    expected = dict(model(addresses, bad))
    assert {row: first for row, first in found if row not in bad} == expected
    assert all(addresses[row] == addresses[first] and first < row and first not in bad for row, first in found)
    assert not path.exists()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)), unique_by=lambda pair: pair[0], max_size=30), st.integers(0, 2**40))
def test_looking_up_a_row(tmp_path_factory, pairs, other):
    folder = tmp_path_factory.mktemp("kept")
    checksum = write_duplicates(folder, sorted(pairs))
    kept = Duplicates(folder / ".run/duplicates")
    assert has_duplicates(folder, checksum)
    assert {row: kept.first(row) for row, _ in pairs} == dict(pairs)
    assert kept.first(other) == dict(pairs).get(other)


def test_a_list_that_was_changed_is_not_believed(tmp_path):
    checksum = write_duplicates(tmp_path, [(3, 1)])
    with (tmp_path / ".run/duplicates").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DamagedError, match="isn't what was written"):
        duplicates(tmp_path, checksum)


def people():
    rows = customers(12)
    rows[5] |= {"email": "U1@Test.Example"}  # another part, other capitals
    rows[9] |= {"email": " u1@test.example"}
    rows[2] |= BAD  # can't be built, so that row 10 gets it
    rows[10] |= {"email": "u2@test.example"}
    rows[11] |= {"email": "u2@TEST.example"}
    rows[8] |= {"id": "p-7", "email": "u6@test.example"}  # rejected for its id
    return rows


def test_one_message_an_address_over_all_parts(shop):
    write_profiles(shop.root / "p.ndjson", people())
    found = shop.call(*NDJSON, status=1)
    assert found.outcomes == {"written": 7, "duplicate": 3, "rejected": 2}
    # What was built to find out who has a message doesn't count as compared.
    assert found.compared["first_uses"] == 2
    assert [(row["row"], row["first"]) for row in lines(shop.out / "duplicates.ndjson")] == [(5, 1), (9, 1), (11, 10)]
    assert [row["row"] for row in lines(shop.out / "rejects.ndjson")] == [2, 8]
    assert found.lists == ["out/duplicates.ndjson", "out/rejects.ndjson"]


@pytest.mark.deep
def test_workers_parts_and_starts_change_nothing(shop):
    write_profiles(shop.root / "p.ndjson", people())
    found = shop.call(*NDJSON, status=1)
    two = shop.call(*NDJSON[:3], "two", *NDJSON[4:8], "--jobs", 2, "--part-size", 5, "--unique", "address", status=1)
    assert two.outcomes == found.outcomes
    (shop.out / "parts/part-00001.json").unlink()
    (shop.out / ".run/duplicates").write_bytes(b"")
    assert shop.call(*NDJSON, status=1).outcomes == found.outcomes


@pytest.mark.deep
def test_nothing_failed_when_all_others_are_there_twice(shop):
    write_profiles(shop.root / "p.ndjson", [{**row, "email": "all@test.example"} for row in customers(5)])
    assert shop.call(*NDJSON).outcomes == {"written": 1, "duplicate": 4}
    assert shop.call(*NDJSON[:2], "--dry-run", "--at", AT, "--jobs", 1, "--unique", "address").outcomes == {"chosen": 1, "duplicate": 4}


@pytest.mark.deep
def test_who_must_not_get_one_is_suppressed_and_not_a_duplicate(shop):
    write_profiles(shop.root / "p.ndjson", people())
    (shop.root / "s.txt").write_text("u1@test.example\n")
    assert shop.call(*NDJSON, "--suppress", "s.txt", status=1).outcomes == {"written": 6, "suppressed": 3, "duplicate": 1, "rejected": 2}


@pytest.mark.deep
def test_it_is_part_of_what_a_run_is(shop):
    write_profiles(shop.root / "p.ndjson", customers(3))
    shop.call(*NDJSON)
    assert "--unique has changed since the run" in " ".join(shop.call(*NDJSON[:-2], status=1).err.split())


@pytest.mark.deep
def test_a_list_that_cannot_be_made_again_as_it_was_is_refused(shop):
    write_profiles(shop.root / "p.ndjson", people())
    shop.call(*NDJSON, status=1)
    (shop.out / ".run/duplicates").unlink()
    (shop.out / "parts/part-00001.json").unlink()
    # Somebody had a row rejected since: others would get its message now.
    verdict = {"run": json.loads((shop.out / "manifest.json").read_text())["run"], "row": 1, "code": "worker-died", "what": "died", "remedy": ""}
    (shop.out / ".run/verdicts.ndjson").write_text(json.dumps({**verdict, "unread": False}) + "\n")
    assert "other rows might get a message now" in " ".join(shop.call(*NDJSON, status=1).err.split())
    (shop.out / ".run/verdicts.ndjson").unlink()
    assert shop.call(*NDJSON, status=1).outcomes["duplicate"] == 3


def test_a_word_that_is_not_known(shop):
    write_profiles(shop.root / "p.ndjson", customers(1))
    assert "nothing is unique by 'adress': did you mean 'address'?" in shop.call(*NDJSON[:-1], "adress", status=2).err.replace("’", "'")
