"""A template in stretches, as Shopify's Liquid tells them apart: text, outputs, tags, and what is never read (`raw`, `doc`, `comment`).

python-liquid's own lexer takes white space from too much: from the line break at a template's end, after `{% raw -%}…{% endraw %}` instead of after
`{% endraw -%}`, and of kinds that Ruby doesn't strip, such as no-break spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from liquid.token import TOKEN_COMMENT, TOKEN_CONTENT, TOKEN_DOC, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from mailweave_plugins.languages.liquid_text import SPACE

# Each kind, with what has to come after it somewhere. Without that it isn't looked for: a pattern would look for it again and again.
_KINDS: Final = {
    "endraw": re.compile(r"(?P<raw>\{%-?\s*raw\s*-?%\}(?P<rawbody>.*?)\{%-?\s*endraw\b(?:(?!%\}|\{%).)*%\})", re.DOTALL),
    "enddoc": re.compile(r"(?P<doc>\{%-?\s*doc\s*-?%\}(?P<docbody>.*?)\{%-?\s*enddoc\b(?:(?!%\}|\{%).)*%\})", re.DOTALL),
    "}}": re.compile(r"(?P<output>\{\{-?\s*(?P<value>(?:(?!-?\}\})[\s\S])*(?<!\s))\s*-?\}\})", re.DOTALL),
    "%}": re.compile(r"(?P<tag>\{%-?\s*(?P<name>#|\w+)\s*(?P<expression>(?:(?!-?%\})[\s\S])*(?<!\s))\s*-?%\})", re.DOTALL),
}
_TEXT: Final = re.compile(r"(?P<text>.+?(?=\{%|\{\{|\Z))", re.DOTALL)
_BODIES: Final = {"raw": "rawbody", "doc": "docbody", "output": "value", "tag": "expression"}
# In a comment only tags count, and what a broken output takes in isn't one.
_IN_COMMENT: Final = re.compile(r"\{%-?\s*(?P<name>\w+)?.*?%\}|\{\{(?:[^{}]|\{(?!%))*(?:\}\}?|\{%.*?%\}|\Z)", re.DOTALL)
_ENDRAW: Final = re.compile(r"\{%-?\s*endraw\b.*?%\}", re.DOTALL)
_ENDCOMMENT: Final = re.compile(r"\{%-?\s*(endcomment)")


class RawToken(Token):
    """Text of `raw`, which counts as something even when it is blank."""


class Stretch(NamedTuple):
    """A stretch of a template: "text", "unclosed" (text that begins like a tag), "output", "tag", "raw", "doc", "comment".

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
    at, strip = 0, False
    last = {needed: text.rfind(needed) for needed in _KINDS}
    while at < len(text):
        match = _match(text, at, last)
        kind, at = match.lastgroup or "", match.end()
        if kind == "text":
            yield _text(text, match, strip=strip)
            continue
        strip = text[at - 3] == "-"
        name = match["name"] if kind == "tag" else ""
        yield Stretch(kind, match.start(), at, match.span(_BODIES[kind]), name, match.start("name") if name else -1)
        if name == "comment":
            start, at = at, _comment_end(text, at)
            if at == start:
                return
            strip = text[at - 3] == "-"
            yield Stretch("comment", start, at, (start, _last_tag(text, start, at)))


def _match(text: str, at: int, last: Mapping[str, int]) -> re.Match[str]:
    """What begins here. `last`: where each kind's end stands for the last time."""
    found = (kind.match(text, at) for needed, kind in _KINDS.items() if at < last[needed]) if text.startswith(("{{", "{%"), at) else ()
    match = next((match for match in found if match), None) or _TEXT.match(text, at)
    assert match
    return match


def _text(text: str, match: re.Match[str], *, strip: bool) -> Stretch:
    start, end = match.span()
    if match[0].startswith(("{{", "{%")):
        return Stretch("unclosed", start, end, (start, end))
    first = start + len(match[0]) - len(match[0].lstrip(SPACE)) if strip else start
    stripped = text.startswith("-", end + 2)
    return Stretch("text", start, end, (first, max(first, start + len(match[0].rstrip(SPACE))) if stripped else end))


def _comment_end(text: str, start: int) -> int:
    """The end of the tag that ends the comment whose inside starts here; `start` itself when there is none."""
    at, depth = start, 1
    # Not beyond the last tag: a pattern would look for the end of each that has none again and again.
    last = text.rfind("%}") + 2
    while found := _IN_COMMENT.search(text, at, max(at, last)):
        name, at = found["name"], found.end()
        if name == "raw":
            end = _ENDRAW.search(text, at)
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
