"""Whether a filter, called as a helper, is given as many parameters as it takes, and of names that it knows."""

from __future__ import annotations

import inspect
from typing import Any, Final

from mailweave.errors import did_you_mean
from mailweave.languages import Filter
from mailweave_plugins.languages.handlebars_ast import Call

_IN_ORDER: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_BY_NAME: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

_FORMS: Final[dict[Any, str]] = {
    inspect.Parameter.KEYWORD_ONLY: "{}=",
    inspect.Parameter.VAR_POSITIONAL: "{} …",
    inspect.Parameter.VAR_KEYWORD: "{} by name",
}


def wrong_arguments(call: Call, filter_: Filter) -> tuple[str, str] | None:
    """What is wrong with a call's parameters, and the remedy; None when they fit."""
    if not call.params:
        return f"`{call.name}` needs a value", f"write it after the name: `{{{{{call.name} price}}}}`"
    try:
        # Without the scope, which every filter gets first.
        found = list(inspect.signature(filter_).parameters.values())[1:]
    except (TypeError, ValueError):  # a callable that doesn't tell
        return None
    return _wrong_names(call, found) or _wrong_number(call, found)


def _wrong_names(call: Call, found: list[inspect.Parameter]) -> tuple[str, str] | None:
    named = [name for name, _ in call.named]
    # The first one in order is the value.
    known = [parameter.name for parameter in found[1:] if parameter.kind in _BY_NAME]
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in found):
        return None
    unknown = next((name for name in named if name not in known), None)
    if unknown is None:
        return None
    return f"`{call.name}` takes no `{unknown}=`", did_you_mean(unknown, known) if known else "take it out"


def _wrong_number(call: Call, found: list[inspect.Parameter]) -> tuple[str, str] | None:
    named = {name for name, _ in call.named}
    in_order = [parameter for parameter in found if parameter.kind in _IN_ORDER]
    count, most = len(call.params), len(in_order)
    twice = next((parameter.name for parameter in in_order[:count] if parameter.kind in _BY_NAME and parameter.name in named), None)
    if twice:
        return f"`{call.name}` is given `{twice}` twice", f"write it with `{twice}=` or without, not both"
    if count > most and not any(parameter.kind is parameter.VAR_POSITIONAL for parameter in found):
        return f"`{call.name}` takes {_number(most, 'at most')}, not {count}", f"it takes: {_taken(found)}"
    needed = [parameter for parameter in found if parameter.default is parameter.empty and parameter.kind in (*_IN_ORDER, parameter.KEYWORD_ONLY)]
    missing = [parameter.name for parameter in needed if parameter not in in_order[:count] and parameter.name not in named]
    return (f"`{call.name}` needs `{missing[0]}`", f"it takes: {_taken(found)}") if missing else None


def _number(count: int, before: str) -> str:
    return "one parameter" if count == 1 else f"{before} {count} parameters"


def _taken(found: list[inspect.Parameter]) -> str:
    """What a filter takes, as one writes it."""
    return ", ".join(_FORMS.get(parameter.kind, "{}").format(parameter.name) for parameter in found)
