"""What a run is: written once when it begins, the same for every worker and every later start."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, TypeAdapter, ValidationInfo, field_validator
from pydantic.dataclasses import dataclass

from mailweave import MailweaveError, Problem
from mailweave.readers import Part
from mailweave_plugins.bulk.contents import Contents
from mailweave_plugins.bulk.kept import STRICT, read_kept, write_kept
from mailweave_plugins.bulk.output.settings import Output

MANIFEST: Final = "manifest.json"
# Before ids have been compared; nothing is delivered by it.
DRAFT: Final = ".run/draft.json"

_REMEDY: Final = "put back a copy of it, or begin another run in another folder"
_DRAFT_REMEDY: Final = "begin again with the same command"


def _moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a moment without an offset")
    return text


def _neighbours(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    row = 0
    for part in parts:
        if part.row != row or part.rows < 1 or not 0 <= part.start <= part.stop or part.line < 1:
            raise ValueError(f"the part of row {part.row} doesn't follow the one before it")
        row += part.rows
    return parts


@dataclass(frozen=True, config=STRICT)
class Approval:
    """That somebody must approve a sample of so many messages, by its ID (empty until it is written), and whether that was `given`."""

    size: Annotated[int, Field(ge=1)]
    id: str = ""
    given: bool = False


@dataclass(frozen=True, config=STRICT)
class Manifest:
    """A run's settings. Paths are absolute; `at` is ISO; `inputs` has a hash of each input.

    `copied` is what the file at `path` holds, where that is the run's own copy; `twice` are the rows whose id came before; `sample` is how
    many messages are compared with the reference; `suppressed` the checksum of the list of people who must not get a message; `duplicates` that of
    the rows whose address an earlier row has (empty: they weren't asked for, or aren't known yet); `output` how files are written.
    """

    run: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    campaign: str
    at: Annotated[str, AfterValidator(_moment)]
    workspace: str
    base: str
    reader: str
    profiles: str
    path: str
    mapped: tuple[str, ...]
    limit: Annotated[int, Field(ge=1)] | None
    deliverer: str
    target: str
    inputs: dict[str, str]
    parts: Annotated[tuple[Part, ...], AfterValidator(_neighbours)] = ()
    copied: Contents | None = None
    twice: tuple[int, ...] = ()
    sample: Annotated[int, Field(ge=0)] | None = None
    suppressed: Annotated[str, Field(pattern="^(?:[0-9a-f]{64})?$")] = ""
    duplicates: Annotated[str, Field(pattern="^(?:[0-9a-f]{64})?$")] = ""
    approval: Approval | None = None
    output: Output = Output()

    @field_validator("twice")
    @classmethod
    def _rows(cls, twice: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        total = sum(part.rows for part in info.data.get("parts", ()))
        if list(twice) != sorted({row for row in twice if 0 < row < total}):
            raise ValueError("rows that there aren't")
        return twice

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(part.rows for part in self.parts)

    def write(self, path: Path) -> None:
        """Write it, whole or not at all.

        Raises:
            MailweaveError: a name in it isn't UTF-8.
        """
        for name in (self.workspace, self.base, self.profiles, self.path, self.target, *self.mapped, *self.output.passed):
            if not name.isprintable() and any("\ud800" <= char <= "\udfff" for char in name):
                what = f"the name {name!a} isn't UTF-8 text, so a run can't keep it"
                raise MailweaveError(Problem(what, "rename the file or folder", code="not-text"))
        write_kept(path, {**asdict(self), "parts": [list(part) for part in self.parts]})

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read what `write` wrote.

        Raises:
            DamagedError: it isn't that any more.
        """
        return read_kept(path, _schema(), _REMEDY if path.name == MANIFEST else _DRAFT_REMEDY)


@cache
def _schema() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def part_name(index: int) -> str:
    """What a part's files are called, without suffix."""
    return f"part-{index:05d}"


def marker(folder: Path, index: int) -> Path:
    """The file that says a part is done."""
    return folder / "parts" / f"{part_name(index)}.json"
