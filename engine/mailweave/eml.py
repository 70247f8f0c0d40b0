"""The message as an RFC 5322 file, the same bytes for the same message.

The headers are written here and not by `email.message`: its default policy encodes a long `List-Unsubscribe` as RFC 2047 words, which mail
clients can't read, and its Message-ID and boundaries are random.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Final

from mailweave.addresses import ATOM, ascii_address, ascii_domain
from mailweave.attachments import Attachment
from mailweave.errors import MailweaveError, Problem
from mailweave.mime import body_of

_WIDTH: Final = 76  # RFC 2045 6.7 for bodies; RFC 5322 2.1.1 recommends 78 for headers.
_LONGEST: Final = 998  # RFC 5322 2.1.1
# Half a surrogate pair can't be written in any encoding.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_PHRASE: Final = re.compile(rf"{ATOM}(?: {ATOM})*\Z")
_DATE: Final = b"\r\nDate: "
_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,74}\Z")


def build_eml(
    *,
    subject: str,
    html: str,
    text: str,
    sender_name: str,
    sender_email: str,
    reply_to: str | None,
    to_email: str | None,
    to_name: str,
    at: datetime,
    message_id_seed: str,
    list_unsubscribe: str | None,
    headers: Mapping[str, str],
    attachments: Sequence[Attachment] = (),
    embedded_pictures: Sequence[tuple[str, Attachment]] = (),
) -> bytes:
    """Headers and body, CRLF line ends. `at` is aware. `message_id_seed` tells this message from every other.

    Raises:
        MailweaveError: no recipient, an address or URL that a header can't hold, a line break in a header.
    """
    if not to_email:
        raise MailweaveError(Problem("the profile has no email", "add `email:` to it", code="no-email"))
    body = body_of(html, text, _digest(message_id_seed), attachments, embedded_pictures)
    fields = {
        "From": _address("sender's", sender_name, sender_email),
        "To": _address("recipient's", to_name, to_email),
        **({"Reply-To": _address("reply_to", "", reply_to)} if reply_to else {}),
        "Subject": _text("Subject", subject),
        "Date": format_datetime(at),
        "Message-ID": message_id(message_id_seed, sender_email),
        **(_unsubscribe(list_unsubscribe) if list_unsubscribe else {}),
        "MIME-Version": "1.0",
        "Content-Type": body.type,
    }
    fields |= _more(headers, fields)
    lines = [f"{name}: {value}" if len(name) + len(value.split("\r\n")[0]) <= _WIDTH else f"{name}:\r\n {value}" for name, value in fields.items()]
    head = "\r\n".join(lines)
    return head.encode("ascii") + b"\r\n\r\n" + body.content


def with_date(eml: bytes, at: datetime) -> bytes:
    """The file with another `Date`, an aware moment: when it was handed over, where it was built for another one."""
    # No value can stand before it with a line of its own: a header's further lines begin with a blank.
    head, name, rest = eml.partition(_DATE)
    return b"".join((head, name, format_datetime(at).encode("ascii"), rest[rest.index(b"\r\n") :]))


def message_id(seed: str, sender_email: str) -> str:
    """The Message-ID of a message that `seed` tells from every other, at the sender's domain, with its angle brackets.

    Raises:
        MailweaveError: the address has no domain that the DNS could have.
    """
    return f"<{_digest(seed)[:40]}@{ascii_domain(sender_email)}>"


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def _text(name: str, value: str) -> str:
    """An unstructured header's value: as it is when it is short ASCII, else folded, else as RFC 2047 words."""
    _refuse_controls(name, value)
    words = value.split(" ")
    # The first word must stand beside the name: many readers keep the space of a fold before it.
    fits = len(name) + 2 + len(words[0]) <= _WIDTH and all(0 < len(word) < _WIDTH for word in words)
    plain = value.isascii() and "=?" not in value and fits
    return _folded(len(name) + 2, words) if plain else _encoded(value, len(name) + 2)


def _folded(start: int, words: list[str]) -> str:
    lines, room = [words[0]], _WIDTH - start - len(words[0])
    for word in words[1:]:
        if len(word) < room:
            lines[-1] += f" {word}"
            room -= len(word) + 1
        else:
            lines.append(word)
            room = _WIDTH - 1 - len(word)
    return "\r\n ".join(lines)


def _encoded(value: str, start: int) -> str:
    return Header(value, "utf-8", maxlinelen=_WIDTH - 1).encode(linesep="\r\n", maxlinelen=max(_WIDTH - 1 - start, 40)) if value else ""


def _address(whose: str, name: str, address: str) -> str:
    _refuse_controls(f"the {whose} name", name)
    _refuse_controls(f"the {whose} address", address)
    plain = ascii_address(address)
    if not name.strip():
        return plain
    phrase = _phrase(name.strip())
    # "Reply-To: " is the longest name before an address; the phrase's length tells, as encoding makes a name longer.
    room = _WIDTH - len("Reply-To: ") - len(phrase.rpartition("\r\n")[2])
    return f"{phrase} <{plain}>" if len(plain) + 3 <= room else f"{phrase}\r\n <{plain}>"


def _phrase(name: str) -> str:
    """A display name: bare, quoted, or as RFC 2047 words."""
    if not name.isascii() or "=?" in name or len(name) > _WIDTH - 12:
        return _encoded(name, 12)
    if _PHRASE.match(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unsubscribe(url: str) -> dict[str, str]:
    """RFC 2369 and, for one click, RFC 8058 (which wants https)."""
    fine = re.match(r"(?:https://|mailto:)[\x21-\x3b\x3d\x3f-\x7e]+\Z", url) and len(url) < _LONGEST - 4
    if not fine:
        remedy = "make links.unsubscribe an https URL (or mailto) without spaces, of less than 990 characters"
        raise MailweaveError(Problem(f"'{url[:60]}' can't be the header List-Unsubscribe", remedy, code="bad-unsubscribe"))
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url.startswith("https:") else {}
    return {"List-Unsubscribe": f"<{url}>", **one_click}


def _more(headers: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    taken = {name.lower() for name in own}
    for name in headers:
        if not _HEADER_NAME.match(name):
            raise MailweaveError(Problem(f"'{name}' is no header's name", "use letters, digits and hyphens", code="bad-header"))
        if name.lower() in taken:
            raise MailweaveError(Problem(f"the header {name} stands in the message already", "choose another name", code="bad-header"))
        taken.add(name.lower())
    return {name: _text(name, value) for name, value in headers.items()}


def _refuse_controls(name: str, value: str) -> None:
    if _CONTROL.search(value):
        raise MailweaveError(Problem(f"{name} holds a line break or a control character", "remove it", code="header-injection"))
