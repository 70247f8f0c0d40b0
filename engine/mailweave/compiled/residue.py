"""What code is written of: values that are known when it is written and values that aren't, and how they are put out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mailweave.compiled.purity import Pure, StaticScope
from mailweave.compiled.values import OPAQUE, Bail, Odd, Site
from mailweave.contexts import Context
from mailweave.languages import Escaping, Filter


@dataclass(frozen=True, eq=False)
class Known:
    """A value that is known when the code is written: of the brand, the campaign, a connected source."""

    value: Any


@dataclass(frozen=True)
class Code:
    """A value that differs by customer: a Python expression without effects, cheap enough to be written twice. None stands for missing.
    `is_text`: it is certainly a text.
    """

    text: str
    is_text: bool = False


@dataclass(frozen=True, eq=False)
class Record:
    """A mapping of which some values are known and others not."""

    fields: Mapping[str, Value]


Value = Known | Code | Record
Write = Callable[[Any, Context, Escaping], str]


def is_known(value: Value) -> bool:
    """Whether all of it is known."""
    return isinstance(value, Known) or (isinstance(value, Record) and all(map(is_known, value.fields.values())))


def plain_value(value: Value) -> Any:
    """The value itself; it must be known."""
    if isinstance(value, Record):
        return {name: plain_value(inner) for name, inner in value.fields.items()}
    assert isinstance(value, Known)
    return value.value


@dataclass(frozen=True)
class PutOut:
    """How the values of one site are written, for the tracing function."""

    write: Write
    context: Context
    structural: bool
    site: Site


@dataclass(eq=False)
class Scoped:
    """One scope of a message: of the campaign, or of a block with translations of its own."""

    static: StaticScope
    _pure: dict[Any, Pure] = field(default_factory=dict)

    def pure(self, function: Filter, named: tuple[str, ...]) -> Pure:
        """The filter, with what it gave before."""
        key = (id(function), named)
        if key not in self._pure:
            self._pure[key] = Pure(function, self.static, named)
        return self._pure[key]


@dataclass(eq=False)
class Written:
    """Writes a value of any kind."""

    write: Write
    context: Context
    escaping: Escaping

    def __call__(self, value: Any) -> str:
        return self.write(value, self.context, self.escaping)


@dataclass(eq=False)
class Simple:
    """Writes an opaque value that is no text: numbers. Anything else is odd."""

    write: Write
    context: Context

    def __call__(self, value: Any) -> str:
        return OPAQUE[self.context][simple_text(value, self.write)]


_SIMPLE: Final = (int, float, bool)


def simple_text(value: Any, write: Write) -> str:
    """The text of a number or a truth value, before it is escaped.

    Raises:
        Odd: it is something else.
        Bail: it is missing.
    """
    if value is None:
        raise Bail
    if value.__class__ not in _SIMPLE:
        raise Odd
    return write(value, Context.TEXT, "markup")
