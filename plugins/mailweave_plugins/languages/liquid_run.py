"""One rendering of a Liquid template: how each value is put out, what filters are given, and what stops it."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from liquid import RenderContext
from liquid.exceptions import LiquidError
from liquid.token import Token
from markupsafe import Markup

from mailweave.contexts import Context
from mailweave.errors import MailweaveError, Problem
from mailweave.escape import escape
from mailweave.languages import LENIENT, Escaping, Scope
from mailweave.source import Source
from mailweave.work import OverLimit, Work
from mailweave_plugins.languages.liquid_filters import Captured, Encoded, shopify_escape
from mailweave_plugins.languages.liquid_limits import OverLimitError, check_result, check_size, times
from mailweave_plugins.languages.liquid_scan import Part
from mailweave_plugins.languages.liquid_text import scalar
from mailweave_plugins.languages.liquid_values import Missing, is_gone

_URLS: Final = (Context.URL_START, Context.URL_PART, Context.URL_QUERY, Context.SRCSET_START, Context.SRCSET_PART)
_MARKUP: Final = (Context.TEXT, Context.RCDATA, Context.COMMENT)
# What python-liquid and filters let through when a value is of the wrong kind.
PYTHON: Final = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError)


@dataclass
class Run:
    """One rendering: what it depends on, and what went wrong so far."""

    source: Source
    scope: Scope
    escaping: Escaping
    outputs: Mapping[int, Part]
    contexts: Mapping[int, Context]
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0
    """How many nodes the loop has that begins."""

    def __post_init__(self) -> None:
        self.work = Work(self.scope.limits)

    @property
    def lenient(self) -> bool:
        """Whether a missing value is nothing, as outside of mailweave."""
        return self.escaping in LENIENT

    def put_out(self, context: RenderContext, token: Token, value: Any, wording: str) -> str:
        """A value as it stands in the message. A problem is kept, so that one rendering finds all."""
        if is_gone(value):
            if not self.lenient:
                self._missing(context, token, value, wording)
            return ""
        try:
            text = self._escaped(value, self.contexts.get(self.outputs[token.start_index].start))
        except ValueError as refused:
            what, _, remedy = str(refused).partition(" – ")
            self._problem(token, what, remedy, "bad-value")
            return ""
        self.count(token, [text])
        return text

    def count(self, token: Token | None, given: Iterable[Any]) -> None:
        """Count what is put out, or what a filter is given."""
        try:
            self.work.call(given)
        except OverLimit as over:
            raise OverLimitError(over, token) from over

    def loop(self, length: int, nodes: int) -> None:
        """Count a loop."""
        try:
            self.work.loop(length, nodes)
        except OverLimit as over:
            raise OverLimitError(over) from over

    def _escaped(self, value: Any, place: Context | None) -> str:
        if self.lenient:
            text = text_of(value)
            return text if self.escaping == "none" or isinstance(value, Markup) else shopify_escape(text)
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
            check_size(name, value, args, self.scope.limits)
            self.work.call([value, *args], times(name))
            result = function(value, *args, **named)
            check_result(result, self.work)
        except OverLimit as over:
            raise OverLimitError(over, token) from over
        except (MailweaveError, OverLimitError):
            raise
        except (LiquidError, *PYTHON) as error:
            raise MailweaveError(self._refusal(name, token, error)) from error
        return result

    def _refusal(self, name: str, token: Token | None, error: Exception) -> Problem:
        what, _, remedy = complaint(error, filtered=True).partition(" – ")
        remedy = remedy or f"look at what `{name}` is given"
        offset = token.start_index if token else 0
        return self.source.problem(offset, f"`{name}`: {what}", remedy, code="bad-value", length=len(name))


def complaint(error: Exception, *, filtered: bool = False) -> str:
    """What an exception says, if it is meant for people: a ValueError with a remedy, or any of a filter. Python's own words are kept from them."""
    said = str(error.args[0]) if error.args else ""
    if " – " in said or (filtered and isinstance(error, ValueError)):
        return said
    return f"it can't take these values – look at what this {'filter' if filtered else 'tag'} is given"


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
        return "".join(text_of(item) for item in value if not is_gone(item))
    return f"{value.start}..{value.stop - 1}" if isinstance(value, range) else scalar(value)
