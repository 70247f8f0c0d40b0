"""Whether filters are given as many arguments as they take, and of names that they know."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Final

from liquid.builtin.expressions.filtered import Filter

from mailweave.errors import did_you_mean

_IN_ORDER: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_BY_NAME: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def wrong_arguments(given: Filter, function: Callable[..., Any], *, shared: bool) -> tuple[str, str] | None:
    """What is wrong with a filter's arguments, and the remedy; None when they fit.

    `shared`: the filter gets the scope before its value, and its arguments may be named; Liquid's own have names only for options.
    """
    try:
        found = list(inspect.signature(function).parameters.values())[2 if shared else 1 :]
    except (ValueError, TypeError):
        return None  # a class or a function of C that doesn't say
    named = [argument.name for argument in given.args if hasattr(argument, "name")]
    return _wrong_names(given.name, found, named, shared) or _wrong_number(given.name, found, len(given.args) - len(named), named)


def _wrong_names(filter_: str, found: list[inspect.Parameter], named: list[str], shared: bool) -> tuple[str, str] | None:
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in found):
        return None
    kinds = _BY_NAME if shared else _BY_NAME[:1]
    known = [parameter.name for parameter in found if parameter.kind in kinds]
    unknown = next((name for name in named if name not in known), None)
    if unknown is None:
        return None
    return f"`{filter_}` has no argument with the name `{unknown}`", did_you_mean(unknown, known) if known else "give the value without a name"


def _wrong_number(filter_: str, found: list[inspect.Parameter], count: int, named: Iterable[str]) -> tuple[str, str] | None:
    in_order = [parameter for parameter in found if parameter.kind in _IN_ORDER]
    twice = next((parameter.name for parameter in in_order[:count] if parameter.name in named), None)
    if twice:
        return f"`{filter_}` is given its argument `{twice}` twice", "give it once"
    if count > len(in_order) and not any(parameter.kind is parameter.VAR_POSITIONAL for parameter in found):
        most = f"at most {len(in_order)}" if in_order else "no"
        return f"`{filter_}` takes {most} {_noun(len(in_order))}, not {count}", "remove what is too much"
    needed = [parameter.name for parameter in in_order if parameter.default is parameter.empty]
    if any(name not in named for name in needed[count:]):
        return f"`{filter_}` needs {len(needed)} {_noun(len(needed))}, not {count}", f"write as in `| {filter_}: {', '.join('…' for _ in needed)}`"
    return None


def _noun(count: int) -> str:
    return "argument" if count == 1 else "arguments"
