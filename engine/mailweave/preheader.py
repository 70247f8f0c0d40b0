"""What stands at a message's edges: language, title and the hidden preheader that an inbox shows beside the subject."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from babel import Locale

from mailweave.tags import search_markup

# Inboxes show up to about 150 characters after the subject. What the preheader leaves of that is filled with characters that take no room, so
# that the body's first words don't follow it. The pair is the one that email developers settled on: combining grapheme joiner and no-break space.
SHOWN: Final = 150
_PAD: Final = "&#847;&#8204;&#160;"

_HIDDEN: Final = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all;"
_ATTRIBUTES: Final = r"""(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*)"""
_BODY: Final = re.compile(rf"<body\b{_ATTRIBUTES}>", re.IGNORECASE)
_HTML: Final = re.compile(rf"<html\b{_ATTRIBUTES}>", re.IGNORECASE)
_DIV: Final = re.compile(rf"<div\b{_ATTRIBUTES}>", re.IGNORECASE)
# What stands in another attribute's quotes is passed over.
_ARTICLE: Final = re.compile(r"""\s(?P<role>role)\s*=\s*["']?article\b|"[^"]*"|'[^']*'""", re.IGNORECASE)
_LANG: Final = re.compile(r"""\s(?:lang|dir)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)|("[^"]*"|'[^']*')""", re.IGNORECASE)
_TITLE: Final = re.compile(rf"<title\b{_ATTRIBUTES}>.*?</title\s*>", re.IGNORECASE | re.DOTALL)
_HEAD: Final = re.compile(rf"<head\b{_ATTRIBUTES}>", re.IGNORECASE)
_HEAD_END: Final = re.compile(r"</head\s*>|<body\b", re.IGNORECASE)


def with_preheader(html: str, text: str) -> str:
    """The document with `text`, hidden, as the first thing in its body."""
    at = body_start(html)
    return html[:at] + preheader_element(text) + html[at:]


def body_start(html: str) -> int:
    """The offset at which the body's content begins."""
    found = search_markup(_BODY, html)
    return found.end() if found else 0


def preheader_element(text: str) -> str:
    """The element that only an inbox shows."""
    return f'<div style="{_HIDDEN}">{escape(text)}{_PAD * max(0, SHOWN - len(text))}</div>'


def in_head(html: str, markup: str) -> str:
    """The document with markup at the end of its head; without a head, in front of it all."""
    end = search_markup(_HEAD_END, html)
    at = end.start() if end else 0
    return html[:at] + markup + html[at:]


def with_lang(html: str, locale: str) -> str:
    """The document with `lang` and `dir` of a locale (BCP 47) on its root and on its article; what the author wrote there gives way.

    The article is the body's `<div role="article">`. It needs its own, because webmail shows a message without its root.
    """
    direction = Locale.parse(locale.replace("_", "-"), sep="-").text_direction
    marks = f' lang="{escape(locale)}" dir="{direction}"'
    article = next((found for found in _DIV.finditer(html) if _is_article(found["attributes"])), None)
    for found in (article, search_markup(_HTML, html)):
        if found:
            rest = _LANG.sub(lambda attribute: attribute[1] or "", found["attributes"])
            html = html[: found.start("attributes")] + marks + rest + html[found.end("attributes") :]
    return html


def _is_article(attributes: str) -> bool:
    return any(found["role"] for found in _ARTICLE.finditer(attributes))


def with_title(html: str, title: str) -> str:
    """The document with this title in its head; screen readers announce it, browsers show it."""
    element = f"<title>{escaped_title(title)}</title>"
    end = search_markup(_HEAD_END, html)
    head, rest = (html[: end.start()], html[end.start() :]) if end else (html, "")
    old, opening = search_markup(_TITLE, head), search_markup(_HEAD, head)
    if old:
        return head[: old.start()] + element + head[old.end() :] + rest
    return head[: opening.end()] + element + head[opening.end() :] + rest if opening else html


def escaped_title(title: str) -> str:
    """A text as it stands in `<title>`."""
    return escape(title, quote=False)
