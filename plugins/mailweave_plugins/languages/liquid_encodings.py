"""Liquid's filters of Base64 (RFC 4648, sections 4 and 5), as strict as Ruby's."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from mailweave_plugins.languages.liquid_text import text

_TO_URL: Final = str.maketrans("+/", "-_")
_FROM_URL: Final = str.maketrans("-_", "+/")


def _encode(value: Any) -> str:
    return base64.b64encode(text(value).encode()).decode()


def _decode(value: Any) -> str:
    try:
        return base64.b64decode(text(value).encode("ascii"), validate=True).decode()
    except binascii.Error as error:
        raise ValueError("this is no Base64 – give what `base64_encode` makes") from error
    except UnicodeError as error:
        raise ValueError("this is no Base64 of a text – give what `base64_encode` makes") from error


def _decode_url(value: Any) -> str:
    given = text(value)
    return _decode(given.translate(_FROM_URL) + ("" if given.endswith("=") else "=" * (-len(given) % 4)))


ENCODINGS: Final[dict[str, Callable[[Any], str]]] = {
    "base64_decode": _decode,
    "base64_encode": _encode,
    "base64_url_safe_decode": _decode_url,
    "base64_url_safe_encode": lambda value: _encode(value).translate(_TO_URL),
}
