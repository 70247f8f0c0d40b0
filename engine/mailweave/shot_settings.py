"""mailweave.yaml's `shots`: how pictures of messages are taken and compared."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from mailweave.plugged import Settings
from mailweave.times import date_remedy, read_iso

Set = Literal["profiles", "permutations", "pairs", "blocks", "weird"]
Scheme = Literal["light", "dark"]


class Tolerance(Settings):
    """How much may differ. Nothing by default: one browser draws the same message with the same pixels each time.

    `color` is pixelmatch's threshold (0 to 1; its own default is 0.1), `pixels` a count, `area` a share of the picture (0 to 1);
    with both, the smaller holds. `antialiased`: whether pixels that only look like anti-aliasing count too.
    """

    color: float = Field(default=0, ge=0, le=1)
    pixels: int | None = Field(default=None, ge=0)
    area: float | None = Field(default=None, ge=0, le=1)
    antialiased: bool = True

    def allowed(self, total: int) -> int:
        """How many of a picture's pixels may differ."""
        limits = [*([] if self.pixels is None else [self.pixels]), *([] if self.area is None else [int(self.area * total)])]
        return min(limits, default=0)


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        return read_iso(str(value))
    except ValueError:
        raise ValueError(f"'{value}' is no moment – {date_remedy(value, 'write it like 2026-11-23T10:00:00Z')}") from None


class ShotSettings(Settings):
    """What `mailweave shots` does when the command line says nothing else.

    `at` is the moment of the messages, `masks` are CSS selectors of what may look different each time, `keep` says which pictures are kept
    as files (patterns as for `--only`); of the others only a fingerprint is kept.
    """

    at: Annotated[datetime, BeforeValidator(_moment)] | None = None
    sets: tuple[Set, ...] = Field(default=("profiles",), min_length=1)
    schemes: tuple[Scheme, ...] = Field(default=("light", "dark"), min_length=1)
    masks: tuple[str, ...] = ()
    keep: tuple[str, ...] = ("*",)
    tolerance: Tolerance = Tolerance()

    @field_validator("at")
    @classmethod
    def _aware(cls, at: datetime | None) -> datetime | None:
        if at and at.tzinfo is None:
            raise ValueError("the moment has no offset – write it like 2026-11-23T10:00:00Z")
        return at
