"""What compiled Liquid calls while it runs: python-liquid's own functions, with None for missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from liquid import Environment
from liquid.builtin.expressions.logical import _contains, _eq, _le, _lt, is_truthy
from liquid.context import RenderContext
from liquid.limits import to_int
from liquid.token import Token
from liquid.undefined import is_undefined

from mailweave.compiled.values import Bail
from mailweave.contexts import Context
from mailweave.languages import Escaping
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment
from mailweave_plugins.languages.liquid_limits import check_size
from mailweave_plugins.languages.liquid_run import Missing, escaped_for

_TOKEN: Final = Token("", "", 0, "")
_CONTEXT: Final = RenderContext(Environment().from_string(""))
_MISSING: Final = Missing("")


def write(value: Any, context: Context, escaping: Escaping) -> str:
    """A value as it stands in the message.

    Raises:
        Bail: it is missing.
        ValueError: it can't stand there.
    """
    if value is None or is_undefined(value):
        raise Bail
    return escaped_for(value, context, escaping)


def item(value: Any, key: Any) -> Any:
    """What stands in a value under a key; None when nothing does."""
    if value is None:
        return None
    try:
        return _CONTEXT.get_item(value, key)
    except (KeyError, TypeError, IndexError):
        return None


def truthy(value: Any) -> bool:
    """Whether Liquid takes a value for true."""
    return bool(is_truthy(value))


def equal(left: Any, right: Any) -> bool:
    return bool(_eq(left, right))


def unequal(left: Any, right: Any) -> bool:
    return not _eq(left, right)


def less(left: Any, right: Any) -> bool:
    return bool(_lt(_TOKEN, left, right))


def greater(left: Any, right: Any) -> bool:
    return bool(_lt(_TOKEN, right, left))


def at_most(left: Any, right: Any) -> bool:
    return bool(_le(left, right))


def at_least(left: Any, right: Any) -> bool:
    return bool(_le(right, left))


def contains(left: Any, right: Any) -> bool:
    return bool(_contains(_TOKEN, left, right))


def items(bounded: tuple[bool, bool], value: Any, limit: Any, offset: Any) -> Sequence[Any]:
    """What `for` goes through. `bounded` says whether there is a limit and an offset.

    Raises:
        Bail: a bound is no number, or negative.
    """
    found = _listed(value)
    try:
        start = to_int(offset) if bounded[1] else 0
        stop = to_int(limit) + start if bounded[0] else None
    except (ValueError, TypeError):
        raise Bail from None
    last = len(found) if stop is None else min(stop, len(found))
    first = min(max(start, 0), len(found))
    if last < 0:
        raise Bail
    return found[first:last] if first or last < len(found) else found


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, str):
        return [value] if value else []
    return value if isinstance(value, Sequence) else []


def default(function: Any, named: tuple[str, ...], *values: Any) -> Any:
    """The filter `default`, the only one that takes missing values."""
    count = len(values) - len(named)
    given = [_MISSING if value is None else value for value in values]
    result = function(*given[:count], **dict(zip(named, given[count:], strict=True)))
    return None if isinstance(result, Missing) or is_undefined(result) else result


def own_filter(env: LiquidEnvironment, name: str, named: tuple[str, ...], *values: Any) -> Any:
    """One of Liquid's own filters.

    Raises:
        Bail: it gives nothing.
    """
    function = env.filters[name]
    if getattr(function, "with_context", False):
        raise Bail
    if getattr(function, "with_environment", False):
        function = partial(function, environment=env)
    count = len(values) - len(named)
    check_size(name, values[0], values[1:count])
    result = function(*values[:count], **dict(zip(named, values[count:], strict=True)))
    if result is None or is_undefined(result) or isinstance(result, Missing):
        raise Bail
    return result
