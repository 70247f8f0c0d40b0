"""What a camera is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailweave_preview.shots.regions import Box

# Where relative picture URLs lead while pictures are taken: to the workspace's assets and nowhere else.
ASSETS: Final = "http://workspace.assets/"


@dataclass(frozen=True)
class Frame:
    """A viewport (name and width in CSS pixels) and a colour scheme."""

    viewport: str
    width: int
    scheme: str

    @property
    def name(self) -> str:
        """Like "phone-light"."""
        return f"{self.viewport}-{self.scheme}"


@dataclass(frozen=True)
class Mask:
    """A region that may look different each time. `slot` None: anywhere, and it needn't be in every message."""

    selector: str
    slot: str | None = None
    block: str | None = None


@dataclass(frozen=True)
class Scene:
    """A finished document with its slots marked, to be taken in some frames."""

    html: str
    frames: tuple[Frame, ...]
    masks: tuple[Mask, ...] = ()
    # Frame → hash of the PNG file that is expected; a picture that has it needn't be taken twice.
    expected: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Picture:
    """One picture. `raw` is the hash of the file as the browser gave it, before masks were painted.

    `slots` are boxes by slot; `blocked` are URLs that were asked for and refused; `broken` are pictures that couldn't be shown;
    `masked` says how often each mask was found; `before` is an earlier take that looked different (the page isn't stable).
    """

    frame: Frame
    png: bytes
    raw: str
    slots: Mapping[str, Box]
    blocked: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    masked: tuple[int, ...] = ()
    overflow: int = 0
    before: bytes | None = None
