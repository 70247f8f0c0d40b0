"""What every plugged-in component has in common: a name, typed settings and typed configuration."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from mailweave.registry import Registry


def _kinds(annotation: Any) -> set[Any]:
    """The types that an annotation allows, its unions opened."""
    if get_origin(annotation) in (Union, UnionType):
        return {kind for inner in get_args(annotation) for kind in _kinds(inner)}
    return _kinds(get_args(annotation)[0]) if get_origin(annotation) is Annotated else {annotation}


class Settings(BaseModel):
    """Base of every model that validates a part of a user's file: frozen, and a misspelt key is an error."""

    # Most commands use few of the models; each takes a millisecond to be made ready, so that waits for its first use.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Pydantic takes `true` for 1, which nobody means who writes it where a number stands."""
        if isinstance(value, bool) and info.field_name:
            wanted = _kinds(cls.model_fields[info.field_name].annotation)
            if bool not in wanted and wanted & {int, float}:
                raise PydanticCustomError("int_type" if int in wanted else "float_type", "no number")
        return value


class Given(Settings):
    """Base of settings in which a key with nothing behind it is an error: what it should hold nobody can tell."""

    @field_validator("*", mode="before")
    @classmethod
    def _given(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            key = (info.field_name or "").strip("_")
            raise ValueError(f"'{key}' is empty – write a value, or leave `{key}` out")
        return value


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("a blank text says nothing – write one, or leave it out")
    return text


def _needed(text: str) -> str:
    if not text.strip():
        raise ValueError("a blank text says nothing – write one")
    return text


# Text that isn't blank, where it may be left out and where it must be there.
Name = Annotated[str, AfterValidator(_filled)]
NeededName = Annotated[str, AfterValidator(_needed)]


class Plugged:
    """Base of rules, providers and connectors.

    `name` is what a user writes. `Settings` validates what stands under that name in a campaign; it may be any pydantic model, also a
    `RootModel` when the rule takes a plain value. `Config` validates `plugins: {<name>: …}` in mailweave.yaml.
    Validators may read `info.context["registry"]` (names of other components) and `info.context["config"]` (this component's `Config`).
    """

    name: ClassVar[str]
    Settings: ClassVar[type[BaseModel]] = Settings
    Config: ClassVar[type[BaseModel]] = Settings

    def __init__(self, config: Any, registry: Registry) -> None:
        self.config = config
        self.registry = registry

    @classmethod
    def summary(cls) -> str:
        """The first line of the docstring: what lists and the previewer show."""
        return (cls.__doc__ or "").strip().split("\n", 1)[0]
