"""What a Liquid template reads, and the mistakes that show without rendering it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from typing import Any, Final

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path, StringLiteral
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import (
    BooleanExpression,
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, FloatLiteral, Nil
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

from mailweave.errors import Place, Problem, did_you_mean
from mailweave.languages import Use
from mailweave.source import Source
from mailweave_plugins.languages.liquid_arguments import wrong_arguments
from mailweave_plugins.languages.liquid_conditions import settle
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment
from mailweave_plugins.languages.liquid_partial_tags import RenderNode
from mailweave_plugins.languages.liquid_sets import switch_on

# A missing value fits no `when`; a missing list is looped over no times, which only `else` shows to be meant.
_ASKING: Final = (CaseNode, MultiExpressionBlockNode)
_LOOPS: Final = ("forloop", "tablerowloop")
_DOT: Final = re.compile(r"\.")
# No data is deeper; a path may be as long as its file.
_MOST_STEPS: Final = 100
_PRESENT: Final = (EqExpression, GtExpression, LtExpression, GeExpression, LeExpression, ContainsExpression)


@dataclass
class Reading:
    """A walk over a parsed template."""

    source: Source
    env: LiquidEnvironment
    template: BoundTemplate
    uses: list[Use] = field(default_factory=list)
    messages: list[tuple[str, Place]] = field(default_factory=list)
    raw: list[Place] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _assigned: set[str] = field(default_factory=lambda: set(_LOOPS))
    _local: Counter[str] = field(default_factory=Counter)
    _guards: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._nodes(self.template.nodes)

    def _nodes(self, nodes: Any) -> None:
        for node in nodes:
            self._node(node)

    def _node(self, node: Node) -> None:
        if isinstance(node, IfNode):
            self._branches(node, node.consequence, guards(node.condition), frozenset())
        elif isinstance(node, UnlessNode):
            self._branches(node, node.consequence, frozenset(), guards(node.condition))
        elif isinstance(node, RenderNode):
            self._isolated(node)
        else:
            self._expressions(node, guarded=isinstance(node, _ASKING) or _has_else(node))
            self._assigned.update(map(str, node.template_scope()))
            with _added(self._local, map(str, node.block_scope())):
                self._nodes(node.children(RenderContext(self.template), include_partials=False))

    def _isolated(self, node: RenderNode) -> None:
        """A partial that sees only its arguments and the data."""
        self._expressions(node, guarded=False)
        around = self._assigned, self._local, self._guards
        roots = {path: path.partition(".")[0] for path in self._guards}
        seen = {path: count for path, count in self._guards.items() if not (roots[path] in self._assigned or self._local[roots[path]])}
        self._guards, self._assigned, self._local = Counter(seen), set(_LOOPS), Counter(map(str, node.block_scope()))
        self._nodes(node.block.nodes)
        self._assigned, self._local, self._guards = around

    def _branches(self, node: IfNode | UnlessNode, first: Node, inside: frozenset[str], after: frozenset[str]) -> None:
        """The branches of an `if` or `unless`: what each may rely on."""
        self._expressions(node, guarded=True)
        with _added(self._guards, inside):
            self._node(first)
        with _added(self._guards, after):
            for branch in node.alternatives:
                settle(branch.expression)
                self._expression(branch.expression, guarded=True)
                with _added(self._guards, guards(branch.expression)):
                    self._node(branch.block)
            if node.default:
                self._node(node.default)

    def _expressions(self, node: Node, *, guarded: bool) -> None:
        for expression in node.expressions():
            settle(expression)
            self._expression(expression, guarded=guarded)

    def _expression(self, expression: Expression, *, guarded: bool) -> None:
        if isinstance(expression, Path):
            self._path(expression, guarded)
        if isinstance(expression, FilteredExpression):
            guarded = guarded or any(given.name == "default" for given in expression.filters or ())
            self._filters(expression)
        if isinstance(expression, FloatLiteral) and not isfinite(expression.value):
            what = "this number has far too many digits"
            self.problems.append(self.source.problem(expression.token.start_index, what, "write a shorter one", code="syntax"))
        for child in expression.children():
            self._expression(child, guarded=guarded)

    def _path(self, path: Path, guarded: bool) -> None:
        name = path_name(path)
        first = name.partition(".")[0]
        if first in self._assigned or self._local[first]:
            return
        if path.path[0] == "self":
            remedy = "name the value itself, as in `customer.first_name`"
            self.problems.append(self.source.problem(path.token.start_index, "`self` isn't there", remedy, code="unknown-name", length=4))
            return
        guarded = guarded or any(self._guards[part] for part in _beginnings(name))
        self.uses.append(Use(name, self.source.place(path.token.start_index), guarded))

    def _filters(self, expression: FilteredExpression) -> None:
        for given in expression.filters or ():
            if given.name not in self.env.filters:
                remedy = switch_on(given.name) or did_you_mean(given.name, self.env.filters)
                self._problem(given, f"there is no filter `{given.name}`", remedy, "unknown-filter")
            elif wrong := wrong_arguments(given, self.env.filters[given.name], shared=given.name in self.env.shared):
                self._problem(given, *wrong, "bad-arguments")
            if given.name == "safe":
                self.raw.append(self.source.place(given.token.start_index))
        first = expression.filters[0].name if expression.filters else ""
        if first == "t" and isinstance(expression.left, StringLiteral):
            self.messages.append((expression.left.value, self.source.place(expression.left.token.start_index)))

    def _problem(self, given: Filter, what: str, remedy: str, code: str) -> None:
        self.problems.append(self.source.problem(given.token.start_index, what, remedy, code=code, length=len(given.name)))


def _has_else(node: Node) -> bool:
    return isinstance(node, ForNode) and node.default is not None


@contextmanager
def _added(names: Counter[str], more: Iterable[str]) -> Iterator[None]:
    added = list(more)
    names.update(added)
    yield
    names.subtract(added)


def _beginnings(name: str) -> Iterator[str]:
    """A path, and each path that it goes through: `a.b.c`, `a`, `a.b`."""
    yield name
    yield from (name[: dot.start()] for dot in islice(_DOT.finditer(name), _MOST_STEPS))


def path_name(path: Path) -> str:
    """A path with dots, as far as it is known before rendering: `a.b[0]` is `a.b.0`, `a[b].c` is `a`."""
    known: list[str] = []
    for segment in path.path:
        if isinstance(segment, Path):
            break
        known.append(str(segment))
    return ".".join(known)


def guards(condition: Expression) -> frozenset[str]:
    """The paths that are certainly there when a condition holds."""
    if isinstance(condition, BooleanExpression):
        return guards(condition.expression)
    if isinstance(condition, Path):
        return frozenset({path_name(condition)})
    if isinstance(condition, LogicalAndExpression):
        return guards(condition.left) | guards(condition.right)
    if isinstance(condition, LogicalOrExpression):
        return guards(condition.left) & guards(condition.right)
    sides = [getattr(condition, side, None) for side in ("left", "right")]
    nothing = any(isinstance(side, Nil | Blank | Empty) for side in sides)
    if (isinstance(condition, _PRESENT) and not nothing) or (isinstance(condition, NeExpression) and nothing):
        return frozenset(path_name(side) for side in sides if isinstance(side, Path))
    return frozenset()
