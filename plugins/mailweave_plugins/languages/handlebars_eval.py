"""Fill a Handlebars tree with data, as Handlebars.js 4.7 does; but a value that is missing where it is put out is a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from mailweave.errors import MailweaveError, Problem
from mailweave.languages import Filter, Scope
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Block, Call, Content, Expression, Literal, Mustache, Path, Program, Statement
from mailweave_plugins.languages.handlebars_frame import Frame
from mailweave_plugins.languages.handlebars_helpers import BLOCK_HELPERS, INLINE_HELPERS, BlockHelper, block_value
from mailweave_plugins.languages.handlebars_values import absent, text_of

# More than any email has; data that makes a template go round more often is broken, or hostile.
MAX_ROUNDS: Final = 50_000


@dataclass(frozen=True)
class Recipe:
    """What filling needs besides data: the tree, the filters, `escape(text, start)` for the output that starts there, and `origins`: the full
    name of what a path (by its offset) reads from outside."""

    source: Source
    program: Program
    filters: Mapping[str, Filter]
    escape: Callable[[str, int], str]
    origins: Mapping[int, str]
    lenient: bool = False
    """A missing value is nothing, as in Handlebars.js, instead of a mistake."""


def fill(recipe: Recipe, data: Mapping[str, Any], scope: Scope) -> str:
    """The filled template.

    Raises:
        MailweaveError: every missing value, every value that can't stand in its place, every helper's complaint, with its place.
    """
    run = _Run(recipe, data, scope)
    try:
        text = run.fill(recipe.program, Frame.of(data))
    except _Runaway as error:
        run.problems.append(error.problem)
    if run.problems:
        raise MailweaveError(*dict.fromkeys(run.problems))
    return text


class _Missing(Exception):
    """A value that has to be there isn't."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression


class _Runaway(Exception):
    """The loops go round too often; nothing more is filled."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Run:
    def __init__(self, recipe: Recipe, data: Mapping[str, Any], scope: Scope) -> None:
        self.recipe = recipe
        self.root = data
        self.scope = scope
        self.rounds = 0
        self.problems: list[Problem] = []

    def fill(self, program: Program | None, frame: Frame) -> str:
        return "".join(self.statement(statement, frame) for statement in program.body) if program else ""

    def statement(self, statement: Statement, frame: Frame) -> str:
        if isinstance(statement, Content):
            return statement.text
        if not isinstance(statement, Mustache | Block):
            return ""
        try:
            return self.mustache(statement, frame) if isinstance(statement, Mustache) else self.block(statement, frame)
        except _Missing as missing:
            self.problems.append(self.missing(statement, missing.expression))
        except MailweaveError as error:
            self.problems += error.problems
        except ValueError as error:
            what, _, remedy = str(error).partition(" – ")
            self.problems.append(self.problem(statement, what, remedy, "bad-value"))
        return ""

    def mustache(self, mustache: Mustache, frame: Frame) -> str:
        value = self.value(mustache.call, frame)
        if absent(value):
            if self.recipe.lenient:
                return ""
            raise _Missing(mustache.call)
        text = text_of(value)
        return self.recipe.escape(text if mustache.escaped else Markup(text), mustache.start)

    def block(self, block: Block, frame: Frame) -> str:
        branches = _Branches(self, block, frame)
        helper = block_helper(block)
        if helper is None:
            return block_value(branches, self.value(block.call, frame))
        named = {name: self.value(value, frame) for name, value in block.call.named}
        return helper.run(branches, self.value(block.call.params[0], frame), **named)

    def value(self, expression: Expression, frame: Frame) -> Any:
        """An expression's value, or `MISSING`.

        Raises:
            ValueError: a helper can't take its parameters.
        """
        if isinstance(expression, Path):
            return frame.resolve(expression)
        if isinstance(expression, Literal):
            return expression.value
        helper = self.helper(expression, frame)
        if helper is None:
            return frame.resolve(as_path(expression.callee))
        params = [self.value(param, frame) for param in expression.params]
        named = {name: self.value(value, frame) for name, value in expression.named}
        if expression.name in INLINE_HELPERS:
            return helper(*params, **named)
        return self.filtered(expression, helper, params, named)

    def filtered(self, call: Call, filter_: Filter, params: list[Any], named: dict[str, Any]) -> Any:
        """What a filter gives; it never sees a missing value."""
        for inner, value in zip((*call.params, *dict(call.named).values()), (*params, *named.values()), strict=True):
            if absent(value):
                raise _Missing(inner)
        try:
            return filter_(self.scope, *params, **named)
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            raise MailweaveError(self.complaint(call, error)) from error

    def helper(self, call: Call, frame: Frame) -> Callable[..., Any] | None:
        """The helper that a call means, or None for a value. A bare word that is only a filter's name is a value: filters need one."""
        if call.bare and (call.name not in INLINE_HELPERS or not as_path(call.callee).simple or call.name in frame.names):
            return None
        return INLINE_HELPERS[call.name].run if call.name in INLINE_HELPERS else self.recipe.filters[call.name]

    def count_round(self, block: Block) -> None:
        self.rounds += 1
        if self.rounds > MAX_ROUNDS:
            what, remedy = f"the template's loops go round more than {MAX_ROUNDS} times", "put out fewer items"
            problem = self.recipe.source.problem(block.start, what, remedy, code="runaway", length=_length(block))
            raise _Runaway(problem)

    def missing(self, statement: Mustache | Block, expression: Expression) -> Problem:
        """The problem of a value that isn't there, with the way to mend it."""
        inner = expression.callee if isinstance(expression, Call) and expression.bare else expression
        origin = self.recipe.origins.get(inner.start)
        written = self.recipe.source.text[inner.start : inner.end]
        guard = f"put `{{{{#if {written}}}}}` around it"
        if origin and "." in origin and origin.partition(".")[0] in self.root:
            remedy = f"declare `{origin}` under `variables` with a `fallback`, or {guard}"
        elif origin is None and isinstance(inner, Path) and inner.head in self.root:
            remedy = f"a block such as `each` is around it; write `@root.{inner.text}` for the value from outside, or {guard}"
        else:
            remedy = guard
        return self.problem(statement, f"`{origin or written}` is missing", remedy, "missing-value")

    def complaint(self, call: Call, error: Exception) -> Problem:
        """What a filter says about its values; its own text has the remedy after a dash."""
        what, _, remedy = str(error.args[0] if error.args else type(error).__name__).partition(" – ")
        what, remedy = what.removeprefix(f"{call.name}: "), remedy or f"look at what `{call.name}` is given"
        return self.recipe.source.problem(call.callee.start, f"`{call.name}`: {what}", remedy, code="bad-value", length=len(call.name))

    def problem(self, statement: Mustache | Block, what: str, remedy: str, code: str) -> Problem:
        return self.recipe.source.problem(statement.start, what, remedy, code=code, length=_length(statement))


@dataclass(frozen=True)
class _Branches:
    """One block at one place of the data."""

    run: _Run
    block: Block
    frame: Frame

    @property
    def this(self) -> Any:
        return self.frame.this

    def program(self, context: Any, data: Mapping[str, Any] | None = None, values: tuple[Any, ...] = ()) -> str:
        self.run.count_round(self.block)
        program = self.block.program
        if program is None:
            return ""
        return self.run.fill(program, self.frame.entered(context, data).named(program.names, values))

    def inverse(self) -> str:
        return self.run.fill(self.block.inverse, self.frame)


def _length(statement: Mustache | Block) -> int:
    return (statement.opening[1] if isinstance(statement, Block) else statement.end) - statement.start


def as_path(callee: Expression) -> Path:
    """A callee as a name: `{{"first name"}}` and `{{12}}` read the values of these names."""
    if isinstance(callee, Literal):
        return Path(callee.start, callee.end, callee.text, (callee.text,))
    assert isinstance(callee, Path)
    return callee


def block_helper(block: Block) -> BlockHelper | None:
    """The helper that a block calls, or None when it names a value."""
    callee = as_path(block.call.callee)
    return BLOCK_HELPERS.get(block.call.name) if callee.simple else None
