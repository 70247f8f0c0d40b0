"""Ways in which a journal is damaged: name → what makes of its bytes (lines, with their ends) other bytes, or does something with its path.

`python damages.py FOLDER HOW [copy]` damages the last journal of a stopped run, or its copy.
"""

from __future__ import annotations

import sys
from pathlib import Path


def edited(change):
    def damage(path):
        path.write_bytes(change(path.read_bytes().splitlines(True)))

    return damage


def exchanged(path, *, folder):
    path.unlink()
    if folder:
        path.mkdir()


def linked(path):
    path.unlink()
    path.symlink_to(path)


def of_another_part(path):
    path.write_bytes(sorted(path.parent.glob("part-*.ndjson"))[0].read_bytes())


WAYS = {
    "end cut": edited(lambda lines: b"".join(lines)[: -len(lines[-1]) // 2]),
    "line feed cut": edited(lambda lines: b"".join(lines)[:-1]),
    "line cut": edited(lambda lines: b"".join([*lines[:2], lines[2][:40] + b"\n", *lines[3:]])),
    "byte flipped": edited(lambda lines: b"".join([*lines[:2], lines[2].replace(b'"row"', b'"rox"'), *lines[3:]])),
    "outcome edited": edited(lambda lines: b"".join(lines).replace(b'"sent"', b'"deferred"')),
    "garbage between": edited(lambda lines: b"".join([*lines[:2], b"\0\xffgarbage\n", *lines[2:]])),
    "zeros at the end": edited(lambda lines: b"".join(lines) + bytes(512) + b"\n"),
    "zeros without end": edited(lambda lines: b"".join(lines) + bytes(512)),
    "all zeros": edited(lambda lines: bytes(len(b"".join(lines)))),
    "blank line": edited(lambda lines: b"".join([*lines[:2], b"\n", *lines[2:]])),
    "lines of Windows": edited(lambda lines: b"".join(lines).replace(b"\n", b"\r\n")),
    "empty object": edited(lambda lines: b"".join(lines) + b"{}\n"),
    "list": edited(lambda lines: b"".join(lines) + b"[]\n"),
    "number": edited(lambda lines: b"".join(lines) + b"1\n"),
    "deep list": edited(lambda lines: b"".join(lines) + b"[" * 100_000 + b"\n"),
    "unsigned": edited(lambda lines: b"".join(lines) + b'{"row":15,"id":"p-15","outcome":"sent"}\n'),
    "not UTF-8": edited(lambda lines: b"".join(lines).replace(b"example", b"ex\xffmple", 1)),
    "UTF-16": edited(lambda lines: b"".join(lines).decode().encode("utf-16")),
    "first line again": edited(lambda lines: b"".join(lines) + lines[0]),
    "each line twice": edited(lambda lines: b"".join(line for line in lines for _ in range(2))),
    "lines turned round": edited(lambda lines: b"".join(reversed(lines))),
    "first lines gone": edited(lambda lines: b"".join(lines[3:])),
    "middle lines gone": edited(lambda lines: b"".join(lines[:2] + lines[5:])),
    "last line gone": edited(lambda lines: b"".join(lines[:-1])),
    "last lines gone": edited(lambda lines: b"".join(lines[:-5])),
    "emptied": edited(lambda lines: b""),
    "removed": lambda path: path.unlink(),
    "a folder": lambda path: exchanged(path, folder=True),
    "a link to itself": linked,
    "another part's": of_another_part,
}

if __name__ == "__main__":
    folder, how, *copy = sys.argv[1:]
    place = Path(folder) / ".run" / "journal" if copy else Path(folder) / "journal"
    WAYS[how](sorted(place.glob("part-*.ndjson"))[-1])
