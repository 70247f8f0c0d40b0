"""Settings of rules: what is written must say something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from mailweave.plugged import Given, Name

__all__ = ["Given", "Name", "Names", "one_or_more"]


def one_or_more(value: Any) -> Any:
    """A list as it is, anything else as the only entry of one."""
    return value if isinstance(value, list) else [value]


# Text, one or a list, none of it blank.
Names = Annotated[tuple[Name, ...], BeforeValidator(one_or_more), Field(min_length=1)]

G = TypeVar("G", bound=BaseModel)


def only(settings: G, *names: str) -> G:
    """The same settings with nothing asked but some fields; the others are as if they weren't written."""
    return settings.model_copy(update={name: one.get_default() for name, one in type(settings).model_fields.items() if name not in names})


def one_by_one(settings: G, *together: Iterable[str]) -> tuple[Literal["all"], list[G]] | None:
    """The settings with one of the fields that are set each, or with those that belong together; None when they ask one thing."""
    groups = [*map(tuple, together), *((name,) for name in type(settings).model_fields if not any(name in group for group in map(tuple, together)))]
    asked = [group for group in groups if any(getattr(settings, name) not in (None, ()) for name in group)]
    return ("all", [only(settings, *group) for group in asked]) if len(asked) > 1 else None
