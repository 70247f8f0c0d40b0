"""python-liquid with outputs that are escaped for their place, missing values that are errors, and no clock."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TextIO, cast

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag
from liquid.builtin.tags.cycle_tag import CycleNode, CycleTag
from liquid.builtin.tags.echo_tag import EchoNode, EchoTag
from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.output import LimitedStringIO
from liquid.stream import TokenStream
from liquid.stringify import to_liquid_string
from liquid.tag import Tag
from liquid.token import Token
from liquid.undefined import UNDEFINED, is_undefined
from liquid.utils import ReadOnlyChainMap

from mailweave.contexts import Context
from mailweave.errors import MailweaveError, Problem
from mailweave.escape import escape
from mailweave.languages import Escaping, Filter, Scope
from mailweave.source import Source
from mailweave_plugins.languages.liquid_filters import CHANGED, REMOVED, Captured, Encoded
from mailweave_plugins.languages.liquid_scan import Part

_URLS = (Context.URL_START, Context.URL_PART, Context.URL_QUERY)
# What python-liquid and filters let through when a value is of the wrong kind.
_PYTHON = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError)
_MARKUP = (Context.TEXT, Context.RCDATA, Context.COMMENT)


class Missing:
    """What stands for a value that isn't there or is null. It equals nil, is false, and goes unchanged through every filter but `default`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __liquid__(self) -> None:
        return None

    def __str__(self) -> str:
        return ""


@dataclass
class Run:
    """One rendering: what it depends on, and what went wrong so far."""

    source: Source
    scope: Scope
    escaping: Escaping
    outputs: Mapping[int, Part]
    contexts: Mapping[int, Context]
    problems: list[Problem] = field(default_factory=list)

    def put_out(self, context: RenderContext, token: Token, value: Any, wording: str) -> str:
        """A value as it stands in the message. A problem is kept, so that one rendering finds all."""
        if value is None or isinstance(value, Missing) or is_undefined(value):
            self._missing(context, token, value, wording)
            return ""
        try:
            return self._escaped(value, self.contexts.get(self.outputs[token.start_index].start))
        except ValueError as refused:
            what, _, remedy = str(refused).partition(" – ")
            self._problem(token, what, remedy, "bad-value")
            return ""

    def _escaped(self, value: Any, place: Context | None) -> str:
        return escaped_for(value, place, self.escaping)

    def _missing(self, context: RenderContext, token: Token, value: Any, wording: str) -> None:
        path = value.path if isinstance(value, Missing) else ""
        if not path:
            self._problem(token, f"`{wording}` gives nothing", "give it a `default`, or put an `if` around it", "missing-value")
            return
        remedy = f"put `{{% if {path} %}}` around it"
        if path.partition(".")[0] in context.globals and "." in path:
            remedy = f"declare `{path}` under `variables` with a `fallback`, or {remedy}"
        self._problem(token, f"`{path}` is missing", remedy, "missing-value")

    def _problem(self, token: Token, what: str, remedy: str, code: str) -> None:
        part = self.outputs[token.start_index]
        length = len(self.source.text[part.start : part.end].split("\n", 1)[0])
        self.problems.append(self.source.problem(part.start, what, remedy, code=code, length=length))

    def filtered(self, name: str, function: Callable[..., Any], token: Token | None, value: Any, /, *args: Any, **named: Any) -> Any:
        """A filter's result. What is missing stays so; only `default` takes it."""
        gone = [given for given in (value, *args, *named.values()) if isinstance(given, Missing)]
        if gone and name != "default":
            return gone[0]
        try:
            _check_length(value)
            return function(value, *args, **named)
        except MailweaveError:
            raise
        except (LiquidError, *_PYTHON) as error:
            raise MailweaveError(self._refusal(name, token, error)) from error

    def _refusal(self, name: str, token: Token | None, error: Exception) -> Problem:
        what, _, remedy = str(error.args[0] if error.args else type(error).__name__).partition(" – ")
        what, remedy = what.removeprefix(f"{name}: "), remedy or f"look at what `{name}` is given"
        offset = token.start_index if token else 0
        return self.source.problem(offset, f"`{name}`: {what}", remedy, code="bad-value", length=len(name))


def escaped_for(value: Any, place: Context | None, escaping: Escaping) -> str:
    """A value as text, escaped for its place.

    Raises:
        ValueError: it has no text, or can't stand there.
    """
    if isinstance(value, Encoded) and place in _URLS:
        value = value.plain
    if isinstance(value, Captured) and place not in _MARKUP:
        value = html.unescape(value)
    text = text_of(value)
    # Only inside a `capture` of plain text or a URL is there no place yet; the whole is escaped when it is put out.
    return escape(text, place, escaping) if place else text


def text_of(value: Any) -> str:
    """A value as Liquid writes it.

    Raises:
        ValueError: a mapping or a date, which has no text that a reader should see.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        raise ValueError("an object has no text – name one of its values")
    if isinstance(value, date):
        raise ValueError("a date has no text of its own – write it with a format, as in `{{ at | date: 'medium' }}`")
    if isinstance(value, list | tuple):
        return "".join(text_of(item) for item in value if not (item is None or isinstance(item, Missing)))
    return format(value, "f") if isinstance(value, Decimal) else to_liquid_string(value, autoescape=False)


def _check_length(value: Any) -> None:
    """A range is only its two ends until a filter makes a list of it."""
    if isinstance(value, range) and value.stop - value.start > LiquidEnvironment.loop_iteration_limit:
        raise ValueError(f"a range of more than {LiquidEnvironment.loop_iteration_limit:,} numbers – use a shorter one")


class Rendering(RenderContext):
    """python-liquid's state of a rendering, with ours."""

    run: Run

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Without python-liquid's `now` and `today`: a message's moment is `at`.
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        value = super().get(path, token=token, default=None)
        return Missing(".".join(map(str, path))) if value is None else value

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        shared = cast("LiquidEnvironment", self.env).shared
        function = partial(shared[name], self.run.scope) if name in shared else super().filter(name, token)
        return partial(self.run.filtered, name, function, token)


def _run(context: RenderContext) -> Run:
    return cast("Rendering", context).run


def _put_out(node: OutputNode, context: RenderContext, buffer: TextIO) -> int:
    value = node.expression.evaluate(context)
    return buffer.write(_run(context).put_out(context, node.token, value, str(node.expression)))


class _OutputNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _put_out(self, context, buffer)


class _EchoNode(EchoNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return _put_out(self, context, buffer)


class _CycleNode(CycleNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        group = f"{self.group.evaluate(context)}" if self.group else ""
        index = context.cycle(group or str([str(arg) for arg in self.args]), len(self.args))
        if index >= len(self.args):
            return 0
        argument = self.args[index]
        return buffer.write(_run(context).put_out(context, self.token, argument.evaluate(context), str(argument)))


class _CaptureNode(CaptureNode):
    def _assign(self, context: RenderContext, buf: Any) -> None:
        collected = buf.getvalue()
        context.assign(self.name, Captured(collected) if _run(context).escaping == "markup" else collected)


def _tag(base: type[Any], node: type[Node]) -> type[Any]:
    return type(base.__name__, (base,), {"node_class": node})


class LiquidEnvironment(Environment):
    """The settings of one template's parsing and rendering."""

    # Far beyond any real mail, and short enough to stop a runaway within a second or so.
    loop_iteration_limit = 10_000
    output_stream_limit = 2_000_000
    local_namespace_limit = 2_000_000

    def __init__(self, shared: Mapping[str, Filter]) -> None:
        self.shared = shared
        self.errors: list[LiquidError] | None = []
        """While this is a list, complaints are kept in it; None: they are raised."""
        super().__init__()

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """python-liquid's own tags and filters, with ours in place of some."""
        super().setup_tags_and_filters(extra=extra)
        for base, node in ((Output, _OutputNode), (EchoTag, _EchoNode), (CycleTag, _CycleNode), (CaptureTag, _CaptureNode)):
            self.add_tag(_tag(base, node))
        for name in REMOVED:
            del self.filters[name]
        self.filters.update(CHANGED)
        self.filters.update(self.shared)

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
    buffer = LimitedStringIO(limit=LiquidEnvironment.output_stream_limit, newline="")
    for node in template.nodes:
        try:
            node.render(context, buffer)
        except LiquidInterrupt as error:
            raise LiquidError(f"`{error}` stands outside of a loop", token=node.token) from error
        except LiquidError as error:
            error.token = error.token or node.token
            raise
        except _PYTHON as error:
            raise LiquidError(str(error), token=node.token) from error
    return buffer.getvalue()
