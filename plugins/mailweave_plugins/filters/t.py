"""`t`: a text of `messages/<locale>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailweave import hookimpl
from mailweave.described import described
from mailweave.languages import Filter, Scope


def t(scope: Scope, key: Any, /, **values: Any) -> str:
    """Give the text of a key in the reader's locale, with the values put in; `count` chooses the plural form.

    Raises:
        ValueError: there is no such text, or a value that it needs is missing.
    """
    if not isinstance(key, str):
        raise ValueError(f"{described(key)} is no key of a text – give its name in quotes, such as 'cart.title'")
    try:
        return scope.translate(key, values)
    except LookupError as error:
        raise ValueError(str(error)) from error


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"t": t}
