"""`safe`: markup that goes out as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from mailweave import hookimpl
from mailweave.described import described
from mailweave.languages import Filter, Scope


def safe(scope: Scope, value: Any) -> Markup:
    """Mark a text as markup that needs no escaping. Only for what your own team wrote, never for what a customer did.

    Raises:
        ValueError: the value is no text.
    """
    if not isinstance(value, str):
        raise ValueError(f"{described(value)} is no markup – give a text")
    return Markup(value)


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"safe": safe}
