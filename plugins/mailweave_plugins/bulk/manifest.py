"""What a run is: written once when it begins, the same for every worker and every later start."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from mailweave.readers import Part
from mailweave_plugins.bulk.durable import read_json, write_json

MANIFEST: Final = "manifest.json"
# Before ids have been compared; nothing is delivered by it.
DRAFT: Final = ".run/draft.json"


@dataclass(frozen=True)
class Manifest:
    """A run's settings. Paths are absolute; `at` is ISO; `inputs` has a hash of each input.

    `twice` are the rows whose id came before; `sample` is how many messages are compared with the reference.
    """

    run: str
    campaign: str
    at: str
    workspace: str
    base: str
    reader: str
    profiles: str
    path: str
    mapped: tuple[str, ...]
    limit: int | None
    deliverer: str
    target: str
    inputs: dict[str, str]
    parts: tuple[Part, ...] = ()
    twice: tuple[int, ...] = ()
    sample: int | None = None

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(part.rows for part in self.parts)

    def write(self, path: Path) -> None:
        """Write it, whole or not at all."""
        data = {**asdict(self), "parts": [[part.start, part.stop, part.line, part.row, part.rows] for part in self.parts]}
        write_json(path, data)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read what `write` wrote."""
        data: dict[str, Any] = read_json(path)
        parts = tuple(Part(*numbers) for numbers in data["parts"])
        return replace(cls(**data), parts=parts, mapped=tuple(data["mapped"]), twice=tuple(data["twice"]))


def part_name(index: int) -> str:
    """What a part's files are called, without suffix."""
    return f"part-{index:05d}"


def marker(folder: Path, index: int) -> Path:
    """The file that says a part is done."""
    return folder / "parts" / f"{part_name(index)}.json"
