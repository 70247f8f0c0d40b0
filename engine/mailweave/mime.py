"""A message's body as MIME parts (RFC 2046), the same bytes for the same message."""

from __future__ import annotations

import quopri
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailweave.attachments import Attachment, embedded


class Body(NamedTuple):
    """The value of the header Content-Type, and the content."""

    type: str
    content: bytes


def body_of(html: str, text: str, digest: str, attachments: Sequence[Attachment], pictures: Iterable[tuple[str, Attachment]]) -> Body:
    """Both texts under `multipart/alternative`; embedded pictures stand beside the HTML (RFC 2387), attachments after all of it.

    `digest` are 64 hexadecimal digits that tell this message from every other; the boundaries are made from it.
    """
    html, used = embedded(html, pictures)
    page = _text("html", html)
    if used:
        page = _as_part(_multipart("related", digest[24:48], [page, *(picture.embedded_part for picture in used)], ';\r\n type="text/html"'))
    body = _multipart("alternative", digest[:24], [_text("plain", text), page])
    if attachments:
        body = _multipart("mixed", digest[40:], [_as_part(body), *(attachment.part for attachment in attachments)])
    return body


def _multipart(kind: str, digest: str, parts: Iterable[bytes], more: str = "") -> Body:
    boundary = f"=_mailweave_{digest}"  # "=_" never occurs in quoted-printable (RFC 2045 6.7), and "_" not in base64
    # The line break before a boundary belongs to the boundary (RFC 2046 5.1.1).
    content = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return Body(f'multipart/{kind}; boundary="{boundary}"{more}', content + b"--%b--\r\n" % boundary.encode())


def _as_part(body: Body) -> bytes:
    return b"Content-Type: %b\r\n\r\n%b" % (body.type.replace("; boundary", ";\r\n boundary").encode(), body.content)


def _text(subtype: str, body: str) -> bytes:
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + quopri.encodestring(body.encode()).replace(b"\n", b"\r\n")
