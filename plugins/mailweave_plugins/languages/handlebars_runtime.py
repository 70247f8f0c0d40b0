"""What compiled Handlebars calls while it runs: the functions of the reference, with None for missing values."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from markupsafe import Markup

from mailweave.compiled.values import Bail
from mailweave.contexts import Context
from mailweave.escape import escape
from mailweave.facts import MISSING
from mailweave.languages import Escaping, Filter
from mailweave_plugins.languages import handlebars_helpers as helpers
from mailweave_plugins.languages.handlebars_values import absent, child, is_empty, is_truthy, same, text_of

__all__ = ["comparing", "inside", "is_filled", "is_list", "is_off", "is_on", "is_true", "looked_up", "pairs", "same", "write", "write_raw"]


def write(value: Any, context: Context, escaping: Escaping) -> str:
    """A value as it stands in the message.

    Raises:
        Bail: it is missing.
        ValueError: it can't stand there.
    """
    if absent(value):
        raise Bail
    return escape(text_of(value), context, escaping)


def write_raw(value: Any, context: Context, escaping: Escaping) -> str:
    """The same for `{{{value}}}`, which isn't escaped where markup may stand."""
    if absent(value):
        raise Bail
    return escape(Markup(text_of(value)), context, escaping)


def inside(value: Any, name: str) -> Any:
    found = child(value, name)
    return None if found is MISSING else found


def looked_up(value: Any, key: Any) -> Any:
    found = helpers.looked_up(value, key)
    return None if found is MISSING else found


@cache
def comparing(function: Filter) -> Callable[..., bool]:
    """A helper that compares, for compiled code.

    Raises:
        Bail: the values can't be compared; the reference says why.
    """

    def compare(*values: Any) -> bool:
        try:
            return bool(function(None, *values))
        except ValueError as error:
            raise Bail from error

    return compare


def is_true(value: Any, include_zero: Any) -> bool:
    return is_truthy(value, include_zero=is_truthy(include_zero))


def is_filled(value: Any) -> bool:
    return not is_empty(value)


def is_off(value: Any) -> bool:
    return absent(value) or value is False


def is_on(value: Any) -> bool:
    return value is True


def is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def pairs(value: Any) -> list[tuple[Any, Any]]:
    """What `each` goes through, with keys."""
    return list(helpers.items(value))
