"""Make a value safe for the place where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from mailweave.contexts import Context
from mailweave.languages import Escaping

# Control characters, lone surrogates and non-characters: XML can hold none of them, so no later stage could take them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OVERRIDES = re.compile("[\u202d\u202e]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_SCHEMES: Final = ("https", "http", "mailto", "tel", "sms")
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#\\\s\"'<>`(){}|^;,!$&*+=]*", re.I)
_CSS = re.compile(r"[\w #.,%()+/'!-]*\Z")
_CSS_TRICK = re.compile(r"url\s*\(|expression\s*\(|--|/\*|\*/|//", re.I)

_CSS_ENDS = re.compile("['()]")
# Text in quotes, and brackets with brackets in them, one level deep.
_CSS_CLOSED = re.compile(r"'[^']*'|\((?:'[^']*'|\([^()']*\)|[^()'])*\)")
_SIZE = re.compile(r"\s*+[0-9]*+(?:\.[0-9]++)?[wxh]?\s*+\Z")

_VERBATIM: Final = frozenset({Context.TEXT, Context.RCDATA, Context.COMMENT})


class MessageMarkup(Markup):
    """The markup of a translation. It can stand only where markup can."""


def escape(value: str, context: Context, escaping: Escaping = "markup") -> str:
    """A value escaped for a context of a template. `markupsafe.Markup` goes verbatim into text, RCDATA and comments.

    In a template that is a URL as a whole (`escaping` is "url") nothing is written as an HTML entity.

    Raises:
        ValueError: the value can't stand there ("what – remedy").

    Example:
        >>> escape("Tom & Jo", Context.TEXT), escape("Tom & Jo", Context.URL_QUERY)
        ('Tom &amp; Jo', 'Tom%20%26%20Jo')
    """
    if isinstance(value, Markup) and context in _VERBATIM:
        return str(value)
    if isinstance(value, MessageMarkup) and context is not Context.PLAIN:
        raise ValueError("the markup of a translation can't stand here – use a text whose key doesn't end in `_html`")
    text = str.__str__(value)
    if context is Context.LINE:
        return _line(text)
    if context is Context.PLAIN:
        return text
    # XML reads every kind of line break as "\n" (XML 1.0, section 2.11), so later stages would change the others.
    text = re.sub("\r\n?", "\n", _UNPRINTABLE.sub("", text))
    if escaping == "url":
        return _URLS[context](text)
    return _MARKUP[context](text)


def _markup(text: str) -> str:
    return html.escape(text, quote=True)


def _attribute(text: str) -> str:
    # An attribute may stand in a conditional comment, where XML allows no "--".
    return _markup(text).replace("--", "-&#45;")


def _comment(text: str) -> str:
    return _markup(text).replace("-", "&#45;")


def _url_start(text: str) -> str:
    """A whole URL, or its beginning: the scheme is checked, and what may not stand in a URL is percent-encoded (RFC 3986)."""
    # Browsers drop line breaks and tabs inside a URL before they read its scheme (WHATWG URL, section 4.4).
    url = re.sub(r"[\t\r\n]", "", text).strip()
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in _SCHEMES:
        raise ValueError(f"`{scheme[0]}` isn't a kind of URL that mail may link to – use https:, http:, mailto:, tel:, sms: or a relative URL")
    # A host may have letters outside ASCII (IDNA); percent-encoded, many mail clients don't find it.
    host = _HOST.match(url)
    start = host[0] if host else ""
    # Compilers write some URLs into `url('…')` too, where a quote or a bracket would end them.
    return start + _STRAY_PERCENT.sub("%25", quote(url[len(start) :], safe="/:?#[]@!$&*+,;=%~"))


def _url_part(text: str) -> str:
    return quote(text, safe="/@+,!$*~")


def _url_query(text: str) -> str:
    return quote(text, safe="~")


def _srcset_start(text: str) -> str:
    """A URL in a list of them: a comma would end it."""
    return _url_start(text).replace(",", "%2C")


def _srcset_part(text: str) -> str:
    return _url_part(text).replace(",", "%2C")


def _srcset_size(text: str) -> str:
    if not _SIZE.match(text):
        raise ValueError(f"'{text}' can't stand behind a URL in `srcset` – use a width or a density, such as 640w or 2x")
    return text


def _style_text(text: str) -> str:
    """A part of a text in quotes or of a URL in CSS, or a size."""
    if not _CSS.match(text) or _CSS_TRICK.search(text) or _CSS_ENDS.search(text):
        raise ValueError(f"'{text}' can't be a part of CSS here – use only letters, digits, spaces and # . , % + - / !")
    return text


def _style(text: str) -> str:
    """A CSS value: a colour, a length, a name, a list of fonts. Each quote and each bracket is closed again."""
    if not _CSS.match(text) or _CSS_TRICK.search(text) or _CSS_ENDS.search(_CSS_CLOSED.sub("", text)):
        raise ValueError(f"'{text}' can't be a CSS value here – use only letters, digits, spaces and # . , % ( ) + - / ' !")
    return text


def _line(text: str) -> str:
    """One line of plain text: no line break can start another header, and no override can turn the text after it round (Unicode TR 36)."""
    text = _OVERRIDES.sub("", re.sub("[\ud800-\udfff\ufffe\uffff]", "", _BREAKS.sub(" ", text)))
    return text if _balanced(text) else _BIDI.sub("", text)


def _balanced(text: str) -> bool:
    """Whether every bidirectional embedding and isolate is closed again."""
    open_marks: list[str] = []
    for mark in _BIDI.findall(text):
        if mark in "\u202c\u2069":
            if not open_marks or open_marks.pop() != mark:
                return False
        else:
            open_marks.append("\u2069" if mark >= "\u2066" else "\u202c")
    return not open_marks


_URLS: Final[dict[Context, Callable[[str], str]]] = {
    Context.URL_START: _url_start,
    Context.URL_PART: _url_part,
    Context.URL_QUERY: _url_query,
    Context.SRCSET_START: _srcset_start,
    Context.SRCSET_PART: _srcset_part,
}
_MARKUP: Final[dict[Context, Callable[[str], str]]] = {
    Context.TEXT: _markup,
    Context.RCDATA: _markup,
    Context.ATTRIBUTE: _attribute,
    Context.COMMENT: _comment,
    Context.STYLE: _style,
    Context.STYLE_TEXT: _style_text,
    Context.SRCSET_SIZE: _srcset_size,
    **{context: lambda text, encode=encode: _attribute(encode(text)) for context, encode in _URLS.items()},  # type: ignore[misc]
}
