"""Messages as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from mailweave.message import Message
from mailweave.whole import write_whole

# Format → file suffix.
FORMATS: Final = {"html": "html", "text": "txt", "eml": "eml"}


def content(message: Message, kind: str) -> bytes:
    """A message in one format."""
    if kind == "json":
        return (json.dumps(message.json(), indent=2, ensure_ascii=False) + "\n").encode()
    return message.eml if kind == "eml" else (message.html if kind == "html" else message.text).encode()


def write_message(message: Message, folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    """Write `<campaign>/<profile>.<suffix>` for each format; the paths. A file is there whole or not at all."""
    target = folder / message.campaign
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        path = target / f"{message.profile}.{FORMATS.get(kind, kind)}"
        write_whole(path, content(message, kind))
        written.append(path)
    return written
