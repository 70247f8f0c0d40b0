"""No value changes the structure of a message: 100,000 hostile renders in each of three ways, and what the comparison would find."""

from __future__ import annotations

import contextlib

import pytest

from mailweave.engine import Engine
from mailweave.errors import MailweaveError

from .mutations import MUTATIONS
from .ways import of_seed

# Campaigns and people of each: 100,000 together, a campaign a test, so that `--resume` leaves out those that passed.
SEEDS, PEOPLE = 100, 1_000
# Where mistakes are found. Few campaigns have a translation with markup; 48 is one.
SOON = (*range(12), 48)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_value_changes_the_structure(mailweave_engine: Engine, tmp_path, capsys, seed: int) -> None:
    found = of_seed(mailweave_engine, seed, PEOPLE, tmp_path)
    capsys.readouterr()
    assert found.wrong == []
    # Each who isn't refused is built in all ways, and by far the most are.
    assert set(found.built.values()) == {PEOPLE - found.refused}
    assert found.refused < PEOPLE // 2


def test_some_of_them(mailweave_engine: Engine, tmp_path, capsys) -> None:
    found = of_seed(mailweave_engine, 4, 24, tmp_path)
    capsys.readouterr()
    assert found.wrong == []
    assert set(found.built.values()) == {24 - found.refused}
    assert found.hits > 0


@pytest.mark.deep
@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_broken_on_purpose_is_found(mailweave_engine: Engine, tmp_path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Each of these mistakes is found within the first campaigns; a comparison that can't fail shows nothing."""
    MUTATIONS[name](monkeypatch)
    for seed in SOON:
        folder = tmp_path / str(seed)
        folder.mkdir()
        # Where not even harmless people get a message, or the engine breaks, that shows, too.
        with contextlib.suppress(MailweaveError, IndexError):
            if not of_seed(mailweave_engine, seed, 60, folder, known=["mwqhtml", "mwqvalue", "mwqcontent"], bulk=False).wrong:
                continue
        return
    raise AssertionError(f"{60 * len(SOON)} renders and nobody has seen: {name}")
