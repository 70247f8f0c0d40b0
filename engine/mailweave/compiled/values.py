"""Which values a compiled document may hold in a place without anything around them changing, and their escaped forms.

A value is *opaque* when every stage between filling and the finished message treats it like any other opaque value: the stages read markup, white
space, URL schemes and attribute names, so a value with none of these passes through as it is. All others are put into the document before it is
compiled, and count as part of the choice.
"""

from __future__ import annotations

import re
from typing import Final

from mailweave.contexts import Context
from mailweave.escape import escape
from mailweave.languages import Escaping
from mailweave.textpart import clean, collapsed

# What a cache keeps before it begins anew, and the longest of it. Names, prices and products come again within that; more would only be memory.
KEPT: Final = 5_000
LONGEST: Final = 500

# Contexts whose values the stages read: styles are merged, and what stands in `title` or `mj-preview` is moved.
READ: Final = frozenset({Context.STYLE, Context.STYLE_TEXT, Context.RCDATA})
_URLS: Final = frozenset({Context.URL_START, Context.URL_PART, Context.URL_QUERY, Context.SRCSET_START, Context.SRCSET_PART})
_ATTRIBUTES: Final = frozenset({Context.ATTRIBUTE, Context.SRCSET_SIZE, *_URLS})
# They end lines in some libraries' eyes.
_ODD: Final = re.compile("[\x85\u2028\u2029\x1c-\x1e]")
# White space other than a single blank is changed by XML's attribute normalisation, which takes no control characters.
_ODD_IN_ATTRIBUTE: Final = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# Most values are a word, a number or an address of letters and digits: opaque, plain and the same escaped wherever values may stand.
_WORD: Final = re.compile(r"(?!.*--)[a-z0-9][a-z0-9._~-]*", re.IGNORECASE | re.ASCII)
_ADDRESS: Final = re.compile(r"(?!.*--)https?://[a-z0-9][a-z0-9._~/-]*", re.IGNORECASE | re.ASCII)
_TAKE_WORDS: Final = frozenset({Context.TEXT, Context.RCDATA, Context.LINE, Context.PLAIN, Context.ATTRIBUTE, *_URLS})
_TAKE_ADDRESSES: Final = frozenset({Context.TEXT, Context.RCDATA, Context.LINE, Context.PLAIN, Context.ATTRIBUTE, Context.URL_START})

# Where a value is put out: the template's file and the offset in it.
Site = tuple[str, int]


class Odd(Exception):
    """A value that isn't opaque where it stands."""


class NotOpaque(Exception):
    """Values turned out to be read by a stage: by site, the reason."""

    def __init__(self, sites: dict[Site, str]) -> None:
        super().__init__(sites)
        self.sites = sites


class Bail(Exception):
    """The compiled way ends here: the reference way has to say what is wrong, or to build the message."""


def text_value(escaped: str) -> str:
    """The text that a reader sees of an escaped value."""
    if "&" not in escaped:
        return escaped
    for entity, char in _ENTITIES:
        escaped = escaped.replace(entity, char)
    return escaped


_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&#45;", "-"), ("&amp;", "&"))


def is_opaque(escaped: str, context: Context) -> bool:
    """Whether an escaped text, which holds no markup, is opaque in a context."""
    text = text_value(escaped)
    line = collapsed(text)
    # White space that isn't collapsed, such as an ideographic space, is only taken off where a line begins or ends.
    if not line.strip() or line.strip() != line.strip(" ") or _ODD.search(text):
        return False
    return context not in _ATTRIBUTES or not _ODD_IN_ATTRIBUTE.search(text)


def is_plain(escaped: str, context: Context) -> bool:
    """Whether the text part says the same for an escaped value wherever it stands: for one in text, that is its cleaned text."""
    text = text_value(escaped)
    cleaned = clean(text)
    return cleaned == text or (context is Context.TEXT and cleaned[:1] == text[:1] and cleaned[-1:] == text[-1:])


def is_harmless(text: str, context: Context) -> bool:
    """Whether a text certainly is opaque, plain and needs no escaping, seen at one look; most others are too."""
    if text.__class__ is not str:
        return False
    return bool((context in _TAKE_WORDS and _WORD.fullmatch(text)) or (context in _TAKE_ADDRESSES and _ADDRESS.fullmatch(text)))


class Escaped(dict[str, str]):
    """Text → escaped text, for one context; kept, because names, prices and links come again and again."""

    def __init__(self, context: Context, escaping: Escaping = "markup") -> None:
        super().__init__()
        self.context = context
        self.escaping = escaping

    def __missing__(self, text: str) -> str:
        return self.keep(text, text if is_harmless(text, self.context) else escape(text, self.context, self.escaping))

    def keep(self, text: str, escaped: str) -> str:
        """Remember a result, within bounds."""
        if len(text) <= LONGEST:
            if len(self) >= KEPT:
                self.clear()
            self[text] = escaped
        return escaped


class Opaque(Escaped):
    """The same for values that a compiled document holds; `Odd` is raised for those that aren't opaque or that the text part has to look at."""

    def __missing__(self, text: str) -> str:
        if is_harmless(text, self.context):
            return self.keep(text, text)
        escaped = escape(text, self.context, self.escaping)
        if not is_opaque(escaped, self.context) or not is_plain(escaped, self.context):
            raise Odd
        return self.keep(text, escaped)


class Readable(dict[str, str]):
    """Escaped value → what the text part says for it."""

    def __missing__(self, escaped: str) -> str:
        text = clean(text_value(escaped))
        if len(escaped) <= LONGEST:
            if len(self) >= KEPT:
                self.clear()
            self[escaped] = text
        return text


OPAQUE: Final[dict[Context, Opaque]] = {context: Opaque(context) for context in Context if context is not Context.LINE}
READABLE: Final = Readable()
_ESCAPED: Final[dict[tuple[Context, Escaping], Escaped]] = {}


def escaped_values(context: Context, escaping: Escaping) -> Escaped:
    """The cache of escaped texts that aren't part of a document: subjects, links, parameters."""
    return _ESCAPED.setdefault((context, escaping), Escaped(context, escaping))
