"""`for` and `tablerow` where python-liquid slices their lists differently from Shopify."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import LoopExpression
from liquid.builtin.tags.for_tag import ForTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.stream import TokenStream


class Slice(LoopExpression):
    """A loop's list, for which `limit: 0` means none, not all."""

    def evaluate(self, context: RenderContext) -> tuple[Iterator[object], int]:
        """The items and how many they are."""
        limit = self.limit.evaluate(context) if self.limit else None
        if limit in (0, "0") and limit is not False:
            return iter(()), 0
        return super().evaluate(context)


def _sliced(node: Any) -> Any:
    old: LoopExpression = node.expression
    node.expression = Slice(
        old.token, old.identifier, old.iterable, limit=old.limit, offset=old.offset, reversed_=old.reversed, cols=old.cols
    )
    return node


class ForLoopTag(ForTag):
    """`for`."""

    def parse(self, stream: TokenStream) -> Node:
        """The loop's node."""
        found: Node = _sliced(super().parse(stream))
        return found


class TableRowTag(TablerowTag):
    """`tablerow`."""

    def parse(self, stream: TokenStream) -> TablerowNode:
        """The loop's node."""
        found: TablerowNode = _sliced(super().parse(stream))
        return found
