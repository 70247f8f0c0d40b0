"""A Handlebars tree laid out flat, with its partials where they are called: the pieces that decide what is escaped how, and the text with its
tags covered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from mailweave.contexts import Piece
from mailweave.errors import MailweaveError
from mailweave.pieces import Piece as FilePiece
from mailweave.pieces import PiecedSource
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Block, Content, DecoratorBlock, Mustache, Partial, PartialBlock, Program, Statement
from mailweave_plugins.languages.handlebars_eval import block_helper
from mailweave_plugins.languages.handlebars_partials import Calls, Definition, partial_name

# Of a partial that calls itself, so many uses inside one another are laid out.
_REPEATS: Final = 2
_MOST_PIECES: Final = 20_000

_Laid: TypeAlias = Iterator[tuple[Source, Piece]]


@dataclass(frozen=True)
class Layout:
    """The pieces of a template in order, without gaps, as offsets into `source`, which is the template's own when it calls no partial."""

    source: Source
    pieces: list[Piece]

    @property
    def masked(self) -> str:
        """The text with outputs as runs of `x` and all other tags blank; line breaks stay."""
        fillers = {"output": "x", "text": None}
        done = []
        for piece in self.pieces:
            part, filler = self.source.text[piece.start : piece.end], fillers.get(piece.kind, " ")
            done.append(part if filler is None else re.sub(r"[^\r\n]", filler, part))
        return "".join(done)


def lay_out(source: Source, program: Program, files: Mapping[str, Definition], *, calls: bool) -> Layout:
    """The layout of a template; `calls` is false when it calls no partial.

    Raises:
        MailweaveError: with its partials it is too long.
    """
    if not calls:
        return Layout(source, [piece for _, piece in _Layout(source, {}).program(program)])
    laid = []
    for found in _Layout(source, files).program(program):
        laid.append(found)
        if len(laid) > _MOST_PIECES:
            raise MailweaveError(source.problem(0, "with its partials this template is too long", "let fewer partials call others", code="limit"))
    whole = PiecedSource.of(source, (FilePiece(one, piece.start, piece.end) for one, piece in laid))
    pieces, at = [], 0
    for _, piece in laid:
        pieces.append(piece._replace(start=at, end=at + piece.end - piece.start))
        at = pieces[-1].end
    return Layout(whole, pieces)


def _gap(source: Source, start: int, end: int) -> _Laid:
    """What belongs to no node: the backslash of an escaped `{{`."""
    if start < end:
        yield source, Piece("other", start, end)


class _Layout(Calls):
    def __init__(self, source: Source, files: Mapping[str, Definition]) -> None:
        super().__init__(source, files)
        self.open: list[Program] = []

    def program(self, program: Program) -> _Laid:
        source, at = self.home.source, program.start
        with self.declaring(program, None):
            for statement in program.body:
                yield from _gap(source, at, statement.start)
                yield from self.statement(statement)
                at = statement.end
        yield from _gap(source, at, program.end)

    def statement(self, statement: Statement) -> _Laid:
        source = self.home.source
        if isinstance(statement, Content):
            yield source, Piece("text", statement.start, statement.end)
        elif isinstance(statement, Mustache):
            yield source, Piece("output", statement.start, statement.end)
        elif isinstance(statement, Partial | PartialBlock):
            yield source, Piece("other", statement.start, statement.opening[1] if isinstance(statement, Block) else statement.end)
            yield from self.call(statement)
        elif isinstance(statement, Block) and not isinstance(statement, DecoratorBlock):
            yield from self.block(statement, statement.opening, statement.closing)
        else:
            yield source, Piece("other", statement.start, statement.end)

    def call(self, statement: Partial | PartialBlock) -> _Laid:
        """What a called partial puts in; nothing for a computed name, which is looked at when the template is filled."""
        name = partial_name(statement.call)
        if name is None:
            return
        with self.inside(statement, name, None) as target:
            if target is None or sum(program is target.program for program in self.open) >= _REPEATS:
                return
            self.open.append(target.program)
            yield from self.program(target.program)
            self.open.pop()

    def block(self, block: Block, opening: tuple[int, int], closing: tuple[int, int]) -> _Laid:
        helper, source = block_helper(block), self.home.source
        yield source, Piece("open", *opening, loop=helper.loop if helper else True, block=block.call.name)
        first, *second = block.branches
        yield from self.program(first)
        if block.middle:
            yield source, Piece("middle", *block.middle, total=True)
            yield from self.chained(second[0]) if second and second[0].chained else self.program(second[0])
        yield source, Piece("close", *closing)

    def chained(self, program: Program) -> _Laid:
        """`{{else if …}}` is an `else` with a block inside it, whose tags take no room."""
        for block in program.body:
            if isinstance(block, Block):
                yield from self.block(block, (block.opening[1], block.opening[1]), (block.closing[0], block.closing[0]))
