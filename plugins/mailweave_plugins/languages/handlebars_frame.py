"""What a Handlebars expression sees where it stands: the context and those around it, `@` values and block parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mailweave.facts import MISSING
from mailweave_plugins.languages.handlebars_ast import Path
from mailweave_plugins.languages.handlebars_values import child, same


@dataclass(frozen=True)
class Frame:
    """`contexts` and `data` (the `@` values) have the innermost first; `names` are the block parameters in view."""

    contexts: tuple[Any, ...]
    data: tuple[Mapping[str, Any], ...]
    names: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Mapping[str, Any]) -> Frame:
        """The outermost frame of a template."""
        return cls((root,), ({"root": root},))

    def called(self, context: Any, data: tuple[Mapping[str, Any], ...]) -> Frame:
        """What a partial sees that was declared in this frame and is called with a context and the caller's `@` values."""
        return replace(self.entered(context), data=data)

    @property
    def this(self) -> Any:
        """The context."""
        return self.contexts[0]

    def entered(self, context: Any, data: Mapping[str, Any] | None = None) -> Frame:
        """This frame with a context inside it, and `@` values of its own when `data` is given."""
        contexts = self.contexts if self.contexts and same(context, self.this) else (context, *self.contexts)
        return replace(self, contexts=contexts, data=self.data if data is None else ({**self.data[0], **data}, *self.data))

    def named(self, names: Sequence[str], values: Sequence[Any]) -> Frame:
        """This frame with block parameters; one without a value is missing."""
        if not names:
            return self
        missing = [MISSING] * len(names)
        return replace(self, names={**self.names, **dict(zip(names, (*values, *missing), strict=False))})

    def resolve(self, path: Path) -> Any:
        """The value that a path means here, or `MISSING`."""
        value, parts = self._begin(path)
        for part in parts:
            value = child(value, part)
        return value

    def _begin(self, path: Path) -> tuple[Any, tuple[str, ...]]:
        if path.head is not None and path.head in self.names:
            return self.names[path.head], path.parts[1:]
        around = self.data if path.data else self.contexts
        return (around[path.depth] if path.depth < len(around) else MISSING), path.parts
