"""Parse a Handlebars template into its tree, as Handlebars.js 4.7 does (src/handlebars.yy), but report every mistake with its place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from mailweave.errors import MailweaveError, Problem
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import (
    NO_STRIP,
    Block,
    Call,
    Comment,
    Content,
    Decorator,
    DecoratorBlock,
    Literal,
    Mustache,
    Partial,
    PartialBlock,
    Path,
    Program,
    RawBlock,
    Statement,
)
from mailweave_plugins.languages.handlebars_expressions import MAX_NESTING, Head, parse_head
from mailweave_plugins.languages.handlebars_lexer import Tag, Text, lex
from mailweave_plugins.languages.handlebars_mustache import MustacheBlocks
from mailweave_plugins.languages.handlebars_whitespace import control_whitespace

_BLOCKS: Final = {"block": Block, "inverse-block": Block, "partial-block": PartialBlock, "decorator-block": DecoratorBlock}
# Handlebars.js reads the text of a raw block in these parts; which is first and last matters for white space.
_RAW_PART: Final = re.compile(r"\{{4}/[^\s{}]+\}{4}|\{{4}|[\s\S]+?(?=\{{4}|\Z)")
_CLOSERS: Final = ("end", "else", "else-chain")


def parse(source: Source) -> Program:
    """The tree of a template, with white-space control done.

    Raises:
        MailweaveError: every mistake of syntax.
    """
    items, problems = lex(source)
    program = _parsed(_Parser(source, items, problems))
    if program is None or problems:
        raise MailweaveError(*sorted(problems, key=lambda problem: (problem.place is None, problem.place)))
    control_whitespace(program)
    return program


def _parsed(parser: _Parser) -> Program | None:
    """The whole tree, or None (with the problem noted) when it is too deep to go on."""
    try:
        return parser.root()
    except MailweaveError as error:
        parser.problems += error.problems
        return None


class _Otherwise(NamedTuple):
    """An `else` with what follows it."""

    tag: Tag
    program: Program


class _Parser:
    def __init__(self, source: Source, items: list[Text | Tag], problems: list[Problem]) -> None:
        self.source = source
        self.items = items
        self.problems = problems
        self.at = 0
        self.foreign = MustacheBlocks(source.text)
        # The names of the open blocks, outermost first; an unreadable one is "".
        self.open: list[str] = []
        self.depth = 0

    def root(self) -> Program:
        body: list[Statement] = []
        while self.at < len(self.items):
            body += self.body()
            if self.at < len(self.items):
                self.stray(self.items[self.at])
                self.at += 1
        return Program(0, len(self.source.text), tuple(body))

    def stray(self, tag: Text | Tag) -> None:
        assert isinstance(tag, Tag)
        word = self.source.text[tag.start : tag.end]
        if tag.kind == "end":
            name = _first_word(tag)
            if self.foreign.closes_parent(name):
                return
            foreign = self.foreign.block(name)
            self.problem(tag, *(foreign or (f"`{word}` closes nothing", "open its block before it, or take it out")))
        else:
            self.problem(tag, f"`{word}` stands outside a block", "put it inside a block such as `{{#if …}}`, or take it out")

    def body(self) -> list[Statement]:
        """Statements up to a tag that ends them, or to the end."""
        found: list[Statement] = []
        while self.at < len(self.items):
            item = self.items[self.at]
            if isinstance(item, Tag) and item.kind in _CLOSERS:
                break
            self.at += 1
            statement = Content(item.start, item.end, item.text) if isinstance(item, Text) else self.statement(item)
            if statement:
                found.append(statement)
        return found

    def program(self, start: int, names: tuple[str, ...] = ()) -> Program:
        body = tuple(self.body())
        end = self.items[self.at].start if self.at < len(self.items) else len(self.source.text)
        return Program(start, end, body, names)

    def statement(self, tag: Tag) -> Statement | None:
        if tag.kind in _BLOCKS:
            return self.block(tag)
        if tag.kind == "comment":
            return Comment(tag.start, tag.end, tag.strip)
        head = self.head(tag)
        if head is None:
            return None
        if head.names:
            self.problem(tag, "only blocks have block parameters", "take out `as |…|`, or make it a block with `#`")
        if tag.kind == "raw":
            return self.raw(tag, head.call)
        return _simple(tag, head.call)

    def raw(self, tag: Tag, call: Call) -> RawBlock:
        start, end = tag.inner
        parts = _RAW_PART.finditer(self.source.text, start, end)
        program = Program(start, end, tuple(Content(part.start(), part.end(), part.group()) for part in parts))
        return RawBlock(tag.start, tag.end, call, program, None, (tag.start, start), None, (end, tag.end), NO_STRIP, NO_STRIP, NO_STRIP)

    def head(self, tag: Tag) -> Head | None:
        if tag.broken:
            return None
        try:
            return parse_head(self.source, tag)
        except MailweaveError as error:
            self.problems += error.problems
            return None

    def block(self, tag: Tag) -> Block | None:
        """A block from its opening tag on; what is wrong inside is reported even if the opening can't be read."""
        head = self.head(tag)
        if head and head.names and tag.kind == "partial-block":
            self.problem(tag, "a partial block has no block parameters", "take out `as |…|`")
        self.open.append(_name(head) if head else _first_word(tag))
        self.deeper(tag)
        program = self.program(tag.end, head.names if head else ())
        otherwise = self.otherwise(tag)
        self.extra_else()
        close = self.close(tag)
        self.open.pop()
        self.depth -= 1
        return _block(tag, head, program, otherwise, close) if head and close else None

    def deeper(self, tag: Tag) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            what = f"blocks are nested, or `else` tags chained, deeper than {MAX_NESTING}"
            raise MailweaveError(self.source.problem(tag.start, what, "make the template simpler", code="syntax", length=tag.end - tag.start))

    def otherwise(self, tag: Tag) -> _Otherwise | None:
        item = self.items[self.at] if self.at < len(self.items) else None
        if not isinstance(item, Tag) or item.kind == "end":
            return None
        self.at += 1
        if tag.kind in ("decorator-block", "partial-block"):
            self.problem(item, "this block has no `else`", "take it out")
        if item.kind == "else":
            return _Otherwise(item, self.program(item.end))
        if tag.kind == "inverse-block":
            self.problem(item, "`else` with a condition can't follow `{{^…}}`", "write the block with `#`, or use `{{else}}` and a block inside")
        return self.chain(item)

    def chain(self, tag: Tag) -> _Otherwise:
        """`{{else if …}}`: an inverse with one block alone, closed by the outer one's closing tag."""
        head = self.head(tag)
        self.deeper(tag)
        program = self.program(tag.end, head.names if head else ())
        otherwise = self.otherwise(tag)
        self.depth -= 1
        end = self.items[self.at].start if self.at < len(self.items) else len(self.source.text)
        # Handlebars.js gives an inner chained block the white-space control of its own tag for its close; the outermost one's is mended later.
        closing = Tag("end", end, end, tag.strip)
        body = (_block(tag, head, program, otherwise, closing),) if head else ()
        return _Otherwise(tag, Program(tag.end, end, body, chained=True))

    def extra_else(self) -> None:
        """Whatever follows a plain `else` with another `else` is reported and passed over."""
        while self.at < len(self.items):
            item = self.items[self.at]
            if not isinstance(item, Tag) or item.kind == "end":
                return
            self.at += 1
            self.problem(item, "this block already has its `else`", "keep one; conditions such as `{{else if …}}` come before it")
            self.body()

    def close(self, opening: Tag) -> Tag | None:
        """The closing tag of the innermost open block, or None when that is wrong."""
        name = self.open[-1]
        if self.at >= len(self.items):
            self.unclosed(opening, name)
            return None
        tag = self.items[self.at]
        assert isinstance(tag, Tag)
        self.at += 1
        head = self.head(tag)
        found = _name(head) if head else ""
        if head and (head.call.params or head.call.named or head.names):
            self.problem(tag, "a closing tag has only a name", f"write `{{{{/{name}}}}}`")
        if not found or not name or found == name:
            return tag
        if found in self.open[:-1]:
            self.at -= 1
            self.unclosed(opening, name)
            return None
        place = self.source.place(opening.start)
        self.problem(tag, f"`{found}` doesn't close the `{name}` of line {place.line}, column {place.column}", f"write `{{{{/{name}}}}}`")
        return None

    def unclosed(self, opening: Tag, name: str) -> None:
        word = self.source.text[opening.start : opening.end]
        if not opening.broken:
            self.problem(opening, f"`{word}` isn't closed", f"write `{{{{/{name}}}}}` where it ends")

    def problem(self, tag: Tag, what: str, remedy: str) -> None:
        self.problems.append(self.source.problem(tag.start, what, remedy, code="syntax", length=tag.end - tag.start))


def _simple(tag: Tag, call: Call) -> Statement:
    if tag.kind == "partial":
        return Partial(tag.start, tag.end, call, tag.strip)
    if tag.kind == "decorator":
        return Decorator(tag.start, tag.end, call, tag.strip)
    return Mustache(tag.start, tag.end, call, tag.strip, escaped=tag.kind == "mustache")


def _block(tag: Tag, head: Head, program: Program, otherwise: _Otherwise | None, close: Tag) -> Block:
    inverse = otherwise.program if otherwise else None
    if otherwise and inverse and inverse.chained and tag.kind != "else-chain":
        inverse = _closed(inverse, close)
    swapped = tag.kind == "inverse-block"
    return _BLOCKS.get(tag.kind, Block)(
        tag.start,
        close.end,
        head.call,
        program=inverse if swapped else program,
        inverse=program if swapped else inverse,
        opening=(tag.start, tag.end),
        middle=(otherwise.tag.start, otherwise.tag.end) if otherwise else None,
        closing=(close.start, close.end),
        open_strip=tag.strip,
        inverse_strip=otherwise.tag.strip if otherwise else NO_STRIP,
        close_strip=close.strip,
        swapped=swapped,
    )


def _closed(chained: Program, close: Tag) -> Program:
    """A chain whose first block takes the white-space control of the closing tag."""
    body = tuple(replace(block, close_strip=close.strip) for block in chained.body if isinstance(block, Block))
    return replace(chained, body=body)


def _name(head: Head) -> str:
    return head.call.callee.text if isinstance(head.call.callee, Path | Literal) else head.call.name or "undefined"


def _first_word(tag: Tag) -> str:
    return tag.tokens[0].text if tag.tokens else ""
