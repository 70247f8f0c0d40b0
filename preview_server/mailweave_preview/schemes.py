"""A message as clients show it in light mode, in its own dark mode, or with the colours that some clients force on it.

Colour schemes are written into the document instead of asked of the browser, so that a picture doesn't depend on the machine that takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailweave.edits import spliced
from mailweave.tags import TagSearch, insides
from mailweave_preview.forced_dark import darkened

SCHEMES: Final = ("light", "dark", "forced")

_QUERY: Final = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_NAME: Final = re.compile(r'\sname="(?:supported-)?color-schemes?"', re.IGNORECASE)
_CONTENT: Final = re.compile(r'\scontent="([^"]*)"', re.IGNORECASE)
_PROPERTY: Final = re.compile(r"(?<![\w-])color-scheme\s*:\s*([^;}\"']*)", re.IGNORECASE)
# A media feature that always holds, and one that never does.
_ALWAYS, _NEVER = "(min-width: 0px)", "(max-width: 0px)"


def in_scheme(html: str, scheme: str) -> str:
    """The document in one of `SCHEMES`. "dark" changes only a message that says what it looks like in dark mode; "forced" is what clients such as
    Outlook.com and Gmail on phones do to the others: light backgrounds become dark and dark text light."""
    wanted = "dark" if scheme == "dark" else "light"
    html = spliced(html, ((sheet.start, sheet.end, _styled(html[sheet.start : sheet.end], wanted)) for sheet in insides(html, "style")))
    html = spliced(html, ((*content.span(1), _only(content[1], wanted)) for content in _declarations(html)))
    return darkened(html) if scheme == "forced" else html


def _declarations(html: str) -> Iterator[re.Match[str]]:
    """What `<meta name="color-scheme" content="…">` says."""
    for tag in TagSearch(html, "meta"):
        name = _NAME.search(html, *tag.span())
        if name and (content := _CONTENT.search(html, name.end(), tag.end())):
            yield content


def _styled(css: str, wanted: str) -> str:
    css = _QUERY.sub(lambda query: _ALWAYS if query[1].lower() == wanted else _NEVER, css)
    return _PROPERTY.sub(lambda found: f"color-scheme: {_only(found[1], wanted)}", css)


def _only(schemes: str, wanted: str) -> str:
    """The scheme that is wanted, when the message knows it."""
    return f"{wanted} only" if wanted in schemes.lower().split() else "light only"
