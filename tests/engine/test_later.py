"""Modules that wait until something in them is asked for."""

from __future__ import annotations

import sys
import threading
from importlib import import_module

import pytest

from mailweave.later import load_later


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module that says when it runs."""
    (tmp_path / "waiting").mkdir()
    (tmp_path / "waiting" / "__init__.py").write_text("")
    (tmp_path / "waiting" / "room.py").write_text("import builtins, time\nbuiltins.rooms += 1\ntime.sleep(0.05)\nseat = 7\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("builtins.rooms", 0, raising=False)
    yield
    for name in ("waiting", "waiting.room"):
        sys.modules.pop(name, None)


def rooms():
    import builtins

    return builtins.rooms


@pytest.mark.usefixtures("package")
class TestLater:
    """What becomes of a module."""

    def test_is_run_when_something_in_it_is_asked_for(self):
        load_later("waiting.room")
        import waiting.room

        assert rooms() == 0
        assert waiting.room.seat == 7
        assert rooms() == 1
        assert import_module("waiting.room") is waiting.room

    def test_is_run_once_for_all_threads(self):
        load_later("waiting.room")
        room, seats = sys.modules["waiting.room"], []
        threads = [threading.Thread(target=lambda: seats.append(room.seat)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (seats, rooms()) == ([7] * 4, 1)

    def test_names_can_be_imported_from_it(self):
        load_later("waiting.room")
        from waiting.room import seat

        assert seat == 7

    def test_what_it_has_not_is_missing(self):
        load_later("waiting.room")
        with pytest.raises(AttributeError, match="module 'waiting.room' has no attribute 'bed'"):
            _ = sys.modules["waiting.room"].bed

    def test_one_that_is_loaded_is_left_alone(self):
        room = import_module("waiting.room")
        load_later("waiting.room")
        assert sys.modules["waiting.room"] is room

    def test_one_that_is_not_there_stays_so(self):
        load_later("waiting.lounge")
        with pytest.raises(ImportError):
            import_module("waiting.lounge")
