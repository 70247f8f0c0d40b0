"""What a Handlebars template is made of: its nodes, each with the offsets at which it starts and ends in the template's text.

The nodes follow the abstract syntax tree of Handlebars.js 4.7 (its docs/compiler-api.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias


class Strip(NamedTuple):
    """Whether a tag takes the white space before it (`{{~`) and after it (`~}}`)."""

    before: bool = False
    after: bool = False


NO_STRIP: Final = Strip()


@dataclass(frozen=True)
class Node:
    """A piece of a template, from offset `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Literal(Node):
    """A text, number, `true`, `false`, `null` (None) or `undefined` (`mailweave.facts.MISSING`). `text` is how it is written."""

    value: object
    text: str


@dataclass(frozen=True)
class Path(Node):
    """A name such as `customer.first_name`, `../name`, `@index`, `this` or `[first name]`.

    `parts` are its segments without `this`, `.` and `..`; `depth` counts the `..`; `data` is true for `@…`; `scoped` is true for names that
    begin with `this` or `.`, which never mean a helper or a block parameter.
    """

    text: str
    parts: tuple[str, ...]
    depth: int = 0
    data: bool = False
    scoped: bool = False

    @property
    def simple(self) -> bool:
        """Whether it is one bare word, which may be a helper's name."""
        return len(self.parts) == 1 and not self.scoped and not self.depth and not self.data

    @property
    def head(self) -> str | None:
        """The first word, when it may be a block parameter's name."""
        # Handlebars.js takes `@index` for a block parameter called `index`, too.
        return self.parts[0] if self.parts and not self.scoped and not self.depth else None


@dataclass(frozen=True)
class Call(Node):
    """A name with its parameters and named parameters; without any it may be just a value.

    `parenthesised` is true for a subexpression, which always calls a helper.
    """

    callee: Expression
    params: tuple[Expression, ...] = ()
    named: tuple[tuple[str, Expression], ...] = ()
    parenthesised: bool = False

    @property
    def bare(self) -> bool:
        """Whether there is only a name, and so perhaps just a value."""
        return not (self.params or self.named or self.parenthesised)

    @property
    def name(self) -> str:
        """The called name as it is written."""
        return self.callee.text if isinstance(self.callee, Path | Literal) else ""


Expression: TypeAlias = Path | Literal | Call


@dataclass
class Content:
    """Literal text. `original` is what was written; `text` is what white-space control leaves of it."""

    start: int
    end: int
    original: str
    text: str = ""
    left_stripped: bool = False
    right_stripped: bool = False

    def __post_init__(self) -> None:
        self.text = self.original


@dataclass(frozen=True)
class Comment(Node):
    """`{{! … }}` or `{{!-- … --}}`."""

    strip: Strip


@dataclass(frozen=True)
class Mustache(Node):
    """A tag that puts a value out; `escaped` is false for `{{{ }}}` and `{{& }}`."""

    call: Call
    strip: Strip
    escaped: bool = True


@dataclass(frozen=True)
class Program(Node):
    """A sequence of nodes with the names of its block parameters. `chained` marks the inverse made by `{{else if …}}`: one block alone."""

    body: tuple[Statement, ...]
    names: tuple[str, ...] = ()
    chained: bool = False

    @cached_property
    def inlines(self) -> tuple[tuple[str, Program], ...]:
        """The inline partials that stand in it itself, with their names."""
        blocks = [statement for statement in self.body if isinstance(statement, DecoratorBlock)]
        named = [(block.call.params[0], block.program) for block in blocks if block.call.params]
        return tuple((name.text, program) for name, program in named if isinstance(name, Literal) and program)


@dataclass(frozen=True)
class Block(Node):
    """`{{#name …}} program {{else}} inverse {{/name}}`; `{{^name}}` has its program in `inverse`.

    `opening`, `middle` (None without an `else`) and `closing` are the offsets of those tags. A chained block opens with its `else` tag and
    shares the closing one. `swapped` is true for `{{^name}}`, whose text is the inverse and comes first.
    """

    call: Call
    program: Program | None
    inverse: Program | None
    opening: tuple[int, int]
    middle: tuple[int, int] | None
    closing: tuple[int, int]
    open_strip: Strip
    inverse_strip: Strip
    close_strip: Strip
    swapped: bool = False

    @property
    def branches(self) -> tuple[Program, ...]:
        """The programs in the order in which they are written."""
        order = (self.inverse, self.program) if self.swapped else (self.program, self.inverse)
        return tuple(program for program in order if program)


@dataclass
class Partial:
    """`{{> name context key=value}}`, or `{{> (helper) }}`. `indent` is the white space before a standalone one."""

    start: int
    end: int
    call: Call
    strip: Strip
    indent: str = ""


@dataclass(frozen=True)
class PartialBlock(Block):
    """`{{#> name}} what stands in when there is no such partial, and what it sees as `@partial-block` {{/name}}`."""


@dataclass(frozen=True)
class Decorator(Node):
    """`{{* name …}}`."""

    call: Call
    strip: Strip


@dataclass(frozen=True)
class DecoratorBlock(Block):
    """`{{#* inline "name"}} … {{/inline}}`: an inline partial, or another decorator."""


@dataclass(frozen=True)
class RawBlock(Block):
    """`{{{{name …}}}} text that is kept as it is {{{{/name}}}}`; its program holds only contents."""


Statement: TypeAlias = Content | Comment | Mustache | Block | Partial | PartialBlock | Decorator | DecoratorBlock | RawBlock


def walk(program: Program) -> Iterator[Statement]:
    """Every statement of a program, outer before inner, in written order."""
    return (statement for statement, _ in walk_named(program))


def walk_named(program: Program, names: frozenset[str] = frozenset()) -> Iterator[tuple[Statement, frozenset[str]]]:
    """The same, each with the block parameters in view; an inline partial sees none of those around it."""
    for statement in program.body:
        yield statement, names
        if isinstance(statement, Block):
            around = frozenset[str]() if isinstance(statement, DecoratorBlock) else names
            for branch in statement.branches:
                yield from walk_named(branch, around | {*branch.names})


def inside(expression: Expression) -> Iterator[Expression]:
    """An expression and every one inside it, outer before inner."""
    yield expression
    if isinstance(expression, Call):
        for inner in (expression.callee, *expression.params, *(value for _, value in expression.named)):
            yield from inside(inner)
