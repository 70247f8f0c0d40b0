"""Messages as `.eml` files, which every mail program opens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from mailweave import hookimpl
from mailweave.addresses import ascii_address
from mailweave.deliverers import Deliverer, FileDeliverer, Letter

# File systems allow 255 bytes.
_LONGEST: Final = 200


class Eml(FileDeliverer):
    """A folder a part, with one `.eml` file (RFC 5322) a message, named by row and id."""

    name = "eml"
    suffix = ""
    needs_eml = True

    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        path.mkdir()
        for letter in letters:
            (path / file_name(letter)).write_bytes(_return_path(letter) + letter.message.eml)


def _return_path(letter: Letter) -> bytes:
    """Where bounces go, for whoever sends the file: it is the header in which mail servers note the envelope's sender (RFC 5321 4.4)."""
    envelope = letter.message.sender.envelope
    return f"Return-Path: <{ascii_address(envelope)}>\r\n".encode() if envelope else b""


def file_name(letter: Letter) -> str:
    """A name that every file system takes. The row makes it unique where capitals make no difference.

    Example:
        `00000012-p%2F7.eml` is row 12, id "p/7".
    """
    name = quote(letter.id, safe="@+ ")
    if len(name) > _LONGEST:
        name = hashlib.sha256(letter.id.encode()).hexdigest()
    return f"{letter.row:08d}-{name}.eml"


@hookimpl
def register_deliverers() -> Iterable[type[Deliverer]]:
    return [Eml]
