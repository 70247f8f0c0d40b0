"""Handlebars templates as Python code; see `mailweave.compiled.emitter`. Missing values and null are None here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from mailweave.compiled.emitter import UNROLLED, Emitter
from mailweave.compiled.residue import Code, Known, Record, Scoped, Value, is_known, plain_value
from mailweave.contexts import Context
from mailweave.facts import MISSING
from mailweave.languages import CannotCompile, Escaping, Filter
from mailweave_plugins.languages import handlebars_runtime as runtime
from mailweave_plugins.languages.handlebars_ast import (
    Block,
    Call,
    Comment,
    Content,
    Expression,
    Literal,
    Mustache,
    Partial,
    Path,
    Program,
    Statement,
    inside,
    walk,
)
from mailweave_plugins.languages.handlebars_comparisons import COMPARING
from mailweave_plugins.languages.handlebars_eval import as_path, block_helper
from mailweave_plugins.languages.handlebars_helpers import INLINE_HELPERS

_NOTHING: Final = Known(None)


@dataclass(frozen=True)
class View:
    """What names mean at a place: a `Frame` of values that may not be known yet."""

    contexts: tuple[Value, ...]
    data: tuple[Mapping[str, Value], ...]
    names: Mapping[str, Value] = field(default_factory=dict)

    def entered(self, context: Value, data: Mapping[str, Value] | None = None) -> View:
        """See `Frame.entered`."""
        contexts = self.contexts if context is self.contexts[0] else (context, *self.contexts)
        return replace(self, contexts=contexts, data=self.data if data is None else ({**self.data[0], **data}, *self.data))

    def named(self, names: tuple[str, ...], values: tuple[Value, ...]) -> View:
        """See `Frame.named`."""
        given = dict(zip(names, (*values, *[_NOTHING] * len(names)), strict=False))
        return replace(self, names={**self.names, **given})


@dataclass
class HandlebarsCode:
    """Writes one template. `contexts`: how each output, by its offset, is escaped."""

    emitter: Emitter
    scoped: Scoped
    filters: Mapping[str, Filter]
    escaping: Escaping
    contexts: Mapping[int, Context]

    def template(self, program: Program, data: Mapping[str, Value]) -> None:
        """Write a whole template.

        Raises:
            CannotCompile: something in it has no code.
        """
        root = Record(data)
        with self.emitter.counted(self.scoped.static.limits):
            self.program(program, View((root,), ({"root": root},)))

    def program(self, program: Program | None, view: View) -> None:
        for statement in program.body if program else ():
            self.statement(statement, view)

    def statement(self, statement: Statement, view: View) -> None:
        # One for its program, too, which the interpreter counts.
        self.emitter.cost(2)
        if isinstance(statement, Content):
            self.emitter.text(statement.text)
        elif isinstance(statement, Mustache):
            write = runtime.write if statement.escaped else runtime.write_raw
            value, start = self.value(statement.call, view), statement.start
            self.emitter.put(value, write, self.contexts[start], self.escaping, start, raw=not statement.escaped)
        elif type(statement) is Block:
            self.block(statement, view)
        elif not isinstance(statement, Comment):
            raise CannotCompile("partials and decorators aren't compiled")

    # Blocks

    def block(self, block: Block, view: View) -> None:
        helper = block_helper(block)
        name = block.call.name if helper else ""
        subject = self.value(block.call.params[0] if helper else block.call, view)
        subject = subject if is_known(subject) else self.simple(subject)
        if name in ("if", "unless"):
            self.conditional(block, subject, view, positive=name == "if")
        elif name == "with":
            self.branches(self.test(runtime.is_filled, subject), lambda: self.inner(block, view, subject, (subject,)), block, view)
        elif name == "each":
            self.each(block, subject, view)
        elif helper is None:
            self.of_value(block, subject, view)
        else:
            raise CannotCompile(f"the block `{name}` isn't compiled")

    def conditional(self, block: Block, subject: Value, view: View, *, positive: bool) -> None:
        named = dict(block.call.named)
        zero = self.value(named["includeZero"], view) if "includeZero" in named else Known(False)
        test = self.called(runtime.is_true, [subject, zero])
        branches = (partial(self.program, block.program, view), partial(self.program, block.inverse, view))
        yes, no = branches if positive else branches[::-1]
        self.emitter.branches([(lambda: test, yes)], no)

    def branches(self, test: Value, body: Callable[[], None], block: Block, view: View) -> None:
        self.emitter.branches([(lambda: test, body)], partial(self.program, block.inverse, view))

    def inner(self, block: Block, view: View, context: Value, values: tuple[Value, ...], data: Mapping[str, Value] | None = None) -> None:
        """The program in a context of its own."""
        if block.program is None:
            return
        self.check_new(block.program, view, context)
        self.program(block.program, view.entered(context, data).named(block.program.names, values))

    def check_new(self, program: Program, view: View, context: Value) -> None:
        """Handlebars doesn't count a context twice that is the same as the one around it; that matters only to `..`."""
        if context is view.contexts[0] or not _looks_out(program):
            return
        if is_known(context) and is_known(view.contexts[0]):
            if runtime.same(plain_value(context), plain_value(view.contexts[0])):
                raise CannotCompile("a block whose context is the one around it isn't compiled")
            return
        same = self.emitter.bind(runtime.same)
        self.emitter.line(f"if {same}({self.emitter.code(context)}, {self.emitter.code(view.contexts[0])}): bail()")

    def each(self, block: Block, subject: Value, view: View) -> None:
        if is_known(subject):
            self.unrolled(block, runtime.pairs(plain_value(subject)), view)
            return
        pairs = self.called(runtime.pairs, [subject])
        length = self.emitter.let(f"len({self.emitter.code(pairs)})")
        self.emitter.turns(length.text)
        self.branches(length, partial(self.rounds, block, pairs, length, view), block, view)

    def rounds(self, block: Block, pairs: Value, length: Code, view: View) -> None:
        index, key, item = (self.emitter.fresh(prefix) for prefix in "ikx")
        with self.emitter.loop(f"for {index}, ({key}, {item}) in enumerate({self.emitter.code(pairs)}):", length.text):
            first, last = Code(f"({index} == 0)"), Code(f"({index} == {length.text} - 1)")
            data: dict[str, Value] = {"key": Code(key), "index": Code(index), "first": first, "last": last}
            self.inner(block, view, Code(item), (Code(item), Code(key)), data)

    def unrolled(self, block: Block, pairs: list[tuple[Any, Any]], view: View) -> None:
        if not pairs:
            self.program(block.inverse, view)
        if len(pairs) > UNROLLED:
            raise CannotCompile(f"a loop goes round {len(pairs)} times")
        self.emitter.turns(str(len(pairs)))
        for index, (key, item) in enumerate(pairs):
            data: dict[str, Value] = {
                name: Known(value) for name, value in (("key", key), ("index", index), ("first", index == 0), ("last", index == len(pairs) - 1))
            }
            self.inner(block, view, Known(item), (Known(item), Known(key)), data)

    def of_value(self, block: Block, subject: Value, view: View) -> None:
        """`{{#name}}`: what it does depends on what the value is."""
        if isinstance(subject, Record):
            self.inner(block, view, subject, ())
            return
        if is_known(subject):
            self.of_known(block, plain_value(subject), view)
            return
        tests: list[Any] = [
            (lambda: self.called(runtime.is_off, [subject]), partial(self.program, block.inverse, view)),
            (lambda: self.called(runtime.is_list, [subject]), partial(self.each, block, subject, view)),
            (lambda: self.called(runtime.is_on, [subject]), partial(self.program, block.program, view)),
        ]
        self.emitter.branches(tests, partial(self.inner, block, view, subject, ()))

    def of_known(self, block: Block, value: Any, view: View) -> None:
        if runtime.is_off(value):
            self.program(block.inverse, view)
        elif runtime.is_list(value):
            self.unrolled(block, runtime.pairs(value), view)
        elif value is True:
            self.program(block.program, view)
        else:
            self.inner(block, view, Known(value), ())

    # Expressions

    def value(self, expression: Expression, view: View) -> Value:
        """An expression's value."""
        if isinstance(expression, Path):
            return self.path(expression, view)
        if isinstance(expression, Literal):
            return Known(None if expression.value is MISSING else expression.value)
        name = expression.name
        if expression.bare and (name not in INLINE_HELPERS or not as_path(expression.callee).simple or name in view.names):
            return self.path(as_path(expression.callee), view)
        return self.call(expression, view)

    def call(self, call: Call, view: View) -> Value:
        values = [self.value(param, view) for param in call.params]
        named = {name: self.value(value, view) for name, value in call.named}
        if call.name == "lookup":
            return self.called(runtime.looked_up, values)
        if call.name in INLINE_HELPERS:
            raise CannotCompile(f"`{call.name}` isn't compiled")
        if self.filters[call.name] in COMPARING:
            return self.called(runtime.comparing(self.filters[call.name]), values)
        given = [*values, *named.values()]
        if any(is_known(value) and plain_value(value) is None for value in given):
            return self.emitter.bail()
        # `Pure` bails when a value is missing.
        return self.emitter.filtered(self.filters[call.name], self.scoped, values, named)

    def path(self, path: Path, view: View) -> Value:
        """What a path means; see `Frame.resolve`."""
        if path.head is not None and path.head in view.names:
            value, parts = view.names[path.head], path.parts[1:]
        elif path.data:
            value, parts = (Record(view.data[path.depth]) if path.depth < len(view.data) else _NOTHING), path.parts
        else:
            value, parts = (view.contexts[path.depth] if path.depth < len(view.contexts) else _NOTHING), path.parts
        for part in parts:
            value = self.child(value, part)
        return value

    def child(self, value: Value, name: str) -> Value:
        if isinstance(value, Record):
            return value.fields.get(name, _NOTHING)
        if is_known(value):
            return Known(runtime.inside(plain_value(value), name))
        simple = self.simple(value).text
        other = f"{self.emitter.bind(runtime.inside)}({simple}, {name!r})"
        return self.emitter.found(f"{simple}.get({name!r}) if {simple}.__class__ is dict else {other}")

    def simple(self, value: Value) -> Code:
        """The value, as a name."""
        code = self.emitter.code(value)
        return Code(code) if isinstance(value, Code) and code.isidentifier() else self.emitter.let(code)

    def test(self, function: Callable[..., bool], value: Value) -> Value:
        return Known(function(plain_value(value))) if is_known(value) else self.called(function, [value])

    def called(self, function: Callable[..., Any], values: list[Value]) -> Value:
        """What a function without effects gives."""
        if all(map(is_known, values)):
            try:
                return Known(function(*map(plain_value, values)))
            except Exception:
                return self.emitter.bail()
        return self.emitter.let(f"{self.emitter.bind(function)}({', '.join(map(self.emitter.code, values))})")


def _looks_out(program: Program) -> bool:
    """Whether something in a program names a context around it with `..`."""
    return any(isinstance(inner, Path) and inner.depth for call in _calls(program) for inner in inside(call))


def _calls(program: Program) -> Iterator[Call]:
    for statement in walk(program):
        if isinstance(statement, Mustache | Block | Partial):
            yield statement.call
