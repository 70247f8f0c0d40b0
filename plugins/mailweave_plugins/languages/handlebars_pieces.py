"""A Handlebars tree laid out flat: the pieces that decide what is escaped how, and the text with its tags covered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailweave.contexts import Piece
from mailweave_plugins.languages.handlebars_ast import Block, Content, Mustache, Program
from mailweave_plugins.languages.handlebars_eval import block_helper


def pieces_of(text: str, program: Program) -> list[Piece]:
    """The pieces of a template in order, without gaps."""
    found: list[Piece] = []
    at = 0
    for piece in _program(program):
        # Only the backslash of an escaped `{{` belongs to no node.
        if piece.start > at:
            found.append(Piece("other", at, piece.start))
        found.append(piece)
        at = piece.end
    return [*found, Piece("other", at, len(text))] if at < len(text) else found


def mask(text: str, pieces: list[Piece]) -> str:
    """The text with outputs as runs of `x` and all other tags blank; line breaks stay."""
    fillers = {"output": "x", "text": None}
    done = []
    for piece in pieces:
        part, filler = text[piece.start : piece.end], fillers.get(piece.kind, " ")
        done.append(part if filler is None else re.sub(r"[^\r\n]", filler, part))
    return "".join(done)


def _program(program: Program) -> Iterator[Piece]:
    for statement in program.body:
        if isinstance(statement, Content):
            yield Piece("text", statement.start, statement.end)
        elif isinstance(statement, Mustache):
            yield Piece("output", statement.start, statement.end)
        elif isinstance(statement, Block):
            yield from _block(statement)
        else:
            yield Piece("other", statement.start, statement.end)


def _block(block: Block, opening: tuple[int, int] | None = None, closing: tuple[int, int] | None = None) -> Iterator[Piece]:
    helper = block_helper(block)
    yield Piece("open", *(opening or block.opening), loop=helper.loop if helper else True, block=block.call.name)
    first, *second = block.branches
    yield from _program(first)
    if block.middle:
        yield Piece("middle", *block.middle, total=True)
        yield from _chained(second[0]) if second and second[0].chained else _program(second[0])
    yield Piece("close", *(closing or block.closing))


def _chained(program: Program) -> Iterator[Piece]:
    """`{{else if …}}` is an `else` with a block inside it, whose tags take no room."""
    for block in program.body:
        if isinstance(block, Block):
            yield from _block(block, (block.opening[1], block.opening[1]), (block.closing[0], block.closing[0]))
