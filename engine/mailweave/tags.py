"""The tags of a markup text, with their offsets: enough of HTML's and MJML's syntax to check and to edit a document without rewriting the rest.

Comments, conditional comments, declarations and what stands in `style`, `script`, `title` and `textarea` are passed over. Inside `<svg>` and
`<math>` XML's rules hold, as the HTML standard has it: there a `<title>` holds elements, `<path/>` ends with its slash, and CDATA is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import unescape
from typing import Final, NamedTuple

from mailweave.ahead import Ahead, TagEnds

_TOKEN: Final = re.compile(
    r"<!--(?P<comment>-?>|.*?(?:--!?>|\Z))"
    r"|<[!?][^>]*+(?:>|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)(?:(?P<attributes>(?:[^>\"'/]++|/(?!>)|\"[^\"]*+\"|'[^']*+')*+)(?P<empty>/?)>)?",
    re.DOTALL,
)
_BEGINNING: Final = re.compile(r"<(?:[!?]|/?(?P<name>[A-Za-z][A-Za-z0-9:-]*+))")
_ATTRIBUTE: Final = re.compile(r"(?P<name>[^\s=\"'<>/]+)(?P<value>\s*=\s*(?P<raw>\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
# An attribute in quotes; what else stands in quotes is passed over.
_QUOTED: Final = re.compile(r"""(?P<name>[^\s"'<>/=]++)(?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'))?|"[^"]*+"|'[^']*+'""")
_COMMENT_START: Final = re.compile("<!--")
_COMMENT_END: Final = re.compile("-->")
# What stands in these is text, whatever it looks like.
RAW_TEXT: Final = frozenset({"style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview"})
# Where foreign content begins, and the elements of SVG that hold HTML again (HTML Standard, 13.2.6.5).
_FOREIGN: Final = frozenset({"svg", "math"})
_HTML_INSIDE: Final = frozenset({"foreignobject", "desc", "title"})
_CDATA: Final = "<![CDATA["
_DEEPEST: Final = 100


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
    inside: list[str] = []
    tokens = _Tokens(text)
    while found := tokens.next():
        if found["name"] is None:
            if inside and text.startswith(_CDATA, found.start()):
                end = text.find("]]>", found.start())
                tokens.position = end + 3 if end >= 0 else len(text)
            continue
        name = found["name"].lower()
        foreign = _is_foreign(inside, name)
        tag = Tag(name, found.start(), found.end(), bool(found["close"]), bool(found["empty"]), text, found.start("attributes"), foreign)
        yield tag
        if foreign:
            _step(inside, tag)
        elif name in RAW_TEXT and not (tag.closing or tag.empty):
            tokens.position = _end_of_raw_text(text, name, found.end())


class _Tokens:
    """Comments, declarations and whole tags. What begins like a tag and never ends is none, and what stands in it may be one."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0
        self._ends: TagEnds | None = None

    def next(self) -> re.Match[str] | None:
        """The next one from `position` on, which moves behind it."""
        while found := _TOKEN.search(self.text, self.position) if self._ends is None else self._carefully(self._ends):
            self.position = found.end()
            if found["name"] is None or found["attributes"] is not None:
                return found
            # Where one tag never ends, more may do so: from now on, ends are remembered.
            self._ends = self._ends or TagEnds(self.text)
        return None

    def _carefully(self, ends: TagEnds) -> re.Match[str] | None:
        while found := _BEGINNING.search(self.text, self.position):
            if found["name"] is None or ends.end(found.end()) is not None:
                return _TOKEN.match(self.text, found.start())
            self.position = found.end()
        return None


def _is_foreign(inside: list[str], name: str) -> bool:
    """`inside` are the elements around it that decide: where foreign content begins, and where it ends again."""
    return name in _FOREIGN or (bool(inside) and (inside[-1] in _FOREIGN or name == inside[-1]))


def _step(inside: list[str], tag: Tag) -> None:
    """Enter or leave an element of foreign content."""
    if tag.closing:
        # Of a hundred in one another only the innermost are asked, so that many that close nothing cost no more than others.
        first = max(0, len(inside) - _DEEPEST)
        found = next((index for index in reversed(range(first, len(inside))) if inside[index] == tag.name), None)
        del inside[len(inside) if found is None else found :]
    elif not tag.empty and (tag.name in _FOREIGN or (tag.name in _HTML_INSIDE and inside[-1] == "svg")):
        inside.append(tag.name)


def _end_of_raw_text(text: str, name: str, position: int) -> int:
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, position)
    return found.start() if found else len(text)


class TagSearch:
    """Looks for whole opening tags of a name, a regular expression, also in comments: matches with `name` and `attributes`."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._whole, self._beginning = _patterns(name)
        self._ends: TagEnds | None = None

    def search(self, at: int = 0) -> re.Match[str] | None:
        """The first one that begins here or later."""
        while found := self._whole.search(self._text, at):
            if found["end"]:
                return found
            at = found.end()
            self._ends = self._ends or TagEnds(self._text, "<")
            while (beginning := self._beginning.search(self._text, at)) and self._ends.end(beginning.end()) is None:
                at = beginning.end()
            if not beginning:
                return None
            at = beginning.start()
        return None

    def __iter__(self) -> Iterator[re.Match[str]]:
        at = 0
        while found := self.search(at):
            yield found
            at = found.end()


class Inside(NamedTuple):
    """What stands in an element: where its opening tag starts, and where its inside starts and ends."""

    tag: int
    start: int
    end: int


def insides(text: str, name: str) -> Iterator[Inside]:
    """The insides of the elements of a name that hold text only, such as `style`, up to their next end tag; also in comments."""
    opening, ends, at = TagSearch(text, name), Ahead(re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE), text), 0
    while (tag := opening.search(at)) and (end := ends.first(tag.end())):
        at = end.end()
        yield Inside(tag.start(), tag.end(), end.start())


@lru_cache(maxsize=64)
def _patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """For a tag that may have its end, and for how one begins."""
    begins = rf"<(?P<name>{name})(?![\w:-])"
    attributes = r"""(?P<attributes>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)(?P<end>>)"""
    return re.compile(f"{begins}(?:{attributes})?", re.IGNORECASE), re.compile(begins, re.IGNORECASE)


def search_markup(search: Callable[[int], re.Match[str] | None], text: str) -> re.Match[str] | None:
    """The first match outside of comments; `search` gives the first from a place on.

    Example:
        >>> html = "<!--[if mso]><body class='mso'><![endif]--><!--[if !mso]><!--><body><!--<![endif]-->"
        >>> search_markup(TagSearch(html, "body").search, html)[0]
        '<body>'
    """
    at = seen = 0
    opening, closing = Ahead(_COMMENT_START, text), Ahead(_COMMENT_END, text)
    comment = None
    while found := search(at):
        # The last comment that opens before the match decides.
        while (one := opening.first(seen)) and one.start() < found.start():
            comment, seen = one, one.start() + 1
        end = closing.first(comment.start() + 2) if comment else None
        if comment is None or (end and end.start() < found.start()):
            return found
        at = end.end() if end else len(text)
    return None


def quoted_attributes(text: str) -> Iterator[Quoted]:
    """Every attribute in quotes, also of tags in comments. What stands in a value is never taken for an attribute.

    Example:
        >>> html = "<!--[if mso]><img alt=' background=x' src='a.png'><![endif]-->"
        >>> [(name, html[start:end]) for name, start, end in quoted_attributes(html)]
        [('alt', ' background=x'), ('src', 'a.png')]
    """
    for tag in TagSearch(text, r"[a-zA-Z][\w:-]*+"):
        for found in _QUOTED.finditer(text, tag.start(), tag.end()):
            if found["value"]:
                yield Quoted(found["name"].lower(), found.start("value") + 1, found.end("value") - 1)
