"""The tags of a markup text, with their offsets: enough of HTML's and MJML's syntax to check and to edit a document without rewriting the rest.

Comments, conditional comments, declarations and what stands in `style`, `script`, `title` and `textarea` are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<[!?][^>]*(?:>|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"(?P<name>[^\s=\"'<>/]+)(?P<value>\s*=\s*(?P<raw>\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
# Every tag, also one in a comment, as those for Outlook are; and its quoted attributes (what else stands in quotes is passed over).
_ANY_TAG: Final = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_QUOTED: Final = re.compile(r"""(?P<name>[^\s"'<>/=]+)\s*=\s*(?P<value>"[^"]*"|'[^']*')|"[^"]*"|'[^']*'""")
_RAW_TEXT: Final = frozenset({"style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview"})


class Attribute(NamedTuple):
    """One attribute: its name as written, its value with entities resolved (None: no value), and the offsets of both."""

    name: str
    value: str | None
    start: int
    end: int
    value_start: int


class Quoted(NamedTuple):
    """One attribute in quotes: its name in lower case, and where its value starts and ends, the quotes not counted."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Tag:
    """One tag, from `start` to `end`. `name` is in lower case; `empty` says that it ends with `/>`."""

    name: str
    start: int
    end: int
    closing: bool
    empty: bool
    source: str
    attributes_start: int

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """The attributes in order."""
        return tuple(self._attributes())

    def get(self, name: str) -> str | None:
        """An attribute's value; the empty text when it has none, None when it isn't there."""
        return next((attribute.value or "" for attribute in self.attributes if attribute.name.lower() == name), None)

    def _attributes(self) -> Iterator[Attribute]:
        end = self.end - (2 if self.empty else 1)
        for found in _ATTRIBUTE.finditer(self.source, self.attributes_start, end):
            raw = found["raw"]
            quoted = raw is not None and raw[0] in "\"'"
            value = None if raw is None else unescape(raw[1:-1] if quoted else raw)
            yield Attribute(found["name"], value, found.start(), found.end(), found.start("raw") + quoted if raw is not None else found.start())


def tags(text: str) -> Iterator[Tag]:
    """Every tag in order."""
    position = 0
    while found := _TOKEN.search(text, position):
        position = found.end()
        if found["name"] is None:
            continue
        name = found["name"].lower()
        yield Tag(name, found.start(), found.end(), bool(found["close"]), bool(found["empty"]), text, found.start("attributes"))
        if name in _RAW_TEXT and not found["close"] and not found["empty"]:
            position = _end_of_raw_text(text, name, position)


def _end_of_raw_text(text: str, name: str, position: int) -> int:
    found = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(text, position)
    return found.start() if found else len(text)


def quoted_attributes(text: str) -> Iterator[Quoted]:
    """Every attribute in quotes, also of tags in comments. What stands in a value is never taken for an attribute.

    Example:
        >>> html = "<!--[if mso]><img alt=' background=x' src='a.png'><![endif]-->"
        >>> [(name, html[start:end]) for name, start, end in quoted_attributes(html)]
        [('alt', ' background=x'), ('src', 'a.png')]
    """
    for tag in _ANY_TAG.finditer(text):
        for found in _QUOTED.finditer(text, tag.start(), tag.end()):
            if found["name"]:
                yield Quoted(found["name"].lower(), found.start("value") + 1, found.end("value") - 1)
