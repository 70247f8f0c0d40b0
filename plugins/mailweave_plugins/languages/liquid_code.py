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

from mailweave.compiled.emitter import UNROLLED
from mailweave.compiled.residue import Code, Known, Record, Value, is_known, plain_value
from mailweave.contexts import Context
from mailweave.languages import CannotCompile, Escaping
from mailweave.work import CALL
from mailweave_plugins.languages import liquid_runtime as runtime
from mailweave_plugins.languages.liquid_code_expressions import NOTHING, VARIABLE, LiquidExpressions, negated
from mailweave_plugins.languages.liquid_compare import equal
from mailweave_plugins.languages.liquid_loops import goes_on
from mailweave_plugins.languages.liquid_scan import Part
from mailweave_plugins.languages.liquid_values import is_true


@dataclass(kw_only=True)
class LiquidCode(LiquidExpressions):
    """Writes one template. `outputs` and `contexts` say where its values stand."""

    escaping: Escaping
    outputs: Mapping[int, Part]
    contexts: Mapping[int, Context]
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
            self.emitter.cost(1)
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
        self.emitter.cost(CALL)
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
        self.emitter.holds(Code(_variable(name)) if name in self.pinned else self.locals[name])

    @contextmanager
    def apart(self, *inside: Node | None) -> Iterator[None]:
        """Inside, what is assigned may or may not happen, or happens more than once."""
        for name in _assigned(inside):
            if name not in self.pinned:
                self.emitter.line(f"{_variable(name)} = {self.emitter.code(self.local(name))}")
                self.locals[name] = Code(_variable(name))
                self.pinned.add(name)
        yield

    def if_(self, node: IfNode) -> None:
        branches = [(node.condition, node.consequence), *((other.expression, other.block) for other in node.alternatives)]
        self.conditional([(partial(self.truth, condition), block) for condition, block in branches], node.default)

    def unless(self, node: UnlessNode) -> None:
        others = [(partial(self.truth, other.expression), other.block) for other in node.alternatives]
        self.conditional([(lambda: negated(self.truth(node.condition)), node.consequence), *others], node.default)

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
            if is_true(plain_value(found)):
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
                    test = partial(negated, done)
                    self.emitter.branches([(test, partial(self.block, block))], lambda: None)

    def _when(self, block: MultiExpressionBlockNode, subject: Value, done: Value) -> Value:
        tests = [self.compared(equal, subject, self.value(expression)) for expression in block.expression.expressions]
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
        emitter.turns(length)
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
        self.emitter.turns(str(len(items)))
        for index, item in enumerate(items):
            self.turn(node, Known(item), _forloop(node, Known(len(items)), Known(index), self.outer_loop()))

    def turn(self, node: ForNode, item: Value, loop: Value) -> None:
        self.loops.append({"forloop": loop, str(node.expression.identifier): item})
        self.block(node.block)
        self.loops.pop()

    def outer_loop(self) -> Value:
        return next((scope["forloop"] for scope in reversed(self.loops)), NOTHING)

    def items(self, node: ForNode) -> Value:
        """The list that a loop goes through."""
        loop = node.expression
        if loop.reversed or goes_on(loop.offset):
            raise CannotCompile("`reversed` and `offset: continue` aren't compiled")
        values = [self.value(loop.iterable), *(self.value(bound) if bound else NOTHING for bound in (loop.limit, loop.offset))]
        return self.called(runtime.items, values)


def _same(value: Value) -> Value:
    return value


def _variable(name: str) -> str:
    return f"{VARIABLE}{name.encode().hex()}"


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


_NODES: Final[dict[type[Node], Callable[[LiquidCode, Any], None]]] = {
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
    (ContentNode, LiquidCode.content),
    (OutputNode, LiquidCode.output),
    (EchoNode, LiquidCode.output),
    (BlockNode, LiquidCode.block),
)
