"""A message's body as MIME parts (RFC 2046), the same bytes for the same message."""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from mailweave.attachments import Attachment, embedded

# Bytes of a piece at least, and pieces kept: some 8 MB, for all that the documents of a campaign have in common.
_SHORTEST: Final = 400
_KEPT: Final = 8192
_WIDTH: Final = 76


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
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + quoted_printable(body.encode()).replace(b"\n", b"\r\n")


def quoted_printable(text: bytes) -> bytes:
    """A text with LF line ends in quoted-printable (RFC 2045 6.7), its lines at most 76 characters, with LF line ends.

    Messages of one campaign are alike but for their values, so pieces are encoded once. A piece is a line, or of a long one a run of
    elements: it ends between `>` and `<`, where a soft line break may stand, and no blank has to be encoded because it is the last of a line.
    """
    return b"\n".join([_encoded(line) if len(line) <= _SHORTEST else _long(line) for line in text.split(b"\n")])


def _long(line: bytes) -> bytes:
    *pieces, last = _pieces(line)
    return b"".join([*map(_continued, pieces), _encoded(last)])


@lru_cache(maxsize=_KEPT)
def _encoded(piece: bytes) -> bytes:
    return b2a_qp(piece, quotetabs=False, istext=True, header=False)


@lru_cache(maxsize=_KEPT)
def _continued(piece: bytes) -> bytes:
    """A piece that isn't the last of its line, with the soft line break after it."""
    encoded = _encoded(piece)
    # A full last line has no room for the "=" of the break; its last character is a plain ">".
    full = len(encoded) - encoded.rfind(b"\n") - 1 == _WIDTH
    return (encoded[:-1] + b"=\n>" if full else encoded) + b"=\n"


def _pieces(line: bytes) -> Iterator[bytes]:
    start = 0
    while len(line) - start > _SHORTEST:
        end = line.find(b"><", start + _SHORTEST) + 1
        if not end:
            break
        yield line[start:end]
        start = end
    yield line[start:]
