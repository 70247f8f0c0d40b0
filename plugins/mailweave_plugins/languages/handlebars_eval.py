"""Fill a Handlebars tree with data, as Handlebars.js 4.7 does; but a value that is missing where it is put out is a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.facts import MISSING
from mailweave.languages import LENIENT, Escaping, Filter, Scope
from mailweave.source import Source
from mailweave.work import OverLimit, Work
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
    RawBlock,
    Statement,
)
from mailweave_plugins.languages.handlebars_comparisons import COMPARING
from mailweave_plugins.languages.handlebars_faults import MissingValue, bad_value, complaint, fault, missing
from mailweave_plugins.languages.handlebars_frame import Frame
from mailweave_plugins.languages.handlebars_helpers import BLOCK_HELPERS, INLINE_HELPERS, RAW, RAW_HELPER, BlockHelper, block_value
from mailweave_plugins.languages.handlebars_partials import PARTIAL_BLOCK, Calls, Definition, partial_name
from mailweave_plugins.languages.handlebars_places import Places
from mailweave_plugins.languages.handlebars_values import absent, extended, indented, text_of

# Blocks and partials inside one another; a partial that calls itself without end comes to it.
MAX_DEPTH: Final = 75
# So much of a computed name is shown.
LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class Recipe:
    """What filling needs besides data: the tree, the filters, `escape(text, start)` for the output that starts there, and `origins`: the full
    name of what a path (by its offset) reads from outside.

    `partials` are the files that the tree may call; when it calls any (`calls`), values are escaped for the place that they come to, and
    `escape` isn't asked. `partial_origins` are the origins in those files, by path and offset. `computed`: which partial is called depends on data.
    """

    source: Source
    program: Program
    filters: Mapping[str, Filter]
    escape: Callable[[str, int], str]
    origins: Mapping[int, str]
    escaping: Escaping = "markup"
    calls: bool = False
    partials: Mapping[str, Definition] = field(default_factory=dict)
    partial_origins: Mapping[tuple[str, int], str] = field(default_factory=dict)
    computed: bool = False

    @property
    def lenient(self) -> bool:
        """Whether a missing value is an empty text, as in Handlebars.js."""
        return self.escaping in LENIENT

    def origin(self, source: Source, start: int) -> str | None:
        """The outside name of what the path at an offset of a file reads, when that is known."""
        return self.origins.get(start) if source is self.source else self.partial_origins.get((source.path, start))


def fill(recipe: Recipe, data: Mapping[str, Any], scope: Scope) -> str:
    """The filled template.

    Raises:
        MailweaveError: every missing value, every value that can't stand in its place, every helper's complaint, with its place.
    """
    run = _Run(recipe, data, scope)
    try:
        text = run.fill(recipe.program, Frame.of(data), Frame((), ()))
    except _Runaway as error:
        run.problems.append(error.problem)
    if run.problems:
        raise MailweaveError(*dict.fromkeys(run.problems))
    return text


class _Runaway(Exception):
    """The template takes more than it may, or partials call one another without end; nothing more is filled."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Run(Calls):
    def __init__(self, recipe: Recipe, data: Mapping[str, Any], scope: Scope) -> None:
        super().__init__(recipe.source, recipe.partials)
        self.recipe = recipe
        self.root = data
        self.scope = scope
        self.depth = 0
        self.work = Work(scope.limits)
        self.problems: list[Problem] = []
        self.lenient = recipe.lenient
        self.places = Places(recipe.escaping, whole_tags=not recipe.computed) if recipe.calls else None

    def fill(self, program: Program | None, frame: Frame, around: Frame) -> str:
        """A program in a frame; `around` is the frame of the program around it, which its inline partials see."""
        if program is None:
            return ""
        self.work.step(1 + len(program.body))
        if not program.inlines:
            return "".join([self.statement(statement, frame) for statement in program.body])
        with self.declaring(program, around):
            return "".join([self.statement(statement, frame) for statement in program.body])

    def statement(self, statement: Statement, frame: Frame) -> str:
        if isinstance(statement, Content):
            self.work.put_out(len(statement.text))
            return self.places.text(statement.text) if self.places else statement.text
        if isinstance(statement, Comment | Decorator | DecoratorBlock):
            return ""
        try:
            if isinstance(statement, Mustache):
                return self.mustache(statement, frame)
            self.deeper(statement)
            return self.partial(statement, frame) if isinstance(statement, Partial | PartialBlock) else self.block(statement, frame)
        except MissingValue as error:
            self.problems.append(missing(self.recipe, self.home.source, self.root, statement, error.expression))
        except MailweaveError as error:
            self.problems += error.problems
        except ValueError as error:
            self.problems.append(bad_value(self.home.source, statement, error))
        except OverLimit as over:
            raise _Runaway(fault(self.home.source, statement, over.what, over.remedy, "limit")) from over
        finally:
            self.depth -= not isinstance(statement, Mustache)
        return ""

    def mustache(self, mustache: Mustache, frame: Frame) -> str:
        value = self.value(mustache.call, frame)
        if absent(value) and not self.lenient:
            raise MissingValue(mustache.call)
        text = "" if absent(value) else text_of(value, lenient=self.recipe.lenient)
        text = text if mustache.escaped else Markup(text)
        written = self.places.value(text) if self.places else self.recipe.escape(text, mustache.start)
        self.work.put_out(len(written))
        return written

    def partial(self, statement: Partial | PartialBlock, frame: Frame) -> str:
        """A called partial, filled with its own context."""
        call = statement.call
        name = partial_name(call) or self.computed_name(call, frame)
        context = self.value(call.params[0], frame) if call.params else frame.this
        if call.named:
            context = extended(context, {key: self.value(value, frame) for key, value in call.named})
        data = ({**frame.data[0]}, *frame.data) if isinstance(statement, PartialBlock) else frame.data
        with self.inside(statement, name, frame) as target:
            if target is not None:
                return self.indented(self.called(target, context, data), statement.indent if isinstance(statement, Partial) else "")
        said = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        problem = fault(self.home.source, statement, f"there is no partial `{said}`", did_you_mean(name, self.home.partials), "unknown-partial")
        raise MailweaveError(problem)

    def indented(self, text: str, indent: str) -> str:
        self.work.put_out(text.count("\n") * len(indent))
        return indented(text, indent)

    def computed_name(self, call: Call, frame: Frame) -> str:
        value = self.value(call.callee, frame)
        if absent(value):
            raise MissingValue(call.callee)
        return text_of(value)

    def called(self, target: Definition, context: Any, data: tuple[Mapping[str, Any], ...]) -> str:
        """The program of a partial that has been entered."""
        if target.home is None:
            return self.fill(target.program, Frame((context,), data), Frame((), data))
        if not target.inline:
            data = ({**data[0]}, *data)
        return self.fill(target.program, target.view.called(context, data), target.view)

    def block(self, block: Block, frame: Frame) -> str:
        branches = _Branches(self, block, frame)
        helper = block_helper(block)
        if helper is None:
            return block_value(branches, self.value(block.call, frame))
        named = {name: self.value(value, frame) for name, value in block.call.named}
        return helper.run(branches, *[self.value(param, frame) for param in block.call.params], **named)

    def value(self, expression: Expression, frame: Frame) -> Any:
        """An expression's value, or `MISSING`.

        Raises:
            ValueError: a helper can't take its parameters.
        """
        if isinstance(expression, Path):
            return self.block_text() if expression.data and expression.text == PARTIAL_BLOCK else frame.resolve(expression)
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
        """What a filter gives; it never sees a missing value, unless it is there to compare."""
        for inner, value in zip((*call.params, *dict(call.named).values()), (*params, *named.values()), strict=True):
            if absent(value) and filter_ not in COMPARING:
                raise MissingValue(inner)
        self.work.call([*params, *named.values()])
        try:
            result = filter_(self.scope, *params, **named)
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            raise MailweaveError(complaint(self.home.source, call, error)) from error
        self.work.call([result])
        return result

    def helper(self, call: Call, frame: Frame) -> Callable[..., Any] | None:
        """The helper that a call means, or None for a value. A bare word that is only a filter's name is a value: filters need one."""
        if call.bare and (call.name not in INLINE_HELPERS or not as_path(call.callee).simple or call.name in frame.names):
            return None
        return INLINE_HELPERS[call.name].run if call.name in INLINE_HELPERS else self.recipe.filters[call.name]

    def block_text(self) -> Any:
        """What `{{#if @partial-block}}` asks: the text of the block that called this partial, which Handlebars.js fills without any context."""
        target = self.held
        if target is None or target.home is None:
            return MISSING
        before = self.places, self.problems, self.lenient, self.held, self.home
        self.places, self.problems, self.lenient, self.held, self.home = Places("none"), [], True, target.block, target.home
        try:
            return self.fill(target.program, target.view.called(MISSING, ({},)), target.view)
        finally:
            self.places, self.problems, self.lenient, self.held, self.home = before

    def deeper(self, statement: Block | Partial) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            what, remedy = f"blocks and partials are nested deeper than {MAX_DEPTH}", "a partial that calls itself needs an `if` around the call"
            raise _Runaway(fault(self.home.source, statement, what, remedy, "runaway"))


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
        program = self.block.program
        if program is None:
            return ""
        return self.run.fill(program, self.frame.entered(context, data).named(program.names, values), self.frame)

    def turns(self, count: int) -> None:
        self.run.work.loop(count, 1)

    def inverse(self) -> str:
        return self.run.fill(self.block.inverse, self.frame, self.frame)


def as_path(callee: Expression) -> Path:
    """A callee as a name: `{{"first name"}}` and `{{12}}` read the values of these names."""
    if isinstance(callee, Literal):
        return Path(callee.start, callee.end, callee.text, (callee.text,))
    assert isinstance(callee, Path)
    return callee


def block_helper(block: Block) -> BlockHelper | None:
    """The helper that a block calls, or None when it names a value."""
    callee = as_path(block.call.callee)
    if isinstance(block, RawBlock) and callee.text == RAW:
        return RAW_HELPER
    return BLOCK_HELPERS.get(block.call.name) if callee.simple else None
