"""What is wrong with the partials of a Handlebars tree before any data is known; each finding is a node, what is wrong, the remedy, a code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from mailweave_plugins.languages.handlebars_ast import (
    Block,
    Call,
    Comment,
    Content,
    Decorator,
    DecoratorBlock,
    Expression,
    Literal,
    Mustache,
    Partial,
    PartialBlock,
    Path,
    Program,
    Statement,
    inside,
)
from mailweave_plugins.languages.handlebars_partials import PARTIAL_BLOCK

Findings: TypeAlias = Iterator[tuple[Expression, str, str, str]]


def partial_parameters(call: Call) -> Findings:
    """A partial takes one context, and named parameters."""
    if len(call.params) > 1:
        remedy = "give it one value, and the others by name: `{{> card item price=price}}`"
        yield call, f"a partial takes one parameter, not {len(call.params)}", remedy, "bad-parameters"


def inline_partial(statement: Decorator | DecoratorBlock) -> Findings:
    """The only decorator is `{{#*inline "name"}}`; its name is written out, so that it is known what is called."""
    call = statement.call
    if call.name != "inline" or isinstance(statement, Decorator):
        remedy = 'write `{{#*inline "name"}} … {{/inline}}`, or take it out'
        yield call, f"there is no decorator `{call.name}`" if call.name != "inline" else "`inline` is a block", remedy, "unsupported"
    elif len(call.params) != 1 or call.named:
        yield call, "`inline` takes one parameter, the partial's name", 'write `{{#*inline "name"}}`', "bad-parameters"
    elif not isinstance(call.params[0], Literal):
        yield call.params[0], "the name of an inline partial can't be computed", f'write it in quotes: `"{_written(call.params[0])}"`', "unsupported"


def partial_block_values(statement: Mustache | Block | Partial) -> Findings:
    """`@partial-block` is a partial's name; as a value it can only be asked for."""
    asks = isinstance(statement, Block) and statement.call.name in ("if", "unless")
    for expression in inside(statement.call):
        if not isinstance(expression, Path) or not expression.data or expression.parts[:1] != ("partial-block",):
            continue
        called = isinstance(statement, Partial | PartialBlock) and expression is statement.call.callee
        asked = asks and expression in statement.call.params and expression.text == PARTIAL_BLOCK
        if not (called or asked):
            yield expression, f"`{expression.text}` has no value", f"call it: `{{{{> {PARTIAL_BLOCK}}}}}`", "unsupported"


def lost_names(program: Program, outer: frozenset[str] = frozenset(), lost: frozenset[str] = frozenset()) -> Findings:
    """The block parameters of blocks around an inline partial, which Handlebars.js takes for other ones or crashes at."""
    for statement in program.body:
        for expression in _expressions(statement) if lost else ():
            if isinstance(expression, Path) and expression.head in lost:
                what = f"an inline partial doesn't see the block parameter `{expression.head}` of a block around it"
                yield expression, what, f"hand it over where the partial is called: `{expression.head}={expression.head}`", "unsupported"
        for branch in statement.branches if isinstance(statement, Block) else ():
            if isinstance(statement, DecoratorBlock):
                yield from lost_names(branch, frozenset(), lost | outer)
            else:
                yield from lost_names(branch, outer | {*branch.names}, lost - {*branch.names})


def _expressions(statement: Statement) -> Iterator[Expression]:
    return iter(()) if isinstance(statement, Content | Comment) else inside(statement.call)


def _written(expression: Expression) -> str:
    return expression.text if isinstance(expression, Path) else "name"
