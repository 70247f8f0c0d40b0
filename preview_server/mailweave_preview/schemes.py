"""A message as clients show it in light mode, in its own dark mode, or with the colours that some clients force on it.

Colour schemes are written into the document instead of asked of the browser, so that a picture doesn't depend on the machine that takes it.
"""

from __future__ import annotations

import re
from typing import Final

from mailweave_preview.forced_dark import darkened

SCHEMES: Final = ("light", "dark", "forced")

_QUERY: Final = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_META: Final = re.compile(r'(<meta\b[^>]*\bname="(?:supported-)?color-schemes?"[^>]*\bcontent=")([^"]*)(")', re.IGNORECASE)
_PROPERTY: Final = re.compile(r"(?<![\w-])color-scheme\s*:\s*([^;}\"']*)", re.IGNORECASE)
_STYLE: Final = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
# A media feature that always holds, and one that never does.
_ALWAYS, _NEVER = "(min-width: 0px)", "(max-width: 0px)"


def in_scheme(html: str, scheme: str) -> str:
    """The document in one of `SCHEMES`. "dark" changes only a message that says what it looks like in dark mode; "forced" is what clients such as
    Outlook.com and Gmail on phones do to the others: light backgrounds become dark and dark text light."""
    wanted = "dark" if scheme == "dark" else "light"
    html = _STYLE.sub(lambda style: style[1] + _styled(style[2], wanted) + style[3], html)
    html = _META.sub(lambda meta: meta[1] + _only(meta[2], wanted) + meta[3], html)
    return darkened(html) if scheme == "forced" else html


def _styled(css: str, wanted: str) -> str:
    css = _QUERY.sub(lambda query: _ALWAYS if query[1].lower() == wanted else _NEVER, css)
    return _PROPERTY.sub(lambda found: f"color-scheme: {_only(found[1], wanted)}", css)


def _only(schemes: str, wanted: str) -> str:
    """The scheme that is wanted, when the message knows it."""
    return f"{wanted} only" if wanted in schemes.lower().split() else "light only"
