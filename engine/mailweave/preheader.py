"""What stands at a message's edges: language, title and the hidden preheader that an inbox shows beside the subject."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from babel import Locale

# Inboxes show up to about 150 characters after the subject. What the preheader leaves of that is filled with characters that take no room, so
# that the body's first words don't follow it. The pair is the one that email developers settled on: combining grapheme joiner and no-break space.
SHOWN: Final = 150
_PAD: Final = "&#847;&#8204;&#160;"

_HIDDEN: Final = (
    "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all;"
)
_BODY: Final = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_HTML: Final = re.compile(r"<html\b(?P<attributes>[^>]*)>", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title\b[^>]*>.*?</title\s*>", re.IGNORECASE | re.DOTALL)
_HEAD: Final = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def with_preheader(html: str, text: str) -> str:
    """The document with `text`, hidden, as the first thing in its body."""
    padding = _PAD * max(0, SHOWN - len(text))
    hidden = f'<div style="{_HIDDEN}">{escape(text)}{padding}</div>'
    found = _BODY.search(html)
    at = found.end() if found else 0
    return html[:at] + hidden + html[at:]


def with_lang(html: str, locale: str) -> str:
    """The document with `lang` and `dir` of a locale (BCP 47) on its root; what the author wrote there gives way."""
    found = _HTML.search(html)
    if not found:
        return html
    rest = re.sub(r"\s(?:lang|dir)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", "", found["attributes"], flags=re.IGNORECASE)
    direction = Locale.parse(locale.replace("_", "-"), sep="-").text_direction
    return f'{html[: found.start()]}<html lang="{escape(locale)}" dir="{direction}"{rest}>{html[found.end() :]}'


def with_title(html: str, title: str) -> str:
    """The document with this title; screen readers announce it, browsers show it."""
    element = f"<title>{escape(title, quote=False)}</title>"
    if _TITLE.search(html):
        return _TITLE.sub(lambda _: element, html, count=1)
    return _HEAD.sub(lambda found: found[0] + element, html, count=1)
