"""Files that travel in a message: attachments, and pictures embedded instead of linked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import MIMEPart
from email.policy import SMTP
from functools import cached_property
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pydantic import field_validator, model_validator

from mailweave.edits import spliced
from mailweave.errors import MailweaveError, Problem
from mailweave.folders import file_within
from mailweave.plugged import NeededName, Settings
from mailweave.tags import quoted_attributes
from mailweave.validation import Loc
from mailweave.yamlfile import Document

ASSETS: Final = "assets"
# Gmail takes messages of 25 MB, and base64 makes four bytes of three (RFC 2045 6.8).
MOST_BYTES: Final = 18_000_000
# Not `mimetypes`: what a machine has in /etc/mime.types, or another Python in its table, must not change a message.
_TYPES: Final = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ics": "text/calendar",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
_PICTURES: Final = frozenset({"src", "background"})


class AttachmentFile(Settings):
    """One entry of `attachments`: a file below the workspace's folder, and the name by which the recipient sees it (default: its own)."""

    file: NeededName
    name: NeededName | None = None

    @model_validator(mode="before")
    @classmethod
    def _path(cls, data: Any) -> Any:
        return {"file": data} if isinstance(data, str) else data

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str | None) -> str | None:
        if name and (set(name) & set('/\\"') or not name.isprintable()):
            raise ValueError(f"'{name}' is not a valid file name – leave out slashes, quotes and control characters")
        return name


@dataclass(frozen=True)
class Attachment:
    """A file's content. `path` is below the workspace's folder, or for an embedded picture below its assets."""

    path: str
    name: str
    content: bytes = field(repr=False)

    @cached_property
    def cid(self) -> str:
        """The Content-ID of an embedded picture (RFC 2392), without angle brackets: the same for the same bytes."""
        return f"{hashlib.sha256(self.content).hexdigest()[:32]}@embedded.mailweave"

    @cached_property
    def part(self) -> bytes:
        """It as an attachment's MIME part: headers, empty line, base64."""
        return self._part({"disposition": "attachment", "filename": self.name})

    @cached_property
    def embedded_part(self) -> bytes:
        """It as an embedded picture's MIME part."""
        return self._part({"disposition": "inline", "filename": self.name, "cid": f"<{self.cid}>"})

    def _part(self, options: dict[str, Any]) -> bytes:
        main, _, sub = _type(self.name).partition("/")
        part = MIMEPart(policy=SMTP)
        part.set_content(self.content, main, sub, **options)
        return part.as_bytes()


def _type(name: str) -> str:
    return _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def read_attachments(document: Document, root: Path, attachments: Sequence[AttachmentFile], embed: Sequence[str]) -> tuple[Any, Any]:
    """The files that a campaign names under `attachments` and `embed`.

    Raises:
        MailweaveError: every file that isn't there or lies outside, two of one name, or too much of them.
    """
    problems: list[Problem] = []
    found = [_read(document, ("attachments", index), root, entry.file, entry.name, problems) for index, entry in enumerate(attachments)]
    pictures = [_picture(document, ("embed", index), root, path, problems) for index, path in enumerate(embed)]
    for name in sorted({each.name for each in found if each and [other.name for other in found if other].count(each.name) > 1}):
        remedy = "give one another `name`"
        problems.append(document.problem(("attachments",), f"two attachments are called '{name}'", remedy, code="twice", key=True))
    size = sum(len(each.content) for each in [*found, *pictures] if each)
    if size > MOST_BYTES:
        what = f"attachments and embedded pictures have {size / 1e6:.1f} MB together"
        remedy = f"keep them below {MOST_BYTES / 1e6:g} MB, or link to them"
        problems.append(document.problem(("attachments" if attachments else "embed",), what, remedy, code="too-large", key=True))
    if problems:
        raise MailweaveError(*problems)
    return tuple(found), tuple(pictures)


def _picture(document: Document, loc: Loc, root: Path, path: str, problems: list[Problem]) -> Attachment | None:
    if not _type(path).startswith("image/"):
        problems.append(document.problem(loc, f"'{path}' is not a picture", "embed .png, .jpg, .gif or .webp files of assets/", code="not-a-picture"))
        return None
    return _read(document, loc, root / ASSETS, path, None, problems)


def _read(document: Document, loc: Loc, root: Path, path: str, name: str | None, problems: list[Problem]) -> Attachment | None:
    try:
        file = file_within(root, path)
        return Attachment(path, name or file.name, file.read_bytes())
    except MailweaveError as error:
        problems += [document.problem(loc, problem.what, problem.remedy, code=problem.code) for problem in error.problems]
    except OSError as error:
        problems.append(document.problem(loc, f"'{path}' can't be read: {error.strerror}", "check the file", code="unreadable"))
    return None


def embedded(html: str, pictures: Iterable[tuple[str, Attachment]]) -> tuple[str, list[Attachment]]:
    """The document with the URLs of these pictures replaced by their Content-IDs, and those pictures of them that stand in it."""
    by_url = dict(pictures)
    if not any(url in html or "&" in url for url in by_url):
        return html, []
    edits, used = [], {}
    for name, start, end in quoted_attributes(html):
        picture = by_url.get(unescape(html[start:end])) if name in _PICTURES else None
        if picture:
            used[picture.cid] = picture
            edits.append((start, end, f"cid:{picture.cid}"))
    return spliced(html, edits), list(used.values())
