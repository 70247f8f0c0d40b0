"""What is wrong in a Handlebars tree before any data is known: constructs that can't be filled, unknown helpers, wrong parameters."""

from __future__ import annotations

from collections.abc import Mapping

from mailweave.errors import Problem, did_you_mean
from mailweave.languages import Filter
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_arguments import wrong_arguments
from mailweave_plugins.languages.handlebars_ast import (
    Block,
    Call,
    Decorator,
    DecoratorBlock,
    Mustache,
    Partial,
    PartialBlock,
    Program,
    Statement,
    inside,
    walk_named,
)
from mailweave_plugins.languages.handlebars_comparisons import COMPARISONS
from mailweave_plugins.languages.handlebars_eval import as_path, block_helper
from mailweave_plugins.languages.handlebars_helpers import BLOCK_HELPERS, HOOKS, INLINE_HELPERS, BlockHelper, InlineHelper
from mailweave_plugins.languages.handlebars_partial_checks import Findings as _Findings
from mailweave_plugins.languages.handlebars_partial_checks import inline_partial, lost_names, partial_block_values, partial_parameters


def check(source: Source, program: Program, filters: Mapping[str, Filter]) -> list[Problem]:
    """Every such mistake, in the order of the text."""
    checker = _Checker(source, filters)
    findings = [finding for statement, names in walk_named(program) for finding in checker.statement(statement, names)]
    return [source.problem(node.start, *rest[:2], code=rest[2], length=node.end - node.start) for node, *rest in (*findings, *lost_names(program))]


class _Checker:
    def __init__(self, source: Source, filters: Mapping[str, Filter]) -> None:
        self.source = source
        self.filters = filters
        # The block parameters in view.
        self.names: frozenset[str] = frozenset()

    def statement(self, statement: Statement, names: frozenset[str] = frozenset()) -> _Findings:
        self.names = names
        if isinstance(statement, Decorator | DecoratorBlock):
            yield from inline_partial(statement)
        elif isinstance(statement, Mustache | Block | Partial):
            yield from self.calls(statement)
            yield from partial_block_values(statement)

    def calls(self, statement: Mustache | Block | Partial) -> _Findings:
        called = not isinstance(statement, Mustache)
        if isinstance(statement, Partial | PartialBlock):
            yield from partial_parameters(statement.call)
        elif isinstance(statement, Block):
            yield from self.hidden(statement.call, block_helper(statement)) or self.block(statement)
        for expression in inside(statement.call):
            if isinstance(expression, Call) and not (called and expression is statement.call):
                yield from self.hidden(expression) or self.inline(expression)

    def hidden(self, call: Call, helper: BlockHelper | None = None) -> list[tuple[Call, str, str, str]]:
        """What a call names that isn't the helper which it looks like; Handlebars.js drops the parameters, or crashes."""
        if isinstance(call.callee, Call):
            return []
        path = as_path(call.callee)
        if path.simple and call.name in self.names:
            what, remedy = f"`{call.name}` is a block parameter here and takes no parameters", "give the block parameter another name"
            return [(call, what, remedy, "unknown-helper")] if helper or not call.bare else []
        if path.simple and call.name in HOOKS:
            return [(call, f"`{call.name}` can't be called", f"for a value of that name write `./{call.name}`", "unknown-helper")]
        if path.data and path.parts in {(name,) for name in (*HOOKS, *BLOCK_HELPERS, *INLINE_HELPERS)}:
            return [(call, f"there is no `{call.name}`", "name another value, or call the helper without `@`", "unknown-helper")]
        return []

    def block(self, block: Block) -> _Findings:
        helper, call = block_helper(block), block.call
        if block.swapped and block.inverse and block.inverse.names:
            yield call, f"`{{{{^{call.name}}}}}` gives no block parameters", "take out `as |…|`", "bad-parameters"
        if helper is None:
            if not call.bare or (as_path(call.callee).simple and call.name in INLINE_HELPERS and call.name not in self.names):
                yield from self.not_a_block(call)
            return
        yield from _block_parameters(block, helper)

    def not_a_block(self, call: Call) -> _Findings:
        name = call.name
        if name in self.filters or name in INLINE_HELPERS:
            remedy = f"write `{{{{#if ({name} …)}}}}`" if name in COMPARISONS else f"write `{{{{{name} …}}}}`"
            yield call, f"`{name}` isn't a block helper", remedy, "unknown-helper"
        else:
            yield call, f"there is no block helper `{name}`", did_you_mean(name, BLOCK_HELPERS), "unknown-helper"

    def inline(self, call: Call) -> _Findings:
        name = call.name
        if call.bare and not (as_path(call.callee).simple and name in {**BLOCK_HELPERS, **INLINE_HELPERS} and name not in self.names):
            return
        if not as_path(call.callee).simple:
            yield call, f"`{name}` is a value and takes no parameters", "name a helper before them", "unknown-helper"
        elif name in BLOCK_HELPERS:
            yield call, f"`{name}` is a block helper", f"write `{{{{#{name} …}}}} … {{{{/{name}}}}}`", "unknown-helper"
        elif name in INLINE_HELPERS:
            yield from _inline_parameters(call, INLINE_HELPERS[name])
        elif name in self.filters:
            wrong = wrong_arguments(call, self.filters[name])
            if wrong:
                yield call, *wrong, "bad-parameters"
        else:
            yield call, f"there is no helper `{name}`", did_you_mean(name, {**self.filters, **INLINE_HELPERS}), "unknown-helper"


def _block_parameters(block: Block, helper: BlockHelper) -> _Findings:
    call, name = block.call, block.call.name
    if len(call.params) != helper.params:
        takes = "one parameter" if helper.params else "no parameter"
        yield call, f"`{name}` takes {takes}, not {len(call.params)}", "to combine values, nest the blocks or use a subexpression", "bad-parameters"
    yield from _named(call, helper.named)
    given = block.program or block.inverse
    if given and len(given.names) > helper.names:
        remedy = "take out `as |…|`" if not helper.names else f"take out `{given.names[helper.names]}`"
        yield call, f"`{name}` gives {helper.names or 'no'} block parameter{'s' * (helper.names != 1)}", remedy, "bad-parameters"


def _inline_parameters(call: Call, helper: InlineHelper) -> _Findings:
    count = len(call.params)
    if not helper.least <= count <= helper.most:
        remedy = 'write the value and the key, as in `(lookup customer "city")`'
        yield call, f"`{call.name}` takes {helper.least} parameters, not {count}", remedy, "bad-parameters"
    yield from _named(call, helper.named)


def _named(call: Call, known: tuple[str, ...]) -> _Findings:
    for name, _ in call.named:
        if name not in known:
            remedy = did_you_mean(name, known) if known else "take it out"
            yield call, f"`{call.name}` takes no `{name}=`", remedy, "bad-parameters"
