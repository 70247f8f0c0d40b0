"""What a browser and Outlook make of a message: its structure, and the texts in it. Read by parsers of others (lexbor, tinycss2), never by our own code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import tinycss2
from selectolax.lexbor import LexborHTMLParser

from mailweave.errors import MailweaveError
from mailweave.message import Message

# Outlook reads what stands in these comments, and passes over what is between the others.
_FOR_OTHERS = re.compile(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.S)
_CONDITION = re.compile(r"<!--\[if [^\]]*\]>|<!\[endif\]-->")
_URLS = frozenset({"href", "src", "background", "action", "formaction", "poster", "cite", "data", "xlink:href", "o:href", "ping", "lowsrc"})
_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\t\r\n-]*):", re.I)
# What fills up the preheader is as long as the preheader leaves it room.
_PAD = re.compile("(?:\u034f\u200c\u00a0)+")
# RFC 3986, appendix B.
_PARTS = re.compile(r"(?:(?P<scheme>[^:/?#]+):)?(?://(?P<host>[^/?#]*))?[^?#]*(?:\?(?P<query>[^#]*))?(?P<fragment>#.*)?", re.S)
_MAIL = frozenset({"http", "https", "mailto", "tel", "sms"})


class Outline(NamedTuple):
    """`structure`: tags, attributes' names, style properties, rules, headers. `texts`: what the values may change, always in the same order; each
    with what it is ("text", "url" …)."""

    structure: tuple[Any, ...]
    texts: tuple[tuple[str, str], ...]


def outline_of(message: Message, *, mail: bool = False) -> Outline:
    """A message's outline; with `mail` that of the mail it becomes, too."""
    found = _Found([], [])
    for html in (message.html, _CONDITION.sub("", _FOR_OTHERS.sub("", message.html))):
        found.html(html)
    for text in (message.subject, message.preheader, message.unsubscribe or ""):
        found.structure.append(("line", any(char in text for char in "\r\n\x00\u2028\u2029\u202d\u202e")))
        found.texts.append(("line", text))
    lines = message.text.split("\n")
    found.structure.append(("lines", len(lines)))
    found.texts += [("words", line) for line in lines]
    if mail:
        found.structure.append(_mail(message))
    return Outline(tuple(found.structure), tuple(found.texts))


def differences(found: Outline, harmless: Sequence[Outline]) -> Iterator[str]:
    """What a message has otherwise than all messages with harmless values: structure, or text that no value stands in."""
    if all(found.structure != one.structure for one in harmless):
        mine, theirs = found.structure, harmless[0].structure
        at = next((index for index, pair in enumerate(zip(mine, theirs, strict=False)) if pair[0] != pair[1]), min(len(mine), len(theirs)))
        yield f"structure: {mine[at : at + 2]} instead of {theirs[at : at + 2]}"
    elif len(found.texts) == len(harmless[0].texts):
        for (kind, text), *plain in zip(found.texts, *(one.texts for one in harmless), strict=True):
            why = _why_not(kind, text, [one for _, one in plain])
            if why:
                yield f"{kind}: {why}: {text[:200]!r} instead of {plain[0][1][:200]!r}"


def _why_not(kind: str, text: str, plain: Sequence[str]) -> str:
    """Why a text can't be what it is with another value in it; `plain` are those with harmless ones."""
    first = plain[0]
    if all(one == first for one in plain):
        return "" if text == first else "no value stands here"
    if kind == "words":
        return ""
    if kind == "url":
        return _wrong_url(text, plain)
    text, plain = _PAD.sub("", text).strip(), [_PAD.sub("", one).strip() for one in plain]
    start, end = _common(plain), _common([one[::-1] for one in plain])[::-1]
    return "" if text.startswith(start) and text.endswith(end) else f"between {start[-40:]!r} and {end[:40]!r}"


def _common(texts: Sequence[str]) -> str:
    length = next((at for at, chars in enumerate(zip(*texts, strict=False)) if len(set(chars)) > 1), min(map(len, texts)))
    return texts[0][:length]


def _wrong_url(url: str, plain: Sequence[str]) -> str:
    scheme = _SCHEME.match(url)
    if scheme and re.sub(r"[\t\r\n]", "", scheme[1]).lower() not in _MAIL:
        return "a scheme"
    mine, theirs = _parts(url), [_parts(one) for one in plain]
    for index, name in enumerate(("scheme", "host", "names in the query", "fragment")):
        expected = {parts[index] for parts in theirs}
        if len(expected) == 1 and mine[index] not in expected:
            return name
    return "" if url.startswith(_common(plain)) else "its start"


def _parts(url: str) -> tuple[Any, ...]:
    split = _PARTS.match(url)
    assert split is not None
    return split["scheme"], split["host"], tuple(name for name, _ in parse_qsl(split["query"] or "", keep_blank_values=True)), split["fragment"] is not None


@dataclass
class _Found:
    structure: list[Any]
    texts: list[tuple[str, str]]

    def html(self, html: str) -> None:
        root = LexborHTMLParser(html).root
        assert root is not None
        self.structure.append("document")
        self.element(root)

    def element(self, root: Any) -> None:
        """An element, its attributes and all inside; the text between two tags is one."""
        stack: list[Any] = [root]
        said: list[str] = []
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                self.said(said, node)
                self.structure.append(node)
                continue
            tag = node.tag
            if tag == "-text":
                said.append(node.text(deep=False))
                continue
            self.said(said, "")
            if tag.startswith("-"):
                self.structure.append(tag)
                self.texts.append(("comment", node.comment_content or "") if tag == "-comment" else ("text", ""))
                continue
            self.tag(tag, node.attributes)
            stack.append(f"/{tag}")
            stack += reversed(list(_children(node)))
        self.said(said, "")

    def said(self, said: list[str], closing: str) -> None:
        text = "".join(said)
        said.clear()
        if closing == "/style":
            self.css(text)
        else:
            self.texts.append(("text", text))

    def tag(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.structure.append((tag, *attributes))
        for name, value in attributes.items():
            if name == "style":
                shape, values = declarations_of(value or "")
                self.structure.append(shape)
                self.texts += [("css", one) for one in values]
            elif name == "srcset":
                self.structure.append(("urls", len([one for one in (value or "").split(",") if one.strip()])))
                self.texts.append(("srcset", value or ""))
            else:
                self.texts.append(("url" if name in _URLS else "attribute", value or ""))

    def css(self, text: str) -> None:
        shape, values = sheet_of(text)
        self.structure.append(shape)
        self.texts += [("css", one) for one in values]


def _children(node: Any) -> Iterator[Any]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


@lru_cache(maxsize=20_000)
def declarations_of(style: str) -> tuple[Any, tuple[str, ...]]:
    """The properties of a `style` attribute with how many URLs each has, and their values."""
    shape, values = _declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))
    return tuple(shape), tuple(values)


@lru_cache(maxsize=2_000)
def sheet_of(text: str) -> tuple[Any, tuple[str, ...]]:
    """The rules of a style sheet, with their selectors and properties, and the properties' values."""
    shape, values = _rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
    return tuple(shape), tuple(values)


def _rules(nodes: Sequence[Any]) -> tuple[list[Any], list[str]]:
    shape: list[Any] = []
    values: list[str] = []
    for node in nodes:
        prelude = tinycss2.serialize(node.prelude).strip() if hasattr(node, "prelude") else ""
        inner: list[Any] = []
        if getattr(node, "content", None) is not None:
            inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            inner, more = _declarations(inside)
            values += more
        shape.append((node.type, getattr(node, "lower_at_keyword", ""), prelude, tuple(inner)))
    return shape, values


def _declarations(nodes: Sequence[Any]) -> tuple[list[Any], list[str]]:
    shape: list[Any] = []
    values: list[str] = []
    for node in nodes:
        if node.type == "declaration":
            shape.append((node.lower_name, _urls(node.value)))
            values.append(tinycss2.serialize(node.value) + " !important" * node.important)
        else:
            inner, more = _rules([node])
            shape += inner
            values += more
    return shape, values


def _urls(nodes: Sequence[Any]) -> int:
    found = 0
    for node in nodes:
        found += node.type == "url" or (node.type == "function" and node.lower_name in ("url", "expression", "image", "image-set", "var"))
        found += _urls(node.arguments) if node.type == "function" else _urls(node.content) if hasattr(node, "content") else 0
    return found


def _mail(message: Message) -> tuple[Any, ...]:
    try:
        written = message.eml
    except MailweaveError:
        # An unsubscribing URL that no header can hold.
        return ("mail",)
    read = message_from_bytes(written, policy=policy.default)
    parts = [(part.get_content_type(), tuple(name.lower() for name in part), tuple(len(part.defects) * [part.get_content_type()])) for part in read.walk()]
    bodies = [part.get_content() for part in read.walk() if not part.is_multipart()]
    same = [body.replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n") for body, text in zip(bodies, (message.text, message.html), strict=True)]
    return ("mail", tuple(name.lower() for name in read), tuple(parts), tuple(same))
