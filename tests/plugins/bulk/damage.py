"""What may happen to a file of a run's folder, and which of its files there are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

HOW = ("empty", "list", "object", "cut", "garbage", "nuls", "not-utf-8", "folder", "pipe", "removed", "link", "another", "a-character", "longer")


def wipe(path: Path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def damage(path: Path, how: str, chance, other: Path | None = None):
    """Damage a file, or a file of a folder of messages."""
    if path.is_dir():
        inner = sorted(path.iterdir())
        if how not in ("removed", "link", "empty") and inner:
            path, other = chance.choice(inner), None
    raw = path.read_bytes() if path.is_file() else b""
    wipe(path)
    place = chance.randrange(len(raw)) if raw else 0
    if how == "folder":
        path.mkdir()
        (path / "x").write_text("x")
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "link":
        path.symlink_to("nowhere")
    elif how == "another" and other and other != path:
        shutil.copytree(other, path) if other.is_dir() else shutil.copy(other, path)
    elif how != "removed":
        contents = {
            "empty": b"", "list": b"[]", "object": b"{}", "cut": raw[:place], "garbage": chance.randbytes(200), "nuls": raw[:place] + bytes(len(raw) - place),
            "not-utf-8": b"\xff\xfe" + raw, "a-character": raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :] if raw else b"x", "longer": raw + b"x\n",
        }
        path.write_bytes(contents.get(how, b""))


def files_of(folder: Path):
    """Every file of a run that stays, folders of messages as one."""
    # Not `rglob`: the run may be at work, and folders that are being written come and go.
    plain = (path for place in ("*", ".run/*", ".run/locks/*", "ledger/*", "parts/*") for path in folder.glob(place) if path.is_file())
    return sorted(path for path in (*folder.glob("messages/*"), *plain) if path.suffix != ".part")
