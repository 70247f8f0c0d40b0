"""Liquid's filters of text as Shopify documents them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from itertools import islice
from typing import Any, Final
from urllib.parse import quote_plus, unquote_to_bytes

from mailweave_plugins.languages.liquid_encodings import ENCODINGS
from mailweave_plugins.languages.liquid_filters import shopify_escape
from mailweave_plugins.languages.liquid_text import SPACE, text, whole
from mailweave_plugins.languages.liquid_values import is_gone, is_true

_ONCE: Final = re.compile(r"""["><']|&(?!([a-zA-Z]+|(#\d+));)""")
_BLOCKS: Final = {"<script": "</script>", "<!--": "-->", "<style": "</style>"}
_WORD: Final = re.compile(r"[^\t\n\v\f\r ]+")
_WORDS: Final = re.compile(r"[\t\n\v\f\r ]+")


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose value and arguments are texts."""

    @wraps(function)
    def filter_(value: Any, *args: Any) -> Any:
        return function(text(value), *map(text, args))

    return filter_


def _replace_last(value: str, old: str, new: str) -> str:
    before, found, after = value.rpartition(old) if old else (value, "", "")
    return before + new + after if found or not old else value


def _split(value: str, by: str) -> list[str]:
    """As Ruby splits: at runs of white space for one space, between characters for nothing; empty texts at the end are dropped."""
    if by == " ":
        return [word for word in _WORDS.split(value.strip(SPACE)) if word]
    found = value.split(by) if by else list(value)
    while found and not found[-1]:
        found.pop()
    return found


def _truncate(value: Any, length: Any = 50, end: Any = "...") -> str | None:
    if is_gone(value):
        return None
    full, most, ending = text(value), whole(length), text(end)
    return full[: max(0, most - len(ending))] + ending if len(full) > most else full


def _truncatewords(value: Any, count: Any = 15, end: Any = "...") -> str | None:
    if is_gone(value):
        return None
    full, most = text(value), max(1, whole(count))
    words = _first_words(full, most)
    return full if words is None else " ".join(words) + text(end)


def _first_words(value: str, most: int) -> list[str] | None:
    """So many words at the beginning of a text; None when nothing follows them, be it a blank (as Ruby splits with a limit)."""
    rest = value.lstrip(SPACE)
    found = list(islice(_WORD.finditer(rest), most))
    return [word[0] for word in found] if len(found) == most and found[-1].end() < len(rest) else None


def _slice(value: Any, offset: Any, length: Any = None) -> Any:
    full = list(value) if isinstance(value, list | tuple) else text(value)
    start, count = whole(offset), whole(length) if is_true(length) else 1
    start += len(full) if start < 0 else 0
    return full[start : start + count] if start >= 0 and count >= 0 else full[:0]


def _url_decode(value: str) -> str:
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode()
    except UnicodeDecodeError as error:
        raise ValueError("what is percent-encoded here isn't text in UTF-8 – encode the text with `url_encode`") from error


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
    **ENCODINGS,
    "append": _texts(lambda value, more: value + more),
    "capitalize": _texts(lambda value: value.capitalize()),
    "downcase": _texts(lambda value: value.lower()),
    "escape": _texts(shopify_escape),
    "h": _texts(shopify_escape),
    "escape_once": _texts(lambda value: _ONCE.sub(lambda found: shopify_escape(found[0]), value)),
    "lstrip": _texts(lambda value: value.lstrip(SPACE)),
    "newline_to_br": _texts(lambda value: re.sub(r"\r?\n", "<br />\n", value)),
    "prepend": _texts(lambda value, more: more + value),
    "remove": _texts(lambda value, old: value.replace(old, "")),
    "remove_first": _texts(lambda value, old: value.replace(old, "", 1)),
    "remove_last": _texts(lambda value, old: _replace_last(value, old, "")),
    "replace": _texts(lambda value, old, new="": value.replace(old, new)),
    "replace_first": _texts(lambda value, old, new="": value.replace(old, new, 1)),
    "replace_last": _texts(_replace_last),
    "rstrip": _texts(lambda value: value.rstrip(SPACE)),
    "slice": _slice,
    "split": _texts(_split),
    "squish": _texts(lambda value: " ".join(_WORD.findall(value.strip(SPACE)))),
    "strip": _texts(lambda value: value.strip(SPACE)),
    "strip_html": _texts(_strip_html),
    "strip_newlines": _texts(lambda value: re.sub(r"\r?\n", "", value)),
    "truncate": _truncate,
    "truncatewords": _truncatewords,
    "upcase": _texts(lambda value: value.upper()),
    "url_decode": _texts(_url_decode),
    "url_encode": _texts(lambda value: quote_plus(value)),
}
