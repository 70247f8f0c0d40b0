"""What a person must look at after a run: messages that failed, wait or are in doubt, each kind in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TextIO

from mailweave_plugins.bulk.counts import DUPLICATE, SUPPRESSED
from mailweave_plugins.bulk.durable import UNFINISHED, put_in_place, remove
from mailweave_plugins.bulk.kept import DamagedError, damaged, read_entry
from mailweave_plugins.bulk.lines import json_line
from mailweave_plugins.bulk.manifest import part_name

# Outcome → file.
FILES: Final[Mapping[str, str]] = {
    "rejected": "rejects.ndjson",
    "refused": "rejects.ndjson",
    "deferred": "deferred.ndjson",
    "in doubt": "in_doubt.ndjson",
    SUPPRESSED: "suppressed.ndjson",
    DUPLICATE: "duplicates.ndjson",
}


def write_lists(folder: Path, parts: Iterable[int], more: Iterable[dict[str, Any]], listen: Callable[[], None] = lambda: None) -> None:
    """Write the files anew from the ledgers of these parts and from `more` lines; a file that would be empty is removed.

    `listen` is called now and then, and may raise to end this.
    """
    for name in set(FILES.values()):
        remove(folder / name)
        remove(folder / (name + UNFINISHED))
    with ExitStack() as stack:
        opened: dict[str, TextIO] = {}
        for index in parts:
            listen()
            path = folder / "ledger" / f"{part_name(index)}.ndjson"
            if not path.is_file():  # who opens a pipe waits for somebody at its other end
                raise DamagedError(damaged(path, "was changed while the run was at work", "go on with the same command, which does its part again"))
            with path.open(encoding="utf-8", errors="replace") as ledger:
                for line in ledger:
                    _sort(folder, read_entry(path, line), opened, stack)
        for entry in more:
            _sort(folder, entry, opened, stack)


def _sort(folder: Path, entry: dict[str, Any], opened: dict[str, TextIO], stack: ExitStack) -> None:
    name = FILES.get(entry["outcome"])
    if name and name not in opened:
        path = stack.enter_context(put_in_place(folder / name))
        opened[name] = stack.enter_context(path.open("w", encoding="utf-8"))
    if name:
        opened[name].write(json_line(entry))
