"""The tags of a markup text, with their offsets: enough of HTML's and MJML's syntax to check and to edit a document without rewriting the rest.

Comments, conditional comments, declarations and what stands in `style`, `script`, `title` and `textarea` are passed over. Inside `<svg>` and
`<math>` XML's rules hold, as the HTML standard has it: there a `<title>` holds elements, `<path/>` ends with its slash, and CDATA is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"<!--(?P<comment>-?>|.*?(?:--!?>|\Z))"
    r"|<[!?][^>]*(?:>|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"(?P<name>[^\s=\"'<>/]+)(?P<value>\s*=\s*(?P<raw>\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
# Every tag, also one in a comment, as those for Outlook are; and its quoted attributes (what else stands in quotes is passed over).
_ANY_TAG: Final = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_QUOTED: Final = re.compile(r"""(?P<name>[^\s"'<>/=]+)\s*=\s*(?P<value>"[^"]*"|'[^']*')|"[^"]*"|'[^']*'""")
# What stands in these is text, whatever it looks like.
RAW_TEXT: Final = frozenset({"style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview"})
# Where foreign content begins, and the elements of SVG that hold HTML again (HTML Standard, 13.2.6.5).
_FOREIGN: Final = frozenset({"svg", "math"})
_HTML_INSIDE: Final = frozenset({"foreignobject", "desc", "title"})
_CDATA: Final = "<![CDATA["


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
    """One tag, from `start` to `end`. `name` is in lower case; `empty` says that it ends with `/>`, `foreign` that it is SVG's or MathML's."""

    name: str
    start: int
    end: int
    closing: bool
    empty: bool
    source: str
    attributes_start: int
    foreign: bool = False

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
    inside: list[str] = []
    while found := _TOKEN.search(text, position):
        position = found.end()
        if found["name"] is None:
            if inside and text.startswith(_CDATA, found.start()):
                end = text.find("]]>", found.start())
                position = end + 3 if end >= 0 else len(text)
            continue
        name = found["name"].lower()
        foreign = _is_foreign(inside, name)
        tag = Tag(name, found.start(), found.end(), bool(found["close"]), bool(found["empty"]), text, found.start("attributes"), foreign)
        yield tag
        if foreign:
            _step(inside, tag)
        elif name in RAW_TEXT and not (tag.closing or tag.empty):
            position = _end_of_raw_text(text, name, position)


def _is_foreign(inside: list[str], name: str) -> bool:
    """`inside` are the elements around it that decide: where foreign content begins, and where it ends again."""
    return name in _FOREIGN or (bool(inside) and (inside[-1] in _FOREIGN or name == inside[-1]))


def _step(inside: list[str], tag: Tag) -> None:
    """Enter or leave an element of foreign content."""
    if tag.closing:
        if tag.name in inside:
            del inside[len(inside) - 1 - inside[::-1].index(tag.name) :]
    elif not tag.empty and (tag.name in _FOREIGN or (tag.name in _HTML_INSIDE and inside[-1] == "svg")):
        inside.append(tag.name)


def _end_of_raw_text(text: str, name: str, position: int) -> int:
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, position)
    return found.start() if found else len(text)


def search_markup(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """A pattern's first match outside of comments.

    Example:
        >>> search_markup(re.compile("<body[^>]*>"), "<!--[if mso]><body class='mso'><![endif]--><!--[if !mso]><!--><body><!--<![endif]-->")[0]
        '<body>'
    """
    at = 0
    while found := pattern.search(text, at):
        comment = text.rfind("<!--", 0, found.start())
        end = text.find("-->", comment + 2)
        if comment < 0 or 0 <= end < found.start():
            return found
        at = end + 3 if end >= 0 else len(text)
    return None


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
