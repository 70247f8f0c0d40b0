"""What every plugged-in component has in common: a name, typed settings and typed configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from mailweave.registry import Registry


class Settings(BaseModel):
    """Base of every model that validates a part of a user's file: frozen, and a misspelt key is an error."""

    # Most commands use few of the models; each takes a millisecond to be made ready, so that waits for its first use.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True, defer_build=True)


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
