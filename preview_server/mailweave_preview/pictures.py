"""Pictures of two messages, and where they differ; taken with the browser that screenshots are taken with."""

from __future__ import annotations

import asyncio
import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailweave.errors import MailweaveError, Problem

# One browser at a time: a page asks for few pictures, a machine has few cores.
_ONE: Final = threading.Lock()


@dataclass(frozen=True)
class Shot:
    """A document to be taken, and the folder of its pictures. Relative URLs in it begin with `base`."""

    html: str
    assets: Path
    base: str


def asset_base() -> str:
    """What documents must have before the names of their pictures.

    Raises:
        MailweaveError: what pictures need isn't installed.
    """
    try:
        from mailweave_preview.shots.scene import ASSETS
    except ImportError as error:
        raise _missing() from error
    return ASSETS


def compare_pictures(left: Shot, right: Shot, width: int, scheme: str) -> dict[str, Any]:
    """The pictures of both as data URLs, that of their difference, their sizes, and boxes around what differs in the right one.

    Raises:
        MailweaveError: there is no browser, or a document can't be drawn.
    """
    try:
        from mailweave.shot_settings import Tolerance
        from mailweave_preview.shots.compare import compare
        from mailweave_preview.shots.drawing import difference
        from mailweave_preview.shots.png import decode, encode
        from mailweave_preview.shots.regions import regions
    except ImportError as error:
        raise _missing() from error
    # In a thread of its own: the one that answers the request may have an event loop already.
    with _ONE, ThreadPoolExecutor(1) as pool:
        before, after = pool.submit(lambda: asyncio.run(_take((left, right), width, scheme))).result()
    found = compare(before.png, after.png, Tolerance(), before.slots, after.slots)
    answer = {"left": _url(before.png), "right": _url(after.png), "width": width, "height": found.after_size[1], "leftHeight": found.before_size[1]}
    if found.mask is None or found.aligned is None:
        return {**answer, "boxes": [], "pixels": 0}
    drawn = difference(decode(after.png), found.mask, found.aligned.absent)
    boxes = [list(box) for box in regions(found.mask)]
    return {**answer, "boxes": boxes, "pixels": found.differing, "difference": _url(encode(drawn, small=False))}


async def _take(shots: tuple[Shot, Shot], width: int, scheme: str) -> list[Any]:
    from mailweave_preview.shots.assets import Assets
    from mailweave_preview.shots.camera import camera
    from mailweave_preview.shots.scene import Frame, Scene

    taken = []
    for shot in shots:
        async with camera(Assets(shot.assets, shot.base), 1) as made:
            taken += await made.take(Scene(shot.html, (Frame("compare", width, scheme),)))
    return taken


def _url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _missing() -> MailweaveError:
    return MailweaveError(Problem("pictures need more than is installed", "pip install 'mailweave[shots]'", code="no-shots"))
