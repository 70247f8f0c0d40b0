"""`for`, `tablerow` and `cycle` where python-liquid differs from Shopify: bounds, empty tables, and which tags share a cycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, TextIO, cast

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import LoopExpression, Path, StringLiteral
from liquid.builtin.expressions.primitive import Continue, Nil
from liquid.builtin.tags.cycle_tag import CycleNode, CycleTag
from liquid.builtin.tags.for_tag import ForTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.exceptions import LiquidTypeError
from liquid.expression import Expression
from liquid.stream import TokenStream
from liquid.token import Token

from mailweave_plugins.languages.liquid_text import whole
from mailweave_plugins.languages.liquid_values import is_gone, is_true


class OneText(list[Any]):
    """A text as a list of itself, which no bounds cut."""


def listed(value: Any) -> Sequence[Any]:
    """What a loop goes through: a list, a range, an object's pairs, or a text as a whole. Anything else holds nothing."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, str):
        return OneText([value] if value else [])
    return value if isinstance(value, Sequence) else []


def bounds(limit: Any, offset: Any) -> tuple[int, int | None]:
    """Where a loop begins, and before which index it ends. A missing bound is none.

    Raises:
        ValueError: one is no whole number.
    """
    start = 0 if is_gone(offset) else _bound("offset", offset)
    return start, None if is_gone(limit) else start + _bound("limit", limit)


def _bound(name: str, value: Any) -> int:
    try:
        return whole(value)
    except ValueError as error:
        raise ValueError(f"`{name}`: {error}") from error


def between(found: Sequence[Any], start: int, stop: int | None) -> Sequence[Any]:
    """The items from an index to before another. As in Ruby, what lies before the first item is passed over, and counted."""
    if isinstance(found, OneText):
        return found
    first = max(start, 0)
    last = len(found) if stop is None else max(stop, 0)
    return found[first:last] if first or last < len(found) else found


class Slice(LoopExpression):
    """A loop's list. `nodes`: how many nodes each turn goes through."""

    nodes = 1

    def evaluate(self, context: RenderContext) -> tuple[Iterator[object], int]:
        """The items and how many they are."""
        found = listed(self.iterable.evaluate(context))
        key = f"{self.identifier}-{self.iterable}"
        try:
            start, stop = self._bounds(context, key)
        except ValueError as error:
            raise LiquidTypeError(str(error), token=self.token) from error
        items = between(found, start, stop)
        context.stopindex(key=key, index=start + len(items))
        cast("Any", context).run.nodes = self.nodes
        return iter(items[::-1] if self.reversed else items), len(items)

    def _bounds(self, context: RenderContext, key: str) -> tuple[int, int | None]:
        limit = self.limit.evaluate(context) if self.limit else None
        if goes_on(self.offset):
            start = context.stopindex(key)
            return start, None if is_gone(limit) else start + _bound("limit", limit)
        return bounds(limit, self.offset.evaluate(context) if self.offset else None)


def goes_on(offset: Expression | None) -> bool:
    """Whether it is `offset: continue`."""
    return isinstance(offset, Continue) or (isinstance(offset, StringLiteral) and offset.value == "continue")


def _sliced(node: Any, kind: type[Slice]) -> Any:
    old: LoopExpression = node.expression
    bounds = {"limit": old.limit, "offset": old.offset, "cols": old.cols}
    node.expression = sliced = kind(old.token, old.identifier, old.iterable, reversed_=old.reversed, **bounds)
    sliced.nodes = nodes_in(node.block)
    return node


def nodes_in(node: Node) -> int:
    """How many nodes a block has that are gone through with it; loops in it count by themselves."""
    inner = node.children(None, include_partials=False)  # type: ignore[arg-type]
    return 1 + sum(1 if isinstance(getattr(found, "expression", None), LoopExpression) else nodes_in(found) for found in inner)


class ForLoopTag(ForTag):
    """`for`."""

    def parse(self, stream: TokenStream) -> Node:
        """The loop's node."""
        found: Node = _sliced(super().parse(stream), Slice)
        return found


class TableSlice(Slice):
    """A table's list, whose bounds are cut to whole numbers and whose missing `offset` is 0, as in Ruby."""

    def _bounds(self, context: RenderContext, key: str) -> tuple[int, int | None]:
        if goes_on(self.offset):
            return super()._bounds(context, key)
        start = cut("offset", self.offset.evaluate(context)) if self.offset else 0
        if not self.limit:
            return start, None
        limit = self.limit.evaluate(context)
        if is_gone(limit):
            raise ValueError("`limit` is missing, and a table of no cells is nobody's wish – give a whole number, or leave `limit` out")
        return start, start + cut("limit", limit)


def cut(name: str, value: Any) -> int:
    """A bound of a table; a missing one is 0.

    Raises:
        ValueError: it is no number.
    """
    if is_gone(value):
        return 0
    return int(value) if isinstance(value, float | Decimal) and isfinite(value) else _bound(name, value)


class TableNode(TablerowNode):
    """`tablerow`: the table of an empty list has one row, without cells; a missing list has no table."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Put the table out."""
        loop = self.expression
        if not is_true(loop.iterable.evaluate(context)):
            return 0
        try:
            cut("cols", loop.cols.evaluate(context) if loop.cols else None)
        except ValueError as error:
            raise LiquidTypeError(str(error), token=self.token) from error
        if not loop.evaluate(context)[1]:
            return buffer.write('<tr class="row1">\n</tr>\n')
        return super().render_to_output(context, buffer)

    def _int_or_zero(self, arg: object) -> int:
        # No column is the last one of none, nor of a negative number of them.
        return cut("cols", arg) or -1


class TableRowTag(TablerowTag):
    """`tablerow`."""

    node_class = TableNode

    def parse(self, stream: TokenStream) -> TablerowNode:
        """The loop's node."""
        found: TablerowNode = _sliced(super().parse(stream), TableSlice)
        return found


class Cycle(CycleNode):
    """`cycle`: those of one name share their turns, and those without a name when they list the same values and no variable."""

    def __init__(self, token: Token, group: Expression | None, args: list[Expression]) -> None:
        # As Ruby does, which finds no value in them.
        super().__init__(token, group, [given for given in args if not isinstance(given, Nil)])

    def turn(self, context: RenderContext) -> Expression | None:
        """The value whose turn it is; None when a cycle of the same name has more values than this one."""
        turns: dict[object, int] = context.tag_namespace["cycles"]
        key = self._key(context)
        at = turns.get(key, 0)
        turns[key] = 0 if at + 1 >= len(self.args) else at + 1
        return self.args[at] if at < len(self.args) else None

    def _key(self, context: RenderContext) -> object:
        if self.group:
            name = self.group.evaluate(context)
            return "name", "" if is_gone(name) else (type(name).__name__, str(name))
        if any(isinstance(part, Path) for argument in self.args for part in (argument, *argument.children())):
            return "tag", self.token.start_index
        return "values", tuple(map(str, self.args))


class Cycles(CycleTag):
    """`cycle`."""

    node_class = Cycle
