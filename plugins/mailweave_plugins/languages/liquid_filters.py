"""Liquid's own filters that have to know that every output is escaped for its place."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote_plus

from markupsafe import Markup, escape

from mailweave_plugins.languages.liquid_text import text


class Captured(Markup):
    """What `capture` collected: markup whose values are escaped already."""


class Encoded(str):
    """The result of `url_encode`. In a URL, where values are encoded anyway, `plain` is taken instead."""

    plain: str

    def __new__(cls, plain: str) -> Encoded:
        made = super().__new__(cls, quote_plus(plain))
        made.plain = plain
        return made


def shopify_escape(text: str) -> str:
    """Escaped as Ruby's CGI.escapeHTML does, which Shopify's Liquid uses."""
    return html.escape(text).replace("&#x27;", "&#39;")


def _unchanged(value: Any) -> Any:
    return value if isinstance(value, str) else text(value)


def _escape_once(value: Any) -> Any:
    return value if isinstance(value, Markup) else html.unescape(text(value))


def _newline_to_br(value: Any) -> Markup:
    return Markup(str(escape(text(value))).replace("\r\n", "\n").replace("\n", "<br />\n"))


def _url_encode(value: Any) -> Encoded:
    return Encoded(text(value))


ESCAPED: Final[dict[str, Callable[[Any], Any]]] = {
    "escape": _unchanged,
    "h": _unchanged,
    "escape_once": _escape_once,
    "newline_to_br": _newline_to_br,
    "url_encode": _url_encode,
}
# `escapejs` serves scripts, which mail can't have; the other two read the clock or come from mailweave.
REMOVED: Final = ("escapejs", "date", "safe")
