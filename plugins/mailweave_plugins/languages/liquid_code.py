"""Liquid templates as Python code; see `mailweave.compiled.emitter`.

Missing values and nil are None here. Where a template needs to tell them apart, or does what isn't written here, the code ends with `Bail` or the
template isn't compiled, and the reference way is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.filtered import Filter as Piped
from liquid.builtin.expressions.logical import (
    BooleanExpression,
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, Literal, Nil, RangeLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.comment_tag import CommentNode
from liquid.builtin.tags.doc_tag import DocNode
from liquid.builtin.tags.echo_tag import EchoNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.inline_comment_tag import InlineCommentNode
from liquid.builtin.tags.liquid_tag import LiquidNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

from mailweave.compiled.emitter import UNROLLED, Code, Emitter, Known, Record, Scoped, Value, is_known, plain_value
from mailweave.compiled.purity import Same
from mailweave.contexts import Context
from mailweave.languages import CannotCompile, Escaping
from mailweave_plugins.languages import liquid_runtime as runtime
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment
from mailweave_plugins.languages.liquid_scan import Part

_NOTHING: Final = Known(None)
# Nested loops may go round so often without coming near python-liquid's limit, which counts their product.
_ROUNDS: Final = (10_000, 100, 20, 10)
_SPECIAL: Final = ("size", "first", "last")


@dataclass
class LiquidCode:
    """Writes one template. `roots`: what names mean from outside."""

    emitter: Emitter
    env: LiquidEnvironment
    scoped: Scoped
    roots: Mapping[str, Value]
    escaping: Escaping
    outputs: Mapping[int, Part]
    contexts: Mapping[int, Context]
    locals: dict[str, Value] = field(default_factory=dict)
    loops: list[dict[str, Value]] = field(default_factory=list)
    pinned: set[str] = field(default_factory=set)

    def nodes(self, nodes: Iterable[Node]) -> None:
        """Write nodes.

        Raises:
            CannotCompile: a node that there is no code for.
        """
        for node in nodes:
            write = _NODES.get(type(node)) or next((found for kind, found in _KINDS if isinstance(node, kind)), None)
            if write is None:
                raise CannotCompile(f"`{node.token.value.split()[0]}` isn't compiled")
            write(self, node)

    def block(self, node: Node | None) -> None:
        """Write a block; one of nothing but white space puts nothing out."""
        if node is None:
            return
        if not isinstance(node, BlockNode):
            self.nodes([node])
            return
        muted = self.emitter.muted
        self.emitter.muted = muted or node.blank
        self.nodes(node.nodes)
        self.emitter.muted = muted

    # Nodes

    def content(self, node: ContentNode) -> None:
        self.emitter.text(node.text)

    def output(self, node: OutputNode | EchoNode) -> None:
        part = self.outputs[node.token.start_index]
        context = self.contexts[part.start]
        self.emitter.put(self.value(node.expression), runtime.write, context, self.escaping, part.start)

    def assign(self, node: AssignNode) -> None:
        self.set(str(node.name), self.value(node.expression))

    def set(self, name: str, value: Value) -> None:
        """Give a name a value. A name that differs by branch or turn is a Python variable of its own."""
        if name in self.pinned:
            self.emitter.line(f"{_variable(name)} = {self.emitter.code(value)}")
        else:
            text = isinstance(value, Code) and value.is_text
            self.locals[name] = value if is_known(value) else Code(self.emitter.let(self.emitter.code(value)).text, text)

    @contextmanager
    def apart(self, *inside: Node | None) -> Iterator[None]:
        """Inside, what is assigned may or may not happen, or happens more than once."""
        for name in _assigned(inside):
            if name not in self.pinned:
                self.emitter.line(f"{_variable(name)} = {self.emitter.code(self.local(name))}")
                self.locals[name] = Code(_variable(name))
                self.pinned.add(name)
        yield

    def local(self, name: str) -> Value:
        return self.locals.get(name) or self.roots.get(name) or _NOTHING

    def if_(self, node: IfNode) -> None:
        branches = [(node.condition, node.consequence), *((other.expression, other.block) for other in node.alternatives)]
        self.conditional([(partial(self.truth, condition), block) for condition, block in branches], node.default)

    def unless(self, node: UnlessNode) -> None:
        others = [(partial(self.truth, other.expression), other.block) for other in node.alternatives]
        self.conditional([(lambda: _negated(self.truth(node.condition)), node.consequence), *others], node.default)

    def conditional(self, branches: list[tuple[Callable[[], Value], Node]], default: Node | None) -> None:
        """The branches of an `if`, of which the first that holds is written out as known, or all as code."""
        for index, (test, block) in enumerate(branches):
            found = test()
            if not is_known(found):
                rest = branches[index + 1 :]
                tests: list[Any] = [(partial(_same, found), partial(self.block, block))]
                tests += [(test, partial(self.block, block)) for test, block in rest]
                with self.apart(block, *(block for _, block in rest), default):
                    self.emitter.branches(tests, partial(self.block, default))
                return
            if runtime.truthy(plain_value(found)):
                self.block(block)
                return
        self.block(default)

    def case(self, node: CaseNode) -> None:
        """`case`: every `when` that fits, as often as one of its values does; `else` blocks while none did."""
        done: Value = Known(False)
        with self.apart(*node.blocks):
            for block in node.blocks:
                if isinstance(block, MultiExpressionBlockNode):
                    done = self._when(block, self.value(node.expression), done)
                else:
                    test = partial(_negated, done)
                    self.emitter.branches([(test, partial(self.block, block))], lambda: None)

    def _when(self, block: MultiExpressionBlockNode, subject: Value, done: Value) -> Value:
        tests = [self.compared(runtime.equal, subject, self.value(expression)) for expression in block.expression.expressions]
        for held in tests:
            self.emitter.branches([(partial(_same, held), partial(self.block, block.block))], lambda: None)
            done = self.either(done, held)
        return done

    def either(self, one: Value, other: Value) -> Value:
        if is_known(one) and is_known(other):
            return Known(plain_value(one) or plain_value(other))
        return self.emitter.let(f"{self.emitter.code(one)} or {self.emitter.code(other)}")

    def liquid(self, node: LiquidNode) -> None:
        self.block(node.block)

    def nothing(self, node: Node) -> None:
        """A comment."""

    def for_(self, node: ForNode) -> None:
        items = self.items(node)
        if is_known(items):
            self.unrolled(node, plain_value(items))
            return
        emitter = self.emitter
        length = emitter.let(f"len({emitter.code(items)})").text
        emitter.line(f"if {length} > {_ROUNDS[min(emitter.loops, len(_ROUNDS) - 1)]}: bail()")
        with self.apart(node.block, node.default):
            tests: list[Any] = [(lambda: Code(length), partial(self.rounds, node, items, length))]
            emitter.branches(tests, partial(self.block, node.default))

    def rounds(self, node: ForNode, items: Value, length: str) -> None:
        index, item = self.emitter.fresh("i"), self.emitter.fresh("x")
        with self.emitter.loop(f"for {index}, {item} in enumerate({self.emitter.code(items)}):", length):
            self.turn(node, Code(item), _forloop(node, Code(length), Code(index), self.outer_loop()))

    def unrolled(self, node: ForNode, items: list[Any]) -> None:
        if not items:
            self.block(node.default)
        if len(items) > UNROLLED:
            raise CannotCompile(f"a loop goes round {len(items)} times")
        for index, item in enumerate(items):
            self.turn(node, Known(item), _forloop(node, Known(len(items)), Known(index), self.outer_loop()))

    def turn(self, node: ForNode, item: Value, loop: Value) -> None:
        self.loops.append({"forloop": loop, str(node.expression.identifier): item})
        self.block(node.block)
        self.loops.pop()

    def outer_loop(self) -> Value:
        return next((scope["forloop"] for scope in reversed(self.loops)), _NOTHING)

    def items(self, node: ForNode) -> Value:
        """The list that a loop goes through."""
        loop = node.expression
        if loop.reversed or getattr(loop.offset, "value", None) == "continue":
            raise CannotCompile("`reversed` and `offset: continue` aren't compiled")
        values = [self.value(loop.iterable), *(self.value(bound) if bound else _NOTHING for bound in (loop.limit, loop.offset))]
        return self.called(partial(runtime.items, (loop.limit is not None, loop.offset is not None)), values)

    # Expressions

    def value(self, expression: Expression) -> Value:
        """An expression's value."""
        if isinstance(expression, Literal):
            return Known(expression.value)
        if isinstance(expression, Nil):
            return _NOTHING
        if isinstance(expression, Empty | Blank):
            return Known(expression)
        if isinstance(expression, Path):
            return self.path(expression)
        if isinstance(expression, FilteredExpression):
            return self.filtered(expression)
        if isinstance(expression, RangeLiteral):
            return self.called(expression._make_range, [self.value(expression.start), self.value(expression.stop)])
        return self.logic(expression)

    def path(self, path: Path) -> Value:
        root, *rest = path.path
        if not isinstance(root, str):
            return _NOTHING if not isinstance(root, Path) else self._unknown_root()
        value = self.named(root)
        for segment in rest:
            value = self.inside(value, segment)
        return value

    def _unknown_root(self) -> Value:
        raise CannotCompile("a name that is only known at run time isn't compiled")

    def named(self, name: str) -> Value:
        for scope in reversed(self.loops):
            if name in scope:
                return scope[name]
        return self.local(name)

    def inside(self, value: Value, segment: Any) -> Value:
        if isinstance(segment, Path):
            key = self.path(segment)
            if not is_known(key):
                return self.called(runtime.item, [value, key])
            segment = plain_value(key)
        if isinstance(value, Record):
            if isinstance(segment, str) and segment in value.fields:
                return value.fields[segment]
            if segment not in _SPECIAL:
                return _NOTHING
        if is_known(value):
            return Known(runtime.item(plain_value(value), segment))
        code = self.emitter.code(value)
        get = self.emitter.bind(runtime.item)
        if isinstance(segment, str) and segment not in _SPECIAL:
            name = code if code.isidentifier() else self.emitter.let(code).text
            return Code(f"({name}.get({segment!r}) if {name}.__class__ is dict else {get}({name}, {segment!r}))")
        return Code(f"{get}({code}, {segment!r})")

    def called(self, function: Callable[..., Any], values: list[Value]) -> Value:
        """What a function without effects gives; it takes None for missing values."""
        if all(map(is_known, values)):
            try:
                return Known(function(*map(plain_value, values)))
            except Exception:
                return self.emitter.bail()
        return self.emitter.let(f"{self.emitter.bind(function)}({', '.join(map(self.emitter.code, values))})")

    def filtered(self, expression: FilteredExpression) -> Value:
        value = self.value(expression.left)
        plain_nil = isinstance(expression.left, Nil)
        for piped in expression.filters or ():
            if plain_nil:
                raise CannotCompile("a filter of nil isn't compiled")
            value = self.piped(piped, value)
        return value

    def piped(self, piped: Piped, value: Value) -> Value:
        """A value through one filter. What is missing stays so, but for `default`."""
        arguments = [(getattr(argument, "name", None), self.value(argument.value), argument.value) for argument in piped.args]
        if any(isinstance(written, Nil) for _, _, written in arguments):
            raise CannotCompile("a filter with nil isn't compiled")
        values = [value, *(given for name, given, _ in arguments if not name)]
        named = {name: given for name, given, _ in arguments if name}
        if piped.name == "default":
            return self.called(partial(runtime.default, self.env.filters["default"], tuple(named)), [*values, *named.values()])
        if any(is_known(given) and plain_value(given) is None for given in (*values, *named.values())):
            return _NOTHING
        values, named = [self.simple(given) for given in values], {name: self.simple(given) for name, given in named.items()}
        unsure = [given.text for given in (*values, *named.values()) if isinstance(given, Code)]
        if not unsure:
            return self.applied(piped.name, values, named)
        result = self.emitter.let("None").text
        with self.emitter.block(f"if {' and '.join(f'{code} is not None' for code in dict.fromkeys(unsure))}:"):
            self.emitter.line(f"{result} = {self.emitter.code(self.applied(piped.name, values, named))}")
        return Code(result)

    def simple(self, value: Value) -> Value:
        """The value, as a name if it is code."""
        return self.emitter.let(value.text) if isinstance(value, Code) and not value.text.isidentifier() else value

    def applied(self, name: str, values: list[Value], named: dict[str, Value]) -> Value:
        if name in self.env.shared:
            return self.emitter.filtered(self.env.shared[name], self.scoped, values, named)
        function = Same(partial(runtime.own_filter, self.env, name, tuple(named)))
        return self.called(function, [*values, *named.values()])

    # Conditions

    def truth(self, expression: Expression) -> Value:
        """Whether an expression is true: an expression that is True or False."""
        value = self.value(expression)
        if is_known(value):
            return Known(runtime.truthy(plain_value(value)))
        if isinstance(value, Record) or (isinstance(value, Code) and value.is_text):
            return Known(True)
        if isinstance(expression, BooleanExpression | LogicalAndExpression | LogicalOrExpression | LogicalNotExpression) or _is_test(expression):
            return value
        name = self.simple(value)
        assert isinstance(name, Code)
        return Code(f"({name.text} is not None and {name.text} is not False)")

    def logic(self, expression: Expression) -> Value:
        """Comparisons and what joins them."""
        if isinstance(expression, BooleanExpression):
            return self.truth(expression.expression)
        if isinstance(expression, LogicalNotExpression):
            return _negated(self.truth(expression.right))
        if isinstance(expression, LogicalAndExpression):
            return self.joined(expression, "and")
        if isinstance(expression, LogicalOrExpression):
            return self.joined(expression, "or")
        compare = _COMPARISONS.get(type(expression))
        if compare is None:
            raise CannotCompile(f"`{expression}` isn't compiled")
        left, right = self.value(expression.left), self.value(expression.right)  # type: ignore[attr-defined]
        return self.compared(compare, left, right)

    def compared(self, compare: Callable[[Any, Any], bool], left: Value, right: Value) -> Value:
        sign = _SIGNS.get(compare)
        if sign is None or is_known(left) or not isinstance(right, Known) or type(right.value) not in (int, str):
            return self.called(compare, [left, right])
        # Values of one kind compare as in Python.
        name, other = self.simple(left), self.emitter.code(right)
        kind = type(right.value).__name__
        called = f"{self.emitter.bind(compare)}({self.emitter.code(name)}, {other})"
        return Code(f"({self.emitter.code(name)} {sign} {other} if {self.emitter.code(name)}.__class__ is {kind} else {called})")

    def joined(self, expression: LogicalAndExpression | LogicalOrExpression, word: str) -> Value:
        """`and`, `or`: the right side is only looked at when the left one doesn't decide."""
        left = self.truth(expression.left)
        decides = word == "or"
        if is_known(left):
            return Known(decides) if bool(plain_value(left)) is decides else self.truth(expression.right)
        result = self.emitter.let(self.emitter.code(left)).text
        with self.emitter.block(f"if {'not ' if decides else ''}{result}:"):
            self.emitter.line(f"{result} = {self.emitter.code(self.truth(expression.right))}")
        return Code(result)


def _is_test(expression: Expression) -> bool:
    return type(expression) in _COMPARISONS


def _variable(name: str) -> str:
    return f"L_{name.encode().hex()}"


def _same(value: Value) -> Value:
    return value


def _negated(value: Value) -> Value:
    if is_known(value):
        return Known(not plain_value(value))
    assert isinstance(value, Code)
    return Code(f"(not {value.text})")


def _assigned(nodes: Iterable[Node | None]) -> Iterator[str]:
    """The names that nodes assign, at any depth."""
    for node in nodes:
        if node is None:
            continue
        if isinstance(node, AssignNode):
            yield str(node.name)
        yield from _assigned(_children(node))


def _children(node: Node) -> Iterable[Node]:
    return node.children(None, include_partials=False)  # type: ignore[arg-type]


def _forloop(node: ForNode, length: Value, index: Value, outer: Value) -> Record:
    """What `forloop` holds."""

    def of(text: str, value: Callable[[int, int], Any]) -> Value:
        if isinstance(length, Known) and isinstance(index, Known):
            return Known(value(index.value, length.value))
        assert isinstance(length, Code)
        assert isinstance(index, Code)
        return Code(text.format(i=index.text, n=length.text))

    loop = node.expression
    return Record(
        {
            "name": Known(f"{loop.identifier}-{loop.iterable}"),
            "length": length,
            "index": of("({i} + 1)", lambda i, n: i + 1),
            "index0": index,
            "rindex": of("({n} - {i})", lambda i, n: n - i),
            "rindex0": of("({n} - {i} - 1)", lambda i, n: n - i - 1),
            "first": of("({i} == 0)", lambda i, n: i == 0),
            "last": of("({i} == {n} - 1)", lambda i, n: i == n - 1),
            "parentloop": outer,
        }
    )


_COMPARISONS: Final[dict[type[Expression], Callable[[Any, Any], bool]]] = {
    EqExpression: runtime.equal,
    NeExpression: runtime.unequal,
    LtExpression: runtime.less,
    GtExpression: runtime.greater,
    LeExpression: runtime.at_most,
    GeExpression: runtime.at_least,
    ContainsExpression: runtime.contains,
}
_SIGNS: Final[dict[Callable[[Any, Any], bool], str]] = {
    runtime.equal: "==",
    runtime.unequal: "!=",
    runtime.less: "<",
    runtime.greater: ">",
    runtime.at_most: "<=",
    runtime.at_least: ">=",
}
_NODES: Final[dict[type[Node], Callable[[LiquidCode, Any], None]]] = {
    ContentNode: LiquidCode.content,
    AssignNode: LiquidCode.assign,
    IfNode: LiquidCode.if_,
    UnlessNode: LiquidCode.unless,
    CaseNode: LiquidCode.case,
    ForNode: LiquidCode.for_,
    LiquidNode: LiquidCode.liquid,
    CommentNode: LiquidCode.nothing,
    InlineCommentNode: LiquidCode.nothing,
    DocNode: LiquidCode.nothing,
}
# Nodes that mailweave makes its own classes of.
_KINDS: Final[tuple[tuple[type[Node], Callable[[LiquidCode, Any], None]], ...]] = (
    (OutputNode, LiquidCode.output),
    (EchoNode, LiquidCode.output),
    (BlockNode, LiquidCode.block),
)
