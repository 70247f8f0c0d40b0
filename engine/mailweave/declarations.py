"""What blocks declare: parameters that a campaign sets and merge variables that a profile fills."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from mailweave.plugged import Settings
from mailweave.times import parse_day, parse_moment
from mailweave.validation import shown

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z|[a-z]+\Z|rgba?\([\d\s.,%/]+\)\Z")
_URL = re.compile(r"(?:https?://|mailto:|tel:|sms:)\S+\Z|[^\s:]*\Z|#\S*\Z")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_moment(value: Any) -> bool:
    return isinstance(value, str | datetime) and parse_moment(value, UTC) is not None


_TYPES: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "string": ("text", lambda value: isinstance(value, str)),
    "number": ("a number", _is_number),
    "integer": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "date": ("a date like 2026-11-23", lambda value: isinstance(value, str | date) and parse_day(value) is not None),
    "datetime": ("a date and time like 2026-11-23T10:00:00Z", _is_moment),
    "url": ("a URL (https, mailto, tel, sms) or a relative path", lambda value: isinstance(value, str) and bool(_URL.match(value))),
    "color": ("a colour like #1f6f54", lambda value: isinstance(value, str) and bool(_COLOUR.match(value))),
    "list": ("a list", lambda value: isinstance(value, list)),
    "object": ("a mapping (key: value)", lambda value: isinstance(value, Mapping)),
}

VariableType = Literal["string", "number", "integer", "boolean", "date", "datetime", "url", "list", "object"]
ParameterType = Literal["string", "number", "integer", "boolean", "url", "color", "list", "object"]


def type_error(kind: str, value: Any) -> str | None:
    """What is wrong with a value for a declared type, or None.

    Example:
        >>> type_error("integer", "three")
        "must be a whole number, not 'three'"
    """
    wanted, fits = _TYPES[kind]
    return None if fits(value) else f"must be {wanted}, not {shown(value)}"


def type_remedy(kind: str) -> str:
    """What to write for a declared type."""
    return f"write {_TYPES[kind][0]}, or declare another type"


class Variable(Settings):
    """A merge variable: its type, and what stands in when a profile lacks it. Without a fallback it is required."""

    type: VariableType = "string"
    fallback: Any = None
    description: str = ""

    @model_validator(mode="after")
    def _fallback_fits(self) -> Variable:
        wrong = type_error(self.type, self.fallback) if self.fallback is not None else None
        if wrong:
            raise ValueError(f"the fallback {wrong} – {type_remedy(self.type)}")
        return self


class Parameter(Settings):
    """A block's parameter. Without a default the campaign must set it; a default of null makes it optional."""

    type: ParameterType = "string"
    default: Any = None
    one_of: Annotated[tuple[Any, ...], Field(min_length=1)] = ()
    description: str = ""

    @property
    def required(self) -> bool:
        """Whether a campaign must set it."""
        return "default" not in self.model_fields_set

    def error(self, value: Any) -> str | None:
        """What is wrong with a value, or None. Null is fine where the default is null."""
        if value is None and not self.required and self.default is None:
            return None
        wrong = type_error(self.type, value)
        if wrong:
            return f"{wrong} – {type_remedy(self.type)}"
        if not self.one_of or value in self.one_of:
            return None
        return f"can't be {shown(value)} – use one of: {', '.join(map(str, self.one_of))}"

    @model_validator(mode="after")
    def _default_fits(self) -> Parameter:
        unfit = next((found for found in (type_error(self.type, value) for value in self.one_of) if found), None)
        if unfit:
            raise ValueError(f"a value of `one_of` {unfit} – {type_remedy(self.type)}")
        wrong = self.error(self.default) if not self.required and self.default is not None else None
        if wrong:
            raise ValueError(f"the default {wrong}")
        return self


class Variables(Settings):
    """Mixin: `variables`, each named by the path that templates use (`customer.first_name`)."""

    variables: dict[str, Variable] = Field(default_factory=dict)

    @field_validator("variables")
    @classmethod
    def _paths(cls, variables: dict[str, Variable]) -> dict[str, Variable]:
        for path in variables:
            if not re.match(r"[a-z_]\w*(\.\w+)+\Z", path):
                raise ValueError(f"'{path}' is no merge variable – write the path that templates use, like customer.first_name")
        return variables
