"""What goes wrong while a Handlebars template is filled, in words for the one who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from mailweave.errors import Problem
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Block, Call, Expression, Mustache, Partial, Path

_Tag: TypeAlias = Mustache | Block | Partial


class MissingValue(Exception):
    """A value that has to be there isn't."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression


class _Origins(Protocol):
    def origin(self, source: Source, start: int) -> str | None: ...


def fault(source: Source, statement: _Tag, what: str, remedy: str, code: str) -> Problem:
    """A problem at a statement's (opening) tag."""
    end = statement.opening[1] if isinstance(statement, Block) else statement.end
    return source.problem(statement.start, what, remedy, code=code, length=end - statement.start)


def missing(recipe: _Origins, source: Source, root: Mapping[str, Any], statement: _Tag, expression: Expression) -> Problem:
    """The problem of a value that isn't there, with the way to mend it."""
    inner = expression.callee if isinstance(expression, Call) and expression.bare else expression
    origin = recipe.origin(source, inner.start)
    written = source.text[inner.start : inner.end]
    guard = f"put `{{{{#if {written}}}}}` around it"
    if origin and "." in origin and origin.partition(".")[0] in root:
        remedy = f"declare `{origin}` under `variables` with a `fallback`, or {guard}"
    elif origin is None and isinstance(inner, Path) and not inner.data and inner.head in root:
        remedy = f"a block such as `each` is around it; write `@root.{inner.text}` for the value from outside, or {guard}"
    else:
        remedy = guard
    return fault(source, statement, f"`{origin or written}` is missing", remedy, "missing-value")


def bad_value(source: Source, statement: _Tag, error: ValueError) -> Problem:
    """The problem of a value that can't stand where it is put, or that a helper of Handlebars can't take."""
    what, _, remedy = str(error).partition(" – ")
    return fault(source, statement, what, remedy, "bad-value")


def complaint(source: Source, call: Call, error: Exception) -> Problem:
    """What a filter says about its values; its own text has the remedy after a dash."""
    # Python's own words say nothing to the one who wrote the template.
    said = str(error) if isinstance(error, ValueError) or type(error) is LookupError else "it can't take these values"
    what, _, remedy = said.partition(" – ")
    what, remedy = what.removeprefix(f"{call.name}: "), remedy or f"look at what `{call.name}` is given"
    return source.problem(call.callee.start, f"`{call.name}`: {what}", remedy, code="bad-value", length=len(call.name))
