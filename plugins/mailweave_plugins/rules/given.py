"""Settings of rules: what is written must say something."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from mailweave.plugged import Given, Name

__all__ = ["Given", "Name", "Names", "one_or_more"]


def one_or_more(value: Any) -> Any:
    """A list as it is, anything else as the only entry of one."""
    return value if isinstance(value, list) else [value]


# Text, one or a list, none of it blank.
Names = Annotated[tuple[Name, ...], BeforeValidator(one_or_more), Field(min_length=1)]
