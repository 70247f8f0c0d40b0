"""Cut a Handlebars template into texts and tags, and a tag into tokens.

The rules are those of the Handlebars.js 4.7 lexer (src/handlebars.l), but a tag is cut out whole first, so that a mistake in one tag leaves
the others readable and every mistake is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from mailweave.ahead import Ahead
from mailweave.errors import Problem
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import NO_STRIP, Strip
from mailweave_plugins.languages.handlebars_mustache import mustache_tag


class Token(NamedTuple):
    """A word of a tag. `kind`: id, segment, sep, string, number, boolean, undefined, null, data, equals, open, close, bar-open or bar."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """Literal text between tags, without the backslash of `\\{{`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Tag:
    """A tag from `{{` to `}}`. `broken` is true when its tokens aren't all readable; that has been reported.

    `kind`: mustache, triple, block, inverse-block, decorator, decorator-block, partial, partial-block, end, else, else-chain, comment or raw.
    For a raw block, `inner` are the offsets of its content, `end` is the end of its closing tag, and `tokens` are those of its opening.
    """

    kind: str
    start: int
    end: int
    strip: Strip = NO_STRIP
    tokens: tuple[Token, ...] = ()
    broken: bool = False
    inner: tuple[int, int] = (0, 0)


# A name ends where one of these stands.
_AFTER_NAME: Final = r"(?=[=~}\s/.)|]|$)"
_AFTER_LITERAL: Final = r"(?=[~}\s)]|$)"
_TOKENS: Final = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<open>\() | (?P<close>\)) | (?P<equals>=)
  | (?P<id>\.\.|\.{_AFTER_NAME})
  | (?P<sep>[/.])
  | (?P<string>"(?:\\"|[^"])*"|'(?:\\'|[^'])*')
  | (?P<data>@)
  | (?P<boolean>(?:true|false){_AFTER_LITERAL})
  | (?P<undefined>undefined{_AFTER_LITERAL})
  | (?P<null>null{_AFTER_LITERAL})
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?{_AFTER_LITERAL})
  | (?P<bar_open>as\s+\|)
  | (?P<bar>\|)
  | (?P<name>[^\s!"\#%-,./;->@\[-\^`{{-~]+{_AFTER_NAME})
  | (?P<segment>\[(?:\\\]|[^\]])*\])
    """,
    re.VERBOSE,
)
_INDEXED: Final = re.compile(r"([\w$-]+)\[([^\]\s{}]*)\]")
# The order is that of Handlebars.js: longer openings first.
_OPENINGS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\{\{~?#>", "partial-block"),
        (r"\{\{~?#\*", "decorator-block"),
        (r"\{\{~?#", "block"),
        (r"\{\{~?>", "partial"),
        (r"\{\{~?/", "end"),
        (r"\{\{~?(?:\^|\s*else\b)(?=\s*~?\}\})", "else"),
        (r"\{\{~?\^", "inverse-block"),
        (r"\{\{~?\s*else\b", "else-chain"),
        (r"\{\{~?\{", "triple"),
        (r"\{\{~?&", "ampersand"),
        (r"\{\{~?\*", "decorator"),
        (r"\{\{~?", "mustache"),
    )
)
_END: Final = re.compile(r"\}\}")
_OPENING: Final = re.compile(r"\{\{")
_COMMENT_OPENING: Final = re.compile(r"\{\{~?!(--)?")
_LONG_COMMENT: Final = re.compile(r"\{\{~?!--[\s\S]*?--~?\}\}")
_COMMENT: Final = re.compile(r"\{\{~?![\s\S]*?\}\}")
_NEXT_AFTER_ESCAPED: Final = re.compile(r"\\{0,2}\{\{")
_CLOSER: Final = re.compile(r"~?\}\}")
_TRIPLE_CLOSER: Final = re.compile(r"\}~?\}\}")
_RAW_CLOSER: Final = re.compile(r"\}\}\}\}")
# The closing of a raw block (with its name), or the opening of one inside it.
_RAW_EDGE: Final = re.compile(r"\{\{\{\{(?:/([^\s{}]+)\}\}\}\}|(?=[^/]))")


def lex(source: Source) -> tuple[list[Text | Tag], list[Problem]]:
    """The texts and tags of a template in order, and what is wrong in them."""
    lexer = _Lexer(source)
    return list(lexer.items()), lexer.problems


class _Lexer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.problems: list[Problem] = []
        self._ends, self._openings = Ahead(_END, source.text), Ahead(_OPENING, source.text)
        # A segment that is open behind this place is never closed.
        self._last_bracket = source.text.rfind("]")

    def items(self) -> Iterator[Text | Tag]:
        at = 0
        while at < len(self.text):
            tag = self.text.find("{{", at)
            if tag < 0:
                yield Text(at, len(self.text), self.text[at:])
                return
            slashes = 2 if self.text.endswith("\\\\", at, tag) else int(self.text.endswith("\\", at, tag))
            # Of `\\{{` one backslash stays and the tag works; of `\{{` none stays and the tag is text.
            stop = tag - 1 if slashes else tag
            if stop > at:
                yield Text(at, stop, self.text[at:stop])
            item: Text | Tag = self.escaped(tag) if slashes == 1 else self.tag(tag)
            yield item
            at = item.end

    def escaped(self, start: int) -> Text:
        """The text that begins with an escaped `{{`, up to the next `{{`."""
        match = _NEXT_AFTER_ESCAPED.search(self.text, start + 2)
        end = match.start() if match else len(self.text)
        return Text(start, end, self.text[start:end])

    def tag(self, start: int) -> Tag:
        if self.text.startswith("{{{{", start):
            return self.raw(start)
        comment = _COMMENT_OPENING.match(self.text, start)
        if comment:
            return self.comment(start, long=comment[1] is not None)
        match, kind = next((match, kind) for pattern, kind in _OPENINGS if (match := pattern.match(self.text, start)))
        closer = _TRIPLE_CLOSER if kind == "triple" else _CLOSER
        tokens, end, fine = self.tokens(match.end(), start, closer, else_tag=kind == "else")
        strip = Strip(self.text.startswith("{{~", start), self.text.endswith("~}}", start, end))
        return Tag(kind, start, end, strip, tuple(tokens), broken=not fine)

    def comment(self, start: int, *, long: bool) -> Tag:
        match = (_LONG_COMMENT if long else _COMMENT).match(self.text, start)
        if not match:
            self.problem(start, "this comment isn't closed", f"end it with `{'--}}' if long else '}}'}`", length=3)
            return Tag("comment", start, len(self.text), broken=True)
        strip = Strip(self.text.startswith("{{~", start), match.group().endswith("~}}"))
        return Tag("comment", start, match.end(), strip)

    def raw(self, start: int) -> Tag:
        tokens, end, fine = self.tokens(start + 4, start, _RAW_CLOSER)
        name = tokens[0].text if tokens else "…"
        remedy = f"end it with `{{{{{{{{/{name}}}}}}}}}`"
        close = self.raw_close(end)
        if close is None:
            if fine:
                self.problem(start, "this raw block isn't closed", remedy, length=4)
            return Tag("raw", start, len(self.text), broken=True)
        if fine and tokens and close[1] != name:
            self.problem(close.start(), f"`{close[1]}` doesn't close the raw block `{name}`", remedy)
        return Tag("raw", start, close.end(), NO_STRIP, tuple(tokens), not fine, (end, close.start()))

    def raw_close(self, at: int) -> re.Match[str] | None:
        """The closing tag of the raw block whose content starts here; blocks inside it have their own."""
        depth = 1
        for edge in _RAW_EDGE.finditer(self.text, at):
            depth += -1 if edge[1] else 1
            if depth == 0:
                return edge
        return None

    def tokens(self, at: int, start: int, closer: re.Pattern[str], *, else_tag: bool = False) -> tuple[list[Token], int, bool]:
        """The tokens from `at` up to the closer, where the tag ends, and whether all is well."""
        tokens: list[Token] = []
        while at < len(self.text):
            closed = closer.match(self.text, at)
            if closed:
                return tokens, closed.end(), else_tag or self.exactly(closed)
            match = None if self.text[at] == "[" and at > self._last_bracket else _TOKENS.match(self.text, at)
            if not match:
                return tokens, self.recover(at, start), False
            kind = match.lastgroup or ""
            if kind != "space":
                tokens.append(_token(kind, match))
            at = match.end()
        self.unclosed(start)
        return tokens, len(self.text), False

    def exactly(self, closed: re.Match[str]) -> bool:
        """Whether no brace too many follows the closing ones; Handlebars.js can't read that either."""
        braces = closed.group()
        surplus = braces != "}}}}" and "~" not in braces and self.text.startswith("}", closed.end())
        if surplus:
            self.problem(closed.end(), "there is a brace too many here", "take it out, or put a space before a brace that is text")
        return not surplus

    def recover(self, at: int, start: int) -> int:
        """Report an unreadable character, and say where reading can go on."""
        end, opening = (found.start() if (found := ahead.first(at)) else -1 for ahead in (self._ends, self._openings))
        triple = self.text.startswith("{{{", start) or self.text.startswith("{{~{", start)
        if end < 0 or 0 <= opening < end or (triple and end == at):
            self.unclosed(start)
            return end + 2 if end == at else opening if opening >= 0 else len(self.text)
        self.problem(at, *(mustache_tag(self.text, start) or _unreadable(self.text, at)))
        return end + 2

    def unclosed(self, start: int) -> None:
        opening = next(braces for braces in ("{{{{", "{{{", "{{") if self.text.startswith(braces, start))
        what = f"this tag isn't closed with `{'}' * len(opening)}`"
        self.problem(start, what, r"close it, or write `\{{` when the braces are text", length=len(opening))

    def problem(self, offset: int, what: str, remedy: str, length: int = 1) -> None:
        self.problems.append(self.source.problem(offset, what, remedy, code="syntax", length=length))


def _unreadable(text: str, at: int) -> tuple[str, str]:
    char = text[at]
    indexed = _INDEXED.match(text, at)
    if indexed:
        return f"`{indexed.group()}` can't stand in a tag", f"write `{indexed[1]}.[{indexed[2]}]`"
    what = f"`{char}` can't stand in a tag here"
    if char in "\"'":
        return what, "close the text with the same quote"
    if char == "[":
        return what, "close the segment with `]`"
    if char == "|":
        return what, "Handlebars has no filters with `|`; write the helper first, as in `{{money price}}`"
    return what, "a name with special characters goes in brackets: `[first name]`"


_KINDS: Final = {"name": "id", "bar_open": "bar-open"}


def _token(group: str, match: re.Match[str]) -> Token:
    text = match.group()
    if group == "segment":
        text = re.sub(r"\\([\\\]])", r"\1", text)[1:-1]
    elif group == "string":
        text = text[1:-1].replace("\\" + text[0], text[0])
    return Token(_KINDS.get(group, group), text, match.start(), match.end())
