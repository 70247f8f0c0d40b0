"""Liquid's filters of text as Shopify documents them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus, unquote_plus

from mailweave_plugins.languages.liquid_filters import shopify_escape
from mailweave_plugins.languages.liquid_text import text, whole

_ONCE: Final = re.compile(r"""["><']|&(?!([a-zA-Z]+|(#\d+));)""")
_BLOCKS: Final = {"<script": "</script>", "<!--": "-->", "<style": "</style>"}
_SPACE: Final = "\0\t\n\v\f\r "
_WORDS: Final = re.compile(r"[\t\n\v\f\r ]+")


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose value and arguments are texts."""
    return lambda value, *args: function(text(value), *(text(arg) for arg in args))


def _replace_last(value: str, old: str, new: str = "") -> str:
    before, found, after = value.rpartition(old) if old else (value, "", "")
    return before + new + after if found or not old else value


def _split(value: str, by: str) -> list[str]:
    """As Ruby splits: at runs of white space for one space, between characters for nothing; empty texts at the end are dropped."""
    if by == " ":
        return [word for word in _WORDS.split(value.strip(_SPACE)) if word]
    found = value.split(by) if by else list(value)
    while found and not found[-1]:
        found.pop()
    return found


def _truncate(value: Any, length: Any = 50, end: Any = "...") -> str:
    full, most, ending = text(value), whole(length), text(end)
    return full[: max(0, most - len(ending))] + ending if len(full) > most else full


def _truncatewords(value: Any, count: Any = 15, end: Any = "...") -> str:
    full, most = text(value), max(1, whole(count))
    words = [word for word in _WORDS.split(full) if word]
    return " ".join(words[:most]) + text(end) if len(words) > most else full


def _capitalize(value: str) -> str:
    return value[:1].upper() + value[1:].lower()


def _strip_html(value: str) -> str:
    return _without(_without(value, _BLOCKS), {"<": ">"})


def _without(value: str, pairs: Mapping[str, str]) -> str:
    """Without what stands from each opener to the next closer of its kind. In one pass: a pattern would look for each closer again and again."""
    openers = re.compile("|".join(map(re.escape, pairs)))
    kept: list[str] = []
    at, unclosed = 0, set[str]()
    for found in openers.finditer(value):
        opener = found[0]
        if found.start() < at or opener in unclosed:
            continue
        end = value.find(pairs[opener], found.end())
        if end < 0:
            unclosed.add(opener)
            continue
        kept.append(value[at : found.start()])
        at = end + len(pairs[opener])
    return "".join([*kept, value[at:]])


STRINGS: Final[dict[str, Callable[..., Any]]] = {
    "append": _texts(lambda value, more: value + more),
    "capitalize": _texts(_capitalize),
    "downcase": _texts(str.lower),
    "escape": _texts(shopify_escape),
    "escape_once": _texts(lambda value: _ONCE.sub(lambda found: shopify_escape(found[0]), value)),
    "lstrip": _texts(lambda value: value.lstrip(_SPACE)),
    "newline_to_br": _texts(lambda value: re.sub(r"\r?\n", "<br />\n", value)),
    "prepend": _texts(lambda value, more: more + value),
    "remove": _texts(lambda value, old: value.replace(old, "")),
    "remove_first": _texts(lambda value, old: value.replace(old, "", 1)),
    "remove_last": _texts(_replace_last),
    "replace": _texts(lambda value, old, new="": value.replace(old, new)),
    "replace_first": _texts(lambda value, old, new="": value.replace(old, new, 1)),
    "replace_last": _texts(_replace_last),
    "rstrip": _texts(lambda value: value.rstrip(_SPACE)),
    "split": _texts(_split),
    "strip": _texts(lambda value: value.strip(_SPACE)),
    "strip_html": _texts(_strip_html),
    "strip_newlines": _texts(lambda value: re.sub(r"\r?\n", "", value)),
    "truncate": _truncate,
    "truncatewords": _truncatewords,
    "upcase": _texts(str.upper),
    "url_decode": _texts(unquote_plus),
    "url_encode": _texts(lambda value: quote_plus(value)),
}
