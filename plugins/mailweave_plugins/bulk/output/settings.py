"""How a run writes its files: part of what it is."""

from __future__ import annotations

import base64
import json
from typing import Annotated

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from mailweave.deliverers import FileOptions
from mailweave_plugins.bulk.kept import STRICT
from mailweave_plugins.bulk.output.passed import Passed


def _base64(text: str) -> str:
    base64.b64decode(text, validate=True)
    return text


@dataclass(frozen=True, config=STRICT)
class Output:
    """The columns of the profiles to pass through as `--pass-through` has them, and the codec.

    `types` is the schema of these columns for Arrow, serialized and in base64; it is found out when a run begins, where its files have types.
    """

    passed: tuple[str, ...] = ()
    compression: str | None = None
    types: Annotated[str, AfterValidator(_base64)] = ""

    def settings(self) -> dict[str, str]:
        """What must stay as it is when the run goes on."""
        return {"--pass-through": json.dumps(self.passed), "--compression": str(self.compression)}

    @property
    def columns(self) -> list[Passed]:
        """The columns to pass through."""
        return [Passed.parse(text) for text in self.passed]

    @property
    def options(self) -> FileOptions:
        """The same, as deliverers take it."""
        return FileOptions(self.compression, tuple(column.name for column in self.columns), base64.b64decode(self.types))
