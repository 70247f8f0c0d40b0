"""Read the inside of one Handlebars tag: a name with parameters, named parameters and block parameters."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from mailweave.errors import MailweaveError
from mailweave.facts import MISSING
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Call, Expression, Literal, Path
from mailweave_plugins.languages.handlebars_lexer import Tag, Token
from mailweave_plugins.languages.handlebars_mustache import mustache_tag

# Deeper ones are nobody's wish, and would exhaust the stack.
MAX_NESTING: Final = 60

_CONSTANTS: Final = {"true": True, "false": False, "null": None, "undefined": MISSING}
_NAMES: Final = ("id", "segment")
# As Handlebars.js has it (`AST.helpers.scopedId`): a name that ends in "this" counts, too.
# As in Liquid. CPython refuses to write more than 4,300.
_MOST_DIGITS: Final = 1_000
_SCOPED: Final = re.compile(r"^\.|this\b", re.ASCII)


class Head(NamedTuple):
    """What a tag says: its call and the names of its block parameters (`as |item index|`)."""

    call: Call
    names: tuple[str, ...] = ()


def parse_head(source: Source, tag: Tag) -> Head:
    """The inside of a tag that isn't broken.

    Raises:
        MailweaveError: the first mistake in it.
    """
    return _Parser(source, tag).head()


def number(text: str) -> int | Decimal:
    """A number as it is written, without zeros that say nothing; never a binary fraction, so that 0.1 stays 0.1."""
    written = Decimal(text)
    return int(written) if written == written.to_integral_value() else written.normalize()


class _Parser:
    def __init__(self, source: Source, tag: Tag) -> None:
        self.source = source
        self.tag = tag
        self.tokens = tag.tokens
        self.at = 0
        self.nesting = 0

    def head(self) -> Head:
        if not self.tokens:
            self.fail("this tag is empty", "name a value or a helper in it")
        dynamic = self.kind() == "open" and self.tag.kind.startswith("partial")
        callee = self.subexpression() if dynamic else self.name()
        call = self.rest(callee, self.tokens[0].start)
        names = self.block_params() if self.kind() == "bar-open" else ()
        if self.at < len(self.tokens):
            self.unexpected()
        return Head(call, names)

    def rest(self, callee: Expression, start: int, parenthesised: bool = False) -> Call:
        """The parameters after the callee: positional ones first, then named ones."""
        params: list[Expression] = []
        while self.at < len(self.tokens) and not self.named_next() and self.kind() not in ("close", "bar-open"):
            self.not_glued()
            params.append(self.value())
        named: dict[str, Expression] = {}
        while self.named_next():
            name = self.take()
            if name.text in named:
                self.fail(f"`{name.text}=` stands twice", "keep one", name)
            self.take()
            named[name.text] = self.value()
        return Call(start, self.end(), callee, tuple(params), tuple(named.items()), parenthesised)

    def value(self) -> Expression:
        return self.subexpression() if self.kind() == "open" else self.name()

    def not_glued(self) -> None:
        """Refuse `a.` and `a..b`, which Handlebars.js takes for the helper `a` with a parameter."""
        token, previous = self.tokens[self.at], self.tokens[self.at - 1]
        if token.kind == "id" and token.text in (".", "..") and token.start == previous.end and previous.kind in _NAMES:
            self.fail(f"`{token.text}` can't follow a name like this", "write a name after one `.`, or a space before it", token)

    def subexpression(self) -> Call:
        opening = self.take()
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.fail(f"parentheses are nested deeper than {MAX_NESTING}", "make the expression simpler", opening)
        call = self.rest(self.name(), opening.start, parenthesised=True)
        if self.kind() != "close":
            self.fail("this parenthesis isn't closed", "write `)` where it ends", opening)
        self.take()
        self.nesting -= 1
        return Call(opening.start, self.end(), call.callee, call.params, call.named, parenthesised=True)

    def name(self) -> Path | Literal:
        kind = self.kind()
        if kind in _NAMES:
            return self.path()
        if kind == "data":
            start = self.take().start
            return self.path(start)
        if kind not in ("string", "number", "boolean", "null", "undefined"):
            self.unexpected()
        return self.literal()

    def literal(self) -> Literal:
        token = self.take()
        value: object = token.text
        if token.kind != "string":
            if len(token.text) > _MOST_DIGITS:
                self.fail(f"a number of more than {_MOST_DIGITS:,} digits", "use a shorter one", token)
            value = number(token.text) if token.kind == "number" else _CONSTANTS[token.text]
        text = format(value, "f") if isinstance(value, Decimal) else str(value) if token.kind == "number" else token.text
        return Literal(token.start, token.end, value, text)

    def path(self, data_start: int | None = None) -> Path:
        """Segments joined with `.` or `/`; after `@` when `data_start` is given."""
        if self.kind() not in _NAMES:
            self.unexpected()
        first = self.take()
        segments, text = [first], ("@" if data_start is not None else "") + first.text
        while self.kind() == "sep":
            text += self.take().text
            if self.kind() not in _NAMES:
                self.bad_segment(text)
            segments.append(self.take())
            text += segments[-1].text
        start = first.start if data_start is None else data_start
        return self.path_of(segments, text, start, data=data_start is not None)

    def path_of(self, segments: list[Token], text: str, start: int, *, data: bool) -> Path:
        parts: list[str] = []
        depth = 0
        for segment in segments:
            special = segment.kind == "id" and segment.text in ("..", ".", "this")
            if special and parts:
                self.fail(
                    f"`{segment.text}` can't stand inside the name `{text}`",
                    f"put it first, or write `[{segment.text}]` for a key of that name",
                    segment,
                )
            depth += special and segment.text == ".."
            if not special:
                parts.append(segment.text)
        # Not by its text: `[@sale]` is a key that begins with `@`.
        return Path(start, segments[-1].end, text, tuple(parts), depth, data, scoped=bool(_SCOPED.search(text)))

    def bad_segment(self, text: str) -> NoReturn:
        """What follows a separator isn't a name; a number is a frequent mistake."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token and token.kind == "number":
            self.fail(f"`{token.text}` can't stand bare in a name", f"put it in brackets: `{text}[{token.text}]`", token)
        self.fail(f"a name is missing after `{text}`", "write one, or take the separator out", self.tokens[self.at - 1])

    def block_params(self) -> tuple[str, ...]:
        opening = self.take()
        names: list[str] = []
        while self.kind() in _NAMES:
            names.append(self.take().text)
        if self.kind() != "bar" or not names:
            self.fail("these block parameters aren't complete", "write them as in `as |item index|`", opening)
        self.take()
        return tuple(names)

    def named_next(self) -> bool:
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        return self.kind() in _NAMES and following is not None and following.kind == "equals"

    def kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def end(self) -> int:
        return self.tokens[self.at - 1].end

    def unexpected(self) -> NoReturn:
        if self.at >= len(self.tokens):
            self.fail("a value is missing here", "write a name, a text in quotes or a number", self.tokens[-1])
        token, foreign = self.tokens[self.at], mustache_tag(self.source.text, self.tag.start)
        if foreign:
            self.fail(*foreign, token)
        self.fail(f"`{self.source.text[token.start : token.end]}` isn't expected here", _REMEDIES.get(token.kind, "take it out"), token)

    def fail(self, what: str, remedy: str, token: Token | None = None) -> NoReturn:
        start, end = (token.start, token.end) if token else (self.tag.start, self.tag.end)
        raise MailweaveError(self.source.problem(start, what, remedy, code="syntax", length=end - start))


_REMEDIES: Final = {
    "bar": "Handlebars has no filters with `|`; write the helper first, as in `{{money price}}`",
    "open": "a tag begins with a name; parentheses stand around a parameter",
    "close": "open the parenthesis before it, or take it out",
    "equals": "named parameters are `name=value`",
    "bar-open": "block parameters stand once, at the end of a block's opening tag",
    "sep": "a name can't begin with it; write `./` or `../`",
}
