"""What compiled Liquid calls while it runs, with None for missing values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from mailweave.compiled.values import Bail
from mailweave.contexts import Context
from mailweave.languages import Escaping
from mailweave.limits import Limits
from mailweave.work import LIGHT_COMPARED, compared
from mailweave_plugins.languages.liquid_compare import contains
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment
from mailweave_plugins.languages.liquid_limits import check_size
from mailweave_plugins.languages.liquid_loops import between, bounds, listed
from mailweave_plugins.languages.liquid_run import escaped_for
from mailweave_plugins.languages.liquid_values import Missing, is_gone

_MISSING: Final = Missing("")


def write(value: Any, context: Context, escaping: Escaping) -> str:
    """A value as it stands in the message.

    Raises:
        Bail: it is missing.
        ValueError: it can't stand there.
    """
    if is_gone(value):
        raise Bail
    return escaped_for(value, context, escaping)


# Within these every workspace's limits are.
_SMALLEST: Final = Limits(turns=100)


def items(value: Any, limit: Any, offset: Any) -> Sequence[Any]:
    """What `for` goes through.

    Raises:
        Bail: a bound isn't a whole number, or a range is so long that the limits decide.
    """
    try:
        return between(listed(value), *bounds(limit, offset), _SMALLEST)
    except ValueError:
        raise Bail from None


@cache
def light(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison that is left to the interpreter, which counts, when it may take long.

    Raises, when called:
        Bail: it may.
    """

    def compare(left: Any, right: Any) -> bool:
        if compared(left, right, inside=test is contains) > LIGHT_COMPARED:
            raise Bail
        return test(left, right)

    return compare


def default(function: Any, named: tuple[str, ...], *values: Any) -> Any:
    """The filter `default`, the only one that takes missing values."""
    count = len(values) - len(named)
    given = [_MISSING if value is None else value for value in values]
    result = function(*given[:count], **dict(zip(named, given[count:], strict=True)))
    return None if is_gone(result) else result


def own_filter(env: LiquidEnvironment, limits: Limits, name: str, named: tuple[str, ...], *values: Any) -> Any:
    """One of Liquid's own filters.

    Raises:
        Bail: it gives nothing.
    """
    function = env.filters[name]
    count = len(values) - len(named)
    check_size(name, values[0], values[1:count], limits)
    result = function(*values[:count], **dict(zip(named, values[count:], strict=True)))
    if is_gone(result):
        raise Bail
    return result
