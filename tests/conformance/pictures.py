"""Compares documents as pictures: taken by the previewer's camera on a phone's and a wide screen, with its fonts and without a network."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.case import NotRun
from mailweave.errors import MailweaveError
from mailweave.shot_settings import Tolerance
from mailweave_preview.browser import find_chromium
from mailweave_preview.shots.scene import ASSETS, Frame, Picture, Scene

if TYPE_CHECKING:
    from playwright.async_api import Route

    from mailweave_preview.shots.camera import Camera

_FRAMES: Final = (Frame("phone", 375, "light"), Frame("desktop", 700, "light"))
_HEAD: Final = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_RELATIVE_IN_CSS: Final = re.compile(r"""(\burl\(\s*(?:["']|&quot;|&#39;)?)(?=[\w.])(?![a-z][a-z0-9+.-]*:)""", re.IGNORECASE)
# A busy machine's Chromium draws a large photo in one of two qualities, also twice the same one, so a difference counts only when it stays.
_TAKES: Final = 4
_REMEDY: Final = "`.venv/bin/python -m mailweave_preview.browser --install` installs one; pictures need `pip install 'mailweave[shots]'`"


@dataclass(frozen=True)
class Pair:
    """Two documents that should look the same. Relative URLs in them are files of `folder`, a path below the checkout."""

    name: str
    before: str
    after: str
    folder: str = ""


def asset_base(folder: str) -> str:
    """Where relative URLs of a folder of the checkout lead while pictures are taken."""
    return f"{ASSETS}{folder}/" if folder else ASSETS


def need_browser() -> None:
    """Make sure that pictures can be taken.

    Raises:
        NotRun: there is no browser, or what takes pictures isn't installed.
    """
    try:
        find_chromium()
        import PIL  # noqa: F401
        import playwright  # noqa: F401
    except (MailweaveError, ImportError) as error:
        raise NotRun("no pictures can be taken here", _REMEDY) from error


def differences(pairs: Sequence[Pair], checkout: Path, build: Path) -> list[str]:
    """For each pair what differs, "" when nothing does. Pictures that differ are written to `build`, before and after."""
    return asyncio.run(_differences(pairs, checkout, build))


async def _differences(pairs: Sequence[Pair], checkout: Path, build: Path) -> list[str]:
    from mailweave_preview.shots.assets import Assets
    from mailweave_preview.shots.camera import camera

    class StandIns(Assets):
        """The checkout's files; for any other picture one of ours, so that it has a size."""

        async def answer(self, route: Route, blocked: list[str]) -> None:
            if self.file(route.request.url) is None and route.request.resource_type == "image":
                await route.fulfill(body=_stand_in(), content_type="image/png")
            else:
                await super().answer(route, blocked)

    async with camera(StandIns(checkout)) as opened:
        return list(await asyncio.gather(*(_difference(opened, pair, build) for pair in pairs)))


async def _difference(opened: Camera, pair: Pair, build: Path) -> str:
    for _ in range(_TAKES):
        before, after = [await opened.take(Scene(_based(html, pair.folder), _FRAMES)) for html in (pair.before, pair.after)]
        taken = list(zip(before, after, strict=True))
        if all(one.png == other.png for one, other in taken):
            return ""
    return "; ".join(filter(None, (_compared(pair, one, other, build) for one, other in taken)))


def _compared(pair: Pair, before: Picture, after: Picture, build: Path) -> str:
    from mailweave_preview.shots.compare import compare

    name = f"{pair.name.replace('/', '-')}-{before.frame.viewport}"
    comparison = compare(before.png, after.png, Tolerance())
    if comparison.same:
        return ""
    paths = _written(build, {f"{name}-before.png": before.png, f"{name}-after.png": after.png})
    (width, height), (new_width, new_height) = comparison.before_size, comparison.after_size
    size = "" if comparison.before_size == comparison.after_size else f", {width}×{height} became {new_width}×{new_height}"
    return f"{before.frame.viewport}: {comparison.differing + comparison.antialiased} pixels{size} ({' '.join(paths)})"


def _written(folder: Path, files: dict[str, bytes]) -> Iterable[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        yield str(folder / name)


def _based(html: str, folder: str) -> str:
    """A document whose relative URLs lead to a folder of the checkout.

    Those in CSS are written out: Chromium keeps a `style` attribute that it has parsed for another document of the same text, with that one's base.
    """
    html = _RELATIVE_IN_CSS.sub(lambda found: found[1] + asset_base(folder), html)
    base = f'<base href="{asset_base(folder)}">'
    head = _HEAD.search(html)
    return html[: head.end()] + base + html[head.end() :] if head else base + html


@cache
def _stand_in() -> bytes:
    """A chequered picture, so that a shift of a few pixels shows."""
    from PIL import Image

    image = Image.new("RGB", (600, 300), (51, 102, 170))
    light = Image.new("RGB", (20, 20), (136, 170, 221))
    for x in range(0, 600, 20):
        for y in range(0, 300, 20):
            if (x + y) // 20 % 2:
                image.paste(light, (x, y))
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
