"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailweave.whole import write_whole


def test_takes_the_place_of_what_was_there(tmp_path):
    for data in (b"old", b"new"):
        write_whole(tmp_path / "a.html", data)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.html": b"new"}


def test_the_old_file_stays_when_the_disk_is_full(tmp_path, monkeypatch):
    def fill(path, data):
        with path.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left")

    write_whole(tmp_path / "a.html", b"old")
    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a.html", b"new")
    assert (tmp_path / "a.html").read_bytes() == b"old"
