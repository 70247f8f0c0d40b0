"""python-liquid with outputs that are escaped for their place, missing values that are errors, and no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TextIO, cast

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.content import Literal as Content
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag
from liquid.builtin.tags.echo_tag import EchoNode, EchoTag
from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import Token
from liquid.undefined import UNDEFINED
from liquid.utils import ReadOnlyChainMap

from mailweave.languages import LENIENT, Escaping, Filter
from mailweave_plugins.languages.liquid_case import StrictCaseTag
from mailweave_plugins.languages.liquid_dates import date, localised
from mailweave_plugins.languages.liquid_filters import ESCAPED, REMOVED, Captured
from mailweave_plugins.languages.liquid_lexer import RawToken, tokenize
from mailweave_plugins.languages.liquid_limits import Collected, check_held
from mailweave_plugins.languages.liquid_lines import CommentTag, LinesTag
from mailweave_plugins.languages.liquid_loops import Cycle, Cycles, ForLoopTag, TableRowTag
from mailweave_plugins.languages.liquid_partial_tags import IncludeBlock, RenderBlock
from mailweave_plugins.languages.liquid_run import PYTHON, Run, complaint
from mailweave_plugins.languages.liquid_shopify import SHOPIFY
from mailweave_plugins.languages.liquid_text import SPACE
from mailweave_plugins.languages.liquid_values import Missing, is_gone, item, shown_path


class Rendering(RenderContext):
    """python-liquid's state of a rendering, with ours."""

    run: Run

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Without python-liquid's `now` and `today`: a message's moment is `at`. Counters hide the data of their name, as in Shopify's shops.
        self.scope = ReadOnlyChainMap(self.locals, self.counters, self.globals)

    def begin(self, outer: RenderContext, names: Mapping[str, Any]) -> None:
        """Become the state inside a `render` that gives these names."""
        self.run, self.globals = cast("Rendering", outer).run, outer.globals
        self.scope = ReadOnlyChainMap(self.locals, names, self.counters, self.globals)

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        value = super().get(path, token=token, default=None)
        if isinstance(value, Missing) or not is_gone(value):
            return value
        return None if self.run.lenient else Missing(shown_path(path))

    def get_item(self, obj: Any, key: Any) -> Any:
        """What a path finds in a value under a key."""
        return item(obj, key)

    def get_buffer(self, buf: TextIO | None = None) -> Any:
        """A buffer for what a tag collects."""
        return Collected(self.run.scope.limits, buf.size if isinstance(buf, Collected) else 0)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Nothing: `loop` counts."""

    def loop(self, namespace: Mapping[str, object], forloop: Any) -> Any:
        """A loop that begins."""
        self.run.loop(forloop.length, self.run.nodes)
        return super().loop(namespace, forloop)

    def assign(self, key: str, val: Any) -> None:
        """Give a name a value."""
        self.locals[key] = val
        outer = self.parent_context
        check_held([*self.locals.values(), *(outer.locals.values() if outer else ())], self.run.scope.limits)

    def get_size_of_locals(self) -> int:
        """Nothing: `assign` looks after that."""
        return 0

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        shared = cast("LiquidEnvironment", self.env).shared
        function = partial(shared[name], self.run.scope) if name in shared else super().filter(name, token)
        return partial(self.run.filtered, name, function, token)


def _run(context: RenderContext) -> Run:
    return cast("Rendering", context).run


def _put_out(node: OutputNode, context: RenderContext, buffer: TextIO) -> int:
    value = node.expression.evaluate(context)
    return buffer.write(_run(context).put_out(context, node.token, value, str(node.expression)))


class _ContentNode(ContentNode):
    def __init__(self, token: Token, text: str) -> None:
        super().__init__(token, text)
        # A no-break space is something to see, and so is a space that `raw` keeps.
        self.blank = not text.strip(SPACE) and not isinstance(token, RawToken)


class _OutputNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _put_out(self, context, buffer)


class _EchoNode(EchoNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _put_out(self, context, buffer)


class _CycleNode(Cycle):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        argument = self.turn(context)
        if argument is None:
            return 0
        return buffer.write(_run(context).put_out(context, self.token, argument.evaluate(context), str(argument)))


class _CaptureNode(CaptureNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        buf = context.get_buffer(buffer)
        # What is captured is kept even when it is blank.
        for node in self.block.nodes:
            node.render(context, buf)
        _run(context).count(self.token, [buf.getvalue()])
        self._assign(context, buf)
        return 0

    def _assign(self, context: RenderContext, buf: Any) -> None:
        collected = buf.getvalue()
        context.assign(self.name, Captured(collected) if _run(context).escaping in ("markup", "html") else collected)


def _tag(base: type[Any], node: type[Node]) -> type[Any]:
    return type(base.__name__, (base,), {"node_class": node})


class LiquidEnvironment(Environment):
    """The settings of one template's parsing and rendering."""

    # Deeper than `Scan` lets blocks and partials nest.
    context_depth_limit = 100
    block_nesting_limit = 100

    def __init__(self, shared: Mapping[str, Filter], escaping: Escaping = "markup", tags: Iterable[type[Tag]] = ()) -> None:
        self.escaping = escaping
        self.shared = dict(shared)
        if escaping in LENIENT:
            self.shared = {name: function for name, function in shared.items() if name not in SHOPIFY} | {"date": date}
        elif "date" in shared:
            self.shared["date"] = localised(shared["date"])
        self.errors: list[LiquidError] | None = []
        """While this is a list, complaints are kept in it; None: they are raised."""
        super().__init__()
        for tag in tags:
            self.add_tag(tag)

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """python-liquid's own tags and filters, with ours in place of some."""
        super().setup_tags_and_filters(extra=extra)
        for base, node in ((Content, _ContentNode), (Output, _OutputNode), (EchoTag, _EchoNode), (Cycles, _CycleNode), (CaptureTag, _CaptureNode)):
            self.add_tag(_tag(base, node))
        for tag in (ForLoopTag, TableRowTag, StrictCaseTag, RenderBlock, IncludeBlock, LinesTag, CommentTag):
            self.add_tag(tag)
        for name in REMOVED:
            del self.filters[name]
        self.filters.update(SHOPIFY)
        if self.escaping != "none":
            self.filters.update(ESCAPED)
        self.filters.update(self.shared)

    def tokenizer(self) -> Callable[[str], Iterator[Token]]:
        """The lexer."""
        return tokenize

    def add_tag(self, tag: type[Tag]) -> None:
        """Register a tag whose complaints all have a place."""
        super().add_tag(tag)
        made = self.tags[tag.name]
        made.get_node = partial(self._placed, made.get_node)  # type: ignore[method-assign]

    def _placed(self, get_node: Callable[[TokenStream], Node], stream: TokenStream) -> Node:
        """Parse a tag; python-liquid gives no place to what is missing at its end."""
        errors, token = self.errors if self.errors is not None else [], stream.current
        before = len(errors)
        node = get_node(stream)
        for error in errors[before:]:
            error.token = error.token if error.token and error.token.start_index >= 0 else token
        return node

    def error(self, exc: Any, msg: str | None = None, token: Token | None = None) -> None:
        """Keep a complaint about the syntax; raise one about the rendering."""
        if self.errors is None:
            super().error(exc, msg, token)
            return
        error = exc if isinstance(exc, LiquidError) else exc(msg, token=token)
        self.errors.append(error)


def run_template(template: BoundTemplate, data: Mapping[str, Any], run: Run) -> str:
    """Render a parsed template.

    Raises:
        MailweaveError: a filter can't take its value.
        LiquidError: whatever else python-liquid can't do.
    """
    context = Rendering(template, globals=data)
    context.run = run
    buffer = Collected(run.scope.limits)
    for node in template.nodes:
        try:
            node.render(context, buffer)
        except LiquidInterrupt as error:
            raise LiquidError(f"`{error}` stands outside of a loop", token=node.token) from error
        except LiquidError as error:
            error.token = error.token or node.token
            raise
        except PYTHON as error:
            raise LiquidError(complaint(error), token=node.token) from error
    return buffer.getvalue()
