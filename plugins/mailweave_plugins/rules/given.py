"""Settings of rules: what is written must say something."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from mailweave import Settings


class Given(Settings):
    """Base of the rules' settings: a key with nothing behind it is an error, for it would hold for every customer or for none."""

    @field_validator("*", mode="before")
    @classmethod
    def _given(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            key = (info.field_name or "").strip("_")
            raise ValueError(f"'{key}' is empty – write a value, or leave `{key}` out")
        return value


def one_or_more(value: Any) -> Any:
    """A list as it is, anything else as the only entry of one."""
    return value if isinstance(value, list) else [value]


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("a blank text says nothing – write one, or leave it out")
    return text


# Text, one or a list, none of it blank.
Name = Annotated[str, AfterValidator(_filled)]
Names = Annotated[tuple[Name, ...], BeforeValidator(one_or_more), Field(min_length=1)]
