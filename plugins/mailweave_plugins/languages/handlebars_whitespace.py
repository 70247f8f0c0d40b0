"""White-space control: `~`, and tags that stand alone on their line (Handlebars.js 4.7, lib/handlebars/compiler/whitespace-control.js).

It changes the `text` of the tree's contents and nothing else. A line break after a standalone tag and the blanks around it go away; `~` takes
all white space up to the next text or tag.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from mailweave_plugins.languages.handlebars_ast import Block, Comment, Content, Decorator, Mustache, Partial, Program, Statement

_Body = Sequence[Statement]

_BLANK: Final = re.compile(r"\s*\Z")
_BEGINS_LINE: Final = re.compile(r"\s*?\r?\n")
_REST_OF_LINE: Final = re.compile(r"[ \t]*\r?\n?")


class _Effect(NamedTuple):
    """What a statement does to its neighbours: takes white space (`~`) before and after, and which of its tags may be standalone."""

    before: bool = False
    after: bool = False
    open_alone: bool = False
    close_alone: bool = False
    alone: bool = False


def control_whitespace(program: Program) -> None:
    """Take out the white space that the tags of a template take out."""
    _program(program, root=True)


def _program(program: Program | None, *, root: bool = False) -> None:
    if program is None:
        return
    body = program.body
    for index, statement in enumerate(body):
        effect = _effect(statement)
        if effect is None:
            continue
        before, after = _blank_before(body, index, root), _blank_after(body, index, root)
        if effect.after:
            _strip_start(body, index + 1, everything=True)
        if effect.before:
            _strip_end(body, index - 1, everything=True)
        if effect.alone and before and after:
            _standalone(body, index, statement)
        if isinstance(statement, Block):
            _standalone_block(body, index, statement, effect.open_alone and before, effect.close_alone and after)


def _standalone(body: _Body, index: int, statement: Statement) -> None:
    _strip_start(body, index + 1)
    previous = body[index - 1] if index else None
    if _strip_end(body, index - 1) and isinstance(statement, Partial) and isinstance(previous, Content):
        statement.indent = previous.original[len(previous.original.rstrip(" \t")) :]


def _standalone_block(body: _Body, index: int, block: Block, opens: bool, closes: bool) -> None:
    if opens:
        _strip_start(_first(block).body, 0)
        _strip_end(body, index - 1)
    if closes:
        _strip_start(body, index + 1)
        last = (block.inverse or block.program or _first(block)).body
        _strip_end(last, len(last) - 1)


def _effect(statement: Statement) -> _Effect | None:
    if isinstance(statement, Block):
        return _block(statement)
    if isinstance(statement, Mustache | Decorator):
        return _Effect(*statement.strip)
    if isinstance(statement, Partial | Comment):
        return _Effect(*statement.strip, alone=True)
    return None


def _block(block: Block) -> _Effect:
    _program(block.program)
    _program(block.inverse)
    program, inverse = _first(block), block.inverse if block.program else None
    first = last = inverse
    if inverse and inverse.chained:
        first, last = _chained(inverse), inverse
        while last.chained:
            last = _chained(last)
    effect = _Effect(
        block.open_strip.before,
        block.close_strip.after,
        open_alone=_blank_after(program.body, -1),
        close_alone=_blank_before((first or program).body, None),
    )
    if block.open_strip.after:
        _strip_start(program.body, 0, everything=True)
    _inner(block, program, first)
    if block.close_strip.before:
        closed = (last or program).body
        _strip_end(closed, len(closed) - 1, everything=True)
    if first and _blank_before(program.body, None) and _blank_after(first.body, -1):
        _strip_end(program.body, len(program.body) - 1)
        _strip_start(first.body, 0)
    return effect


def _inner(block: Block, program: Program, first: Program | None) -> None:
    """What the `~` of an `else` takes."""
    if first and block.inverse_strip.before:
        _strip_end(program.body, len(program.body) - 1, everything=True)
    if first and block.inverse_strip.after:
        _strip_start(first.body, 0, everything=True)


def _first(block: Block) -> Program:
    program = block.program or block.inverse
    assert program is not None
    return program


def _chained(program: Program) -> Program:
    """The program of an `else if`, or of the last block inside one."""
    inner = program.body[-1]
    assert isinstance(inner, Block)
    return _first(inner)


def _blank_before(body: _Body, index: int | None, root: bool = False) -> bool:
    """Whether only white space stands between the statement (None: the end) and its line's beginning."""
    position = len(body) if index is None else index
    if position < 1:
        return root
    previous = body[position - 1]
    if not isinstance(previous, Content):
        return False
    return "\n" in _trailing(previous.original) or (root and position < 2 and bool(_BLANK.match(previous.original)))


def _trailing(text: str) -> str:
    """The white space at a text's end."""
    return text[len(text.rstrip()) :]


def _blank_after(body: _Body, index: int, root: bool = False) -> bool:
    """Whether only white space stands between the statement (-1: the beginning) and its line's end."""
    if index + 1 >= len(body):
        return root
    following = body[index + 1]
    if not isinstance(following, Content):
        return False
    return bool(_BEGINS_LINE.match(following.original)) or (root and index + 2 >= len(body) and bool(_BLANK.match(following.original)))


def _strip_start(body: _Body, index: int, *, everything: bool = False) -> None:
    content = body[index] if 0 <= index < len(body) else None
    if not isinstance(content, Content) or (content.right_stripped and not everything):
        return
    before = content.text
    content.text = before.lstrip() if everything else _REST_OF_LINE.sub("", before, count=1)
    content.right_stripped = content.text != before


def _strip_end(body: _Body, index: int, *, everything: bool = False) -> bool:
    content = body[index] if 0 <= index < len(body) else None
    if not isinstance(content, Content) or (content.left_stripped and not everything):
        return False
    before = content.text
    content.text = before.rstrip() if everything else before.rstrip(" \t")
    content.left_stripped = content.text != before
    return content.left_stripped
