"""`render` and `include` as blocks around the text of their partial, which `liquid_partials` has put there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, TextIO, cast

from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import Identifier, KeywordArgument, StringLiteral
from liquid.builtin.tags.for_tag import ForLoop
from liquid.builtin.tags.include_tag import IncludeTag
from liquid.builtin.tags.render_tag import RenderTag
from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.expression import Expression
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.token import TOKEN_TAG, Token
from liquid.utils import ReadOnlyChainMap

from mailweave_plugins.languages.liquid_loops import nodes_in


class PartialNode(Node):
    """A partial that is put in: its arguments, the value bound to its name (`var`, as `alias`), and its parsed text (`block`)."""

    __slots__ = ("alias", "args", "block", "loop", "name", "var")

    def __init__(
        self,
        token: Token,
        name: StringLiteral,
        var: Expression | None = None,
        alias: Identifier | None = None,
        args: list[KeywordArgument] | None = None,
        *,
        loop: bool = False,
    ) -> None:
        super().__init__(token)
        self.name, self.var, self.alias, self.args, self.loop = name, var, alias, args or [], loop
        self.block = BlockNode(token, [])
        self.blank = False

    @property
    def key(self) -> str:
        """The name that `with` or `for` binds its value to."""
        return str(self.alias or self.name.value.rpartition("/")[2].partition(".")[0])

    def expressions(self) -> Iterable[Expression]:
        """What the tag itself reads."""
        return [*([self.var] if self.var else []), *(arg.value for arg in self.args)]

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> Iterable[Node]:
        """The partial's text."""
        return [self.block]

    def block_scope(self) -> Iterable[Identifier]:
        """The names that the partial sees besides those of the data."""
        bound = [self.key, *(["forloop"] if self.loop else [])] if self.var else []
        return [Identifier(name, token=self.token) for name in [*bound, *(arg.name for arg in self.args)]]

    def evaluated(self, context: RenderContext) -> dict[str, Any]:
        """The arguments' values."""
        return {arg.name: arg.value.evaluate(context) for arg in self.args}

    def write(self, context: RenderContext, buffer: TextIO) -> None:
        """Put out the partial's text, blank or not."""
        for node in self.block.nodes:
            try:
                node.render(context, buffer)
            except LiquidInterrupt:
                raise
            except LiquidError as error:
                # So that it is told in the partial, not where that is put in.
                error.token = error.token or node.token
                raise


class RenderNode(PartialNode):
    """`render`: the partial sees its arguments and the data, and none of the names made around it; nor does it make any there."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Put the partial out, with `for` once for each item."""
        args, values = self.evaluated(context), self.var.evaluate(context) if self.var else None
        if self.var and not self.loop:
            args[self.key] = values
        if not (self.loop and isinstance(values, list | tuple | range)):
            self._once(context, {**args, self.key: values} if self.loop else args, buffer)
            return 1
        cast("Any", context).run.loop(len(values), nodes_in(self.block))
        loop = ForLoop(self.key, iter(values), len(values), context.env.undefined("parentloop", token=self.token))
        for item in loop:
            self._once(context, {**args, "forloop": loop, self.key: item}, buffer)
        return 1

    def _once(self, context: RenderContext, names: Mapping[str, Any], buffer: TextIO) -> None:
        inner = context.copy(ReadOnlyChainMap(), carry_loop_iterations=True)
        cast("Any", inner).begin(context, names)
        with suppress(LiquidInterrupt):
            self.write(inner, buffer)


class IncludeNode(PartialNode):
    """`include`: the partial sees all names around it, and the names that it makes stay."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Put the partial out, once for each item of a list that is bound to its name."""
        names, values = self.evaluated(context), self.var.evaluate(context) if self.var else None
        if not self.var and isinstance(context.resolve(self.key, default=None), list | tuple):
            what = f"`{self.key}` is a list, and `include` would go through a list of its partial's name – write `include … for {self.key}`"
            raise LiquidError(what, token=self.token)
        with context.extend(names):
            if not isinstance(values, list | tuple):
                if self.var:
                    names[self.key] = values
                self.write(context, buffer)
                return 1
            cast("Any", context).run.loop(len(values), nodes_in(self.block))
            for item in values:
                names[self.key] = item
                self.write(context, buffer)
        return 1


class _Block:
    """Reads the partial's text after python-liquid has read the tag."""

    block = True
    env: Any
    end: str

    def parse(self, stream: TokenStream) -> Node:
        """The node with its block."""
        node: Any = super().parse(stream)  # type: ignore[misc]
        stream.next()
        node.block = get_parser(self.env).parse_block(stream, (self.end,))
        stream.expect(TOKEN_TAG, value=self.end)
        return cast("Node", node)


class RenderBlock(_Block, RenderTag):
    """`render`."""

    node_class = RenderNode  # type: ignore[assignment]
    end = "endrender"


class IncludeBlock(_Block, IncludeTag):
    """`include`."""

    node_class = IncludeNode  # type: ignore[assignment]
    end = "endinclude"
