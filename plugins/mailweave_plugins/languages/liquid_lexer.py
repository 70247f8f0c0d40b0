"""A template in stretches, as Shopify's Liquid tells them apart: text, outputs, tags, and what is never read (`raw`, `doc`, `comment`).

python-liquid's own lexer takes white space from too much: from the line break at a template's end, after `{% raw -%}…{% endraw %}` instead of after
`{% endraw -%}`, and of kinds that Ruby doesn't strip, such as no-break spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from liquid.token import TOKEN_COMMENT, TOKEN_CONTENT, TOKEN_DOC, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from mailweave.ahead import Ahead
from mailweave_plugins.languages.liquid_text import SPACE

_OPENING: Final = re.compile(r"\{[{%]")
# How each kind begins, and how it ends. What begins and never ends is text.
_RAW: Final = re.compile(r"\{%-?+\s*+raw\s*+-?+%\}")
_ENDRAW: Final = re.compile(r"\{%-?+\s*+endraw\b(?:(?!%\}|\{%).)*+%\}", re.DOTALL)
_DOC: Final = re.compile(r"\{%-?+\s*+doc\s*+-?+%\}")
_ENDDOC: Final = re.compile(r"\{%-?+\s*+enddoc\b(?:(?!%\}|\{%).)*+%\}", re.DOTALL)
_OUTPUT: Final = re.compile(r"\{\{-?+")
_OUTPUT_END: Final = re.compile(r"-?\}\}")
_TAG: Final = re.compile(r"\{%-?+\s*+(?P<name>#|\w++)")
_TAG_END: Final = re.compile(r"-?%\}")
# In a comment only tags count, and what a broken output takes in isn't one.
_IN_COMMENT: Final = re.compile(r"\{%-?+\s*+(?P<name>\w++)?.*?%\}|\{\{(?:[^{}]|\{(?!%))*+(?:\}\}?|\{%.*?%\}|\Z)", re.DOTALL)
_ENDRAW_IN_COMMENT: Final = re.compile(r"\{%-?+\s*+endraw\b.*?%\}", re.DOTALL)
_ENDCOMMENT: Final = re.compile(r"\{%-?\s*(endcomment)")
# What is never read, and hides whatever follows when its end is missing.
_HIDING: Final = frozenset({"raw", "doc"})


class RawToken(Token):
    """Text of `raw`, which counts as something even when it is blank."""


class Stretch(NamedTuple):
    """A stretch of a template: "text", "unclosed" (text that begins like a tag), "output", "tag", "raw", "doc", "comment".

    After a comment, `raw` or `doc` that is never closed no stretch comes.

    `body`: what is left of a text beside tags that strip, the expression of a tag or output, or what stands in `raw`, `doc` and `comment`.
    `name`: a tag's name, at `named`.
    """

    kind: str
    start: int
    end: int
    body: tuple[int, int]
    name: str = ""
    named: int = -1


def stretches(text: str) -> Iterator[Stretch]:
    """The template in stretches without gaps."""
    reader = _Reader(text)
    at, strip = 0, False
    while at < len(text):
        stretch = reader.read(at)
        if stretch is None:
            stretch = _text(text, at, strip=strip)
            at = stretch.end
            yield stretch
            continue
        at, strip = stretch.end, text[stretch.end - 3] == "-"
        yield stretch
        if stretch.name == "comment":
            start, at = at, _comment_end(text, at)
            if at == start:
                return
            strip = text[at - 3] == "-"
            yield Stretch("comment", start, at, (start, _last_tag(text, start, at)))
        elif stretch.name in _HIDING:
            return


class _Reader:
    """Reads what begins at a place. Each kind's end is looked for once, however much begins before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._outputs, self._tags = Ahead(_OUTPUT_END, text), Ahead(_TAG_END, text)
        self._hidden = (("raw", _RAW, Ahead(_ENDRAW, text)), ("doc", _DOC, Ahead(_ENDDOC, text)))

    def read(self, at: int) -> Stretch | None:
        """The output, tag or hidden stretch that begins here."""
        if output := _OUTPUT.match(self.text, at):
            end = self._outputs.first(output.end())
            return Stretch("output", at, end.end(), self._stripped(output.end(), end.start())) if end else None
        tag = _TAG.match(self.text, at)
        if tag is None:
            return None
        for kind, pattern, ends in self._hidden:
            if tag["name"] == kind and (opening := pattern.match(self.text, at)) and (end := ends.first(opening.end())):
                return Stretch(kind, at, end.end(), (opening.end(), end.start()))
        end = self._tags.first(tag.end())
        return Stretch("tag", at, end.end(), self._stripped(tag.end(), end.start()), tag["name"], tag.start("name")) if end else None

    def _stripped(self, start: int, end: int) -> tuple[int, int]:
        """What is left of an expression without the white space around it."""
        inside = self.text[start:end]
        body = inside.strip()
        first = start + len(inside) - len(inside.lstrip()) if body else start
        return first, first + len(body)


def _text(text: str, at: int, *, strip: bool) -> Stretch:
    following = _OPENING.search(text, at + 1)
    end = following.start() if following else len(text)
    shown = text[at:end]
    if shown.startswith(("{{", "{%")):
        return Stretch("unclosed", at, end, (at, end))
    first = at + len(shown) - len(shown.lstrip(SPACE)) if strip else at
    stripped = text.startswith("-", end + 2)
    return Stretch("text", at, end, (first, max(first, at + len(shown.rstrip(SPACE))) if stripped else end))


def _comment_end(text: str, start: int) -> int:
    """The end of the tag that ends the comment whose inside starts here; `start` itself when there is none."""
    at, depth = start, 1
    # Not beyond the last tag: a pattern would look for the end of each that has none again and again.
    last = text.rfind("%}") + 2
    while found := _IN_COMMENT.search(text, at, max(at, last)):
        name, at = found["name"], found.end()
        if name == "raw":
            end = _ENDRAW_IN_COMMENT.search(text, at, max(at, last))
            if not end:
                return start
            at = end.end()
        depth += (name == "comment") - (name == "endcomment")
        if not depth:
            return at
    return start


def _last_tag(text: str, start: int, end: int) -> int:
    return text.rindex("{%", start, end)


def tokenize(text: str) -> Iterator[Token]:
    """The template as python-liquid's parser takes it."""
    for stretch in stretches(text):
        yield from _TOKENS[stretch.kind](text, stretch)


def _kept(kind: str, text: str, stretch: Stretch) -> Iterator[Token]:
    start, end = stretch.body
    if start < end or kind == TOKEN_DOC:
        yield (RawToken if stretch.kind == "raw" else Token)(kind, text[start:end], stretch.start, text)


def _read(kind: str, text: str, stretch: Stretch) -> Iterator[Token]:
    start, end = stretch.body
    tag = kind == TOKEN_TAG
    yield Token(kind, stretch.name if tag else text[stretch.start : stretch.end], stretch.named if tag else stretch.start, text)
    if start < end or not tag:
        yield Token(TOKEN_EXPRESSION, text[start:end], start, text)


def _comment(text: str, stretch: Stretch) -> Iterator[Token]:
    start, end = stretch.body
    yield Token(TOKEN_COMMENT, text[start:end], start, text)
    closing = _ENDCOMMENT.match(text, end)
    assert closing
    yield Token(TOKEN_TAG, "endcomment", closing.start(1), text)


_TOKENS: Final = {
    "text": lambda text, stretch: _kept(TOKEN_CONTENT, text, stretch),
    "unclosed": lambda text, stretch: _kept(TOKEN_CONTENT, text, stretch),
    "raw": lambda text, stretch: _kept(TOKEN_CONTENT, text, stretch),
    "doc": lambda text, stretch: _kept(TOKEN_DOC, text, stretch),
    "output": lambda text, stretch: _read(TOKEN_OUTPUT, text, stretch),
    "tag": lambda text, stretch: _read(TOKEN_TAG, text, stretch),
    "comment": _comment,
}
