"""What stands at a message's edges: language, title and the hidden preheader that an inbox shows beside the subject."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import Final

from babel import Locale

from mailweave.tags import TagSearch, search_markup

# Inboxes show up to about 150 characters after the subject. What the preheader leaves of that is filled with characters that take no room, so
# that the body's first words don't follow it. The pair is the one that email developers settled on: combining grapheme joiner and no-break space.
SHOWN: Final = 150
_PAD: Final = "&#847;&#8204;&#160;"

_HIDDEN: Final = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all;"
# What stands in another attribute's quotes is passed over.
_ARTICLE: Final = re.compile(r"""\s(?P<role>role)\s*=\s*["']?article\b|"[^"]*"|'[^']*'""", re.IGNORECASE)
_LANG: Final = re.compile(r"""\s(?:lang|dir)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)|("[^"]*"|'[^']*')""", re.IGNORECASE)
_TITLE_END: Final = re.compile(r"</title\s*>", re.IGNORECASE)
_HEAD_END: Final = re.compile(r"</head\s*>|<body\b", re.IGNORECASE)


def with_preheader(html: str, text: str) -> str:
    """The document with `text`, hidden, as the first thing in its body."""
    at = body_start(html)
    return html[:at] + preheader_element(text) + html[at:]


def body_start(html: str) -> int:
    """The offset at which the body's content begins."""
    found = _opening(html, "body")
    return found.end() if found else 0


def preheader_element(text: str) -> str:
    """The element that only an inbox shows."""
    return f'<div style="{_HIDDEN}">{escape(text)}{_PAD * max(0, SHOWN - len(text))}</div>'


def in_head(html: str, markup: str) -> str:
    """The document with markup at the end of its head; without a head, in front of it all."""
    end = search_markup(partial(_HEAD_END.search, html), html)
    at = end.start() if end else 0
    return html[:at] + markup + html[at:]


def with_lang(html: str, locale: str) -> str:
    """The document with `lang` and `dir` of a locale (BCP 47) on its root and on its article; what the author wrote there gives way.

    The article is the body's `<div role="article">`. It needs its own, because webmail shows a message without its root.
    """
    direction = Locale.parse(locale.replace("_", "-"), sep="-").text_direction
    marks = f' lang="{escape(locale)}" dir="{direction}"'
    article = next((found for found in TagSearch(html, "div") if _is_article(found["attributes"])), None)
    for found in (article, _opening(html, "html")):
        if found:
            rest = _LANG.sub(lambda attribute: attribute[1] or "", found["attributes"])
            html = html[: found.start("attributes")] + marks + rest + html[found.end("attributes") :]
    return html


def _is_article(attributes: str) -> bool:
    return any(found["role"] for found in _ARTICLE.finditer(attributes))


def with_title(html: str, title: str) -> str:
    """The document with this title in its head; screen readers announce it, browsers show it."""
    element = f"<title>{escaped_title(title)}</title>"
    end = search_markup(partial(_HEAD_END.search, html), html)
    head, rest = (html[: end.start()], html[end.start() :]) if end else (html, "")
    old, opening = _opening(head, "title"), _opening(head, "head")
    if old and (ending := _TITLE_END.search(head, old.end())):
        return head[: old.start()] + element + head[ending.end() :] + rest
    return head[: opening.end()] + element + head[opening.end() :] + rest if opening else html


def _opening(html: str, name: str) -> re.Match[str] | None:
    return search_markup(TagSearch(html, name).search, html)


def escaped_title(title: str) -> str:
    """A text as it stands in `<title>`."""
    return escape(title, quote=False)
