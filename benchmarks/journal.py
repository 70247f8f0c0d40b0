"""What a journal of lines and one in SQLite cost and lose: `python benchmarks/journal.py [--messages N] [--folder FOLDER]`.

Both write for each message its intent, flushed before the message goes out, and its result after. Then each loses the same: its end is cut, a
byte is changed, its file or its log is gone; what they say about it, and how many of the messages they still know.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from mailweave_plugins.bulk.journal import Files, Journal, known_lines
from mailweave_plugins.bulk.journal_file import Seal, entry_of

ENTRY: dict[str, Any] = {
    "id": "customer-000123",
    "email": "customer123@shop.example",
    "hash": "a" * 64,
    "choice": {"hero": "hero / default", "products": "grid / other", "footer": "footer / default"},
    "message_id": f"<{'b' * 40}@shop.example>",
    "document": "spring-1",
}
SCHEMA = "create table journal (line integer primary key, row integer, entry text, sum blob)"


class Sqlite:
    """The same promises in SQLite: numbered rows with a checksum of their own, as its pages have none by default."""

    def __init__(self, path: Path, mode: str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute(f"pragma journal_mode={mode}")
        self.database.execute("pragma synchronous=full")
        self.database.execute(SCHEMA)
        self.line = 0
        self.waiting: dict[str, Any] | None = None

    def intend(self, entry: dict[str, Any]) -> None:
        """Commit the intent, and the last message's result with it, so that there is one flush a message."""
        self.database.execute("begin")
        if self.waiting:
            self._add(self.waiting)
        self._add({**entry, "outcome": "in doubt"})
        self.database.execute("commit")

    def result(self, entry: dict[str, Any]) -> None:
        """Keep it for the next commit."""
        self.waiting = entry

    def _add(self, entry: dict[str, Any]) -> None:
        self.line += 1
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        self.database.execute("insert into journal values (?, ?, ?, ?)", (self.line, entry["row"], text, digest))


@contextmanager
def lines(folder: Path) -> Iterator[Journal]:
    """The journal that runs use."""
    with Journal.opened(Files(folder, 0), "run", lambda known: ()) as journal:
        yield journal


def timed(journal: Any, messages: int) -> tuple[float, float]:
    """Messages a second, and microseconds of CPU for each."""
    wall, processor = time.perf_counter(), time.process_time()
    for row in range(messages):
        entry = {"row": row, **ENTRY}
        journal.intend(entry)
        journal.result({**entry, "outcome": "sent", "detail": "250 queued"})
    return messages / (time.perf_counter() - wall), 1e6 * (time.process_time() - processor) / messages


def flipped(path: Path) -> None:
    """Change a byte near the beginning, where a log's newest commits may be."""
    data = bytearray(path.read_bytes())
    data[len(data) // 100] ^= 1
    path.write_bytes(data)


def halved(path: Path) -> None:
    """Lose the second half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES: dict[str, Callable[[Path], None]] = {
    "nothing": lambda path: None,
    "a byte changed": flipped,
    "second half gone": halved,
    "emptied": lambda path: path.write_bytes(b""),
    "removed": lambda path: path.unlink(),
}


def known_by_lines(folder: Path) -> tuple[str, int]:
    """What a journal says, and how many messages it knows."""
    files = Files(folder, 0)
    there = len({entry_of(line)["row"] for line in Seal.of("run", 0).read(files.main).lines.values()})
    rows = {entry_of(line)["row"] for line in known_lines(folder, "run", 0)}
    with Journal.opened(files, "run", lambda known: ()) as journal:
        said = str(journal.notes[0].what) if journal.notes else "nothing"
    return f"{said} ({there:,} in the file itself)", len(rows)


def known_by_sqlite(path: Path) -> tuple[str, int]:
    """What SQLite says of a file that was copied from a running process, and how many messages it knows."""
    try:
        with closing(sqlite3.connect(path)) as database:
            rows = {row for (row,) in database.execute("select row from journal")}
            (checked,) = database.execute("pragma integrity_check").fetchone()
            return ("nothing" if checked == "ok" else str(checked).partition("\n")[0]), len(rows)
    except sqlite3.Error as error:
        return str(error), 0


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        root, number = Path(name), options.messages
        print(f"{'journal':24}{'messages/s':>12}{'CPU, µs':>10}")
        with lines(root / "lines") as journal:
            show("lines, with their copy", timed(journal, number))
            shutil.copytree(root / "lines", root / "killed")
        for mode in ("wal", "truncate", "delete"):
            (root / mode).mkdir()
            with closing((found := Sqlite(root / mode / "journal.db", mode)).database):
                show(f"SQLite, {mode}", timed(found, number))
                # As a kill leaves it: closed well, it has no log any more.
                shutil.copytree(root / mode, root / f"killed-{mode}")
        print(f"\n{'damage':44}{'messages known':>16}  said")
        for how, damage in DAMAGES.items():
            shutil.copytree(root / "killed", root / "damaged")
            damage(Files(root / "damaged", 0).main)
            tell(f"lines: {how}", *known_by_lines(root / "damaged"))
            shutil.rmtree(root / "damaged")
            for file in ("journal.db", "journal.db-wal"):
                shutil.copytree(root / "killed-wal", root / "damaged")
                damage(root / "damaged" / file)
                tell(f"SQLite, wal: {how}, {file}", *known_by_sqlite(root / "damaged" / "journal.db"))
                shutil.rmtree(root / "damaged")


def show(name: str, figures: tuple[float, float]) -> None:
    """A line of the first table."""
    print(f"{name:24}{figures[0]:12,.0f}{figures[1]:10,.1f}")


def tell(what: str, said: str, known: int) -> None:
    """A line of the second table."""
    print(f"{what:44}{known:16,}  {said}")


if __name__ == "__main__":
    main()
