"""Filters depend on the scope and their values alone, so what they gave once, they give again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale

from mailweave.compiled.values import KEPT, Bail
from mailweave.errors import PassingError
from mailweave.languages import Filter, Scope, Translate
from mailweave.limits import Limits
from mailweave.work import LIGHT, weight

# Values of these classes are told apart by value and class; only what was made of such values is kept.
PLAIN: Final = frozenset({str, int, bool, float})


@dataclass
class Person:
    """What compiled code gets: one customer's data at one moment, and the time zone. `content` computes a provider's content."""

    customer: Mapping[str, Any]
    at: datetime
    zone: ZoneInfo
    content: Callable[[str], Any]


class Unsettled(PassingError):
    """A filter asked for the part of the scope that differs by customer: the time zone or the moment."""


class StaticScope(Scope):
    """A scope without zone and moment."""

    def __init__(self, locale: Locale, currency: str, translate: Translate, asset: Callable[[str], str], limits: Limits) -> None:
        given = {"locale": locale, "currency": currency, "translate": translate, "asset": asset, "limits": limits}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def of(self, person: Person) -> Scope:
        """The whole scope, of one customer."""
        return Scope(self.locale, person.zone, person.at, self.currency, self.translate, self.asset, self.limits)

    def __getattribute__(self, name: str) -> Any:
        if name in ("zone", "at"):
            raise Unsettled
        return object.__getattribute__(self, name)


class Pure:
    """A filter that remembers. `named` are the names of its last arguments. `known` looks up what it gave for values, by them and their classes.

    Raises, when called:
        Bail: the filter can't take its values, or gives nothing.
    """

    def __init__(self, function: Filter, static: StaticScope, named: tuple[str, ...]) -> None:
        self.function = function
        self.static = static
        self.named = named
        self.settled = True
        self.kept: dict[Any, Any] = {}
        self.known = self.kept.get

    def __call__(self, person: Person, *values: Any) -> Any:
        key = (*values, *map(type, values)) if self.settled else (*values, *map(type, values), person.zone, person.at)
        try:
            return self.kept[key]
        except (KeyError, TypeError):
            return self._found(person, values, key)

    def _found(self, person: Person, values: tuple[Any, ...], key: Any) -> Any:
        if any(value is None for value in values):
            raise Bail
        if self.settled:
            try:
                return self._keep(key, values, self._call(self.static, values))
            except Unsettled:
                self.settled = False
                self.kept.clear()
                return self(person, *values)
        return self._keep(key, values, self._call(self.static.of(person), values))

    def _call(self, scope: Scope, values: tuple[Any, ...]) -> Any:
        count = len(values) - len(self.named)
        result = self.function(scope, *values[:count], **dict(zip(self.named, values[count:], strict=True)))
        if result is None:
            raise Bail
        return result

    def _keep(self, key: Any, values: tuple[Any, ...], result: Any) -> Any:
        check_light(values, result)
        return remember(self.kept, key, values, result)


def check_light(values: tuple[Any, ...], result: Any) -> None:
    """Leave a call to the language, which counts its work, if it takes more than the code reckons with.

    Raises:
        Bail: it does.
    """
    if sum(map(weight, values)) + weight(result) > LIGHT:
        raise Bail


def remember(kept: dict[Any, Any], key: Any, values: tuple[Any, ...], result: Any) -> Any:
    """Keep a result, within bounds. Zeros have two signs, which are equal; values of other kinds may be equal and yet be written differently."""
    if all(value.__class__ in PLAIN and (value.__class__ is not float or value) for value in values):
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = result
    return result


class Same:
    """Any other function without effects that remembers what it gave for texts and numbers; see `Pure`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.kept: dict[Any, Any] = {}
        self.known = self.kept.get

    def __call__(self, *values: Any) -> Any:
        key = (*values, *map(type, values))
        try:
            return self.kept[key]
        except (KeyError, TypeError):
            result = self.function(*values)
            check_light(values, result)
            return remember(self.kept, key, values, result)
