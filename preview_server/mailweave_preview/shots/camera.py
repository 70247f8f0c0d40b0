"""Take pictures of documents in a browser: one browser, several pages at once, the same bytes every time."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mailweave.errors import MailweaveError, Problem
from mailweave_preview.browser import find_chromium, launch_arguments
from mailweave_preview.shots import fonts
from mailweave_preview.shots.assets import Assets
from mailweave_preview.shots.masks import paint
from mailweave_preview.shots.page_facts import FACTS, SETTLE, question, slot_boxes
from mailweave_preview.shots.scene import Frame, Picture, Scene

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Page

# A window's height, for what a message measures in `vh`; the picture is as high as the message.
_HEIGHT: Final = 800
# Seconds between takes until two neighbours are the same.
_WAITS: Final = (0.0, 0.1, 0.25, 0.5, 1.0)
_TALLEST: Final = 30_000
_CONTEXT: Final[dict[str, Any]] = {
    "java_script_enabled": False,
    "device_scale_factor": 1,
    "locale": "en-US",
    "timezone_id": "UTC",
    "reduced_motion": "reduce",
    "service_workers": "block",
    "accept_downloads": False,
}


@dataclass
class _Sheet:
    """A page that is ready for the next scene."""

    page: Page
    session: CDPSession
    blocked: list[str] = field(default_factory=list)


class Camera:
    """An open browser with some pages. `version` is the browser's, like "Chromium 156.0.8078.79"."""

    def __init__(self, browser: Browser, assets: Assets, jobs: int) -> None:
        self.version = f"Chromium {browser.version}"
        self.assets = assets
        self._browser = browser
        self._jobs = jobs
        self._free: asyncio.Queue[_Sheet] = asyncio.Queue()

    async def open(self) -> None:
        """Open the pages."""
        for _ in range(self._jobs):
            self._free.put_nowait(await self._sheet())

    async def take(self, scene: Scene) -> list[Picture]:
        """A picture for each of the scene's frames.

        Raises:
            MailweaveError: the page can't be drawn.
        """
        sheet = await self._free.get()
        try:
            return await self._take(sheet, scene)
        except Exception as error:
            # The next scene gets a page that nothing went wrong on.
            replaced, sheet = sheet, await self._sheet()
            await replaced.page.close()
            if isinstance(error, MailweaveError):
                raise
            what = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise MailweaveError(Problem(f"the picture can't be taken: {what}", "", code="camera")) from error
        finally:
            self._free.put_nowait(sheet)

    async def _sheet(self) -> _Sheet:
        context: BrowserContext = await self._browser.new_context(**_CONTEXT, viewport={"width": 600, "height": _HEIGHT})
        page = await context.new_page()
        sheet = _Sheet(page, await context.new_cdp_session(page))
        await context.route("**/*", lambda route: self.assets.answer(route, sheet.blocked))
        return sheet

    async def _take(self, sheet: _Sheet, scene: Scene) -> list[Picture]:
        sheet.blocked.clear()
        # One load serves all frames: without scripts a document depends on the window's size and scheme alone.
        await sheet.page.set_content(scene.html, wait_until="load")
        pictures = []
        scheme = ""
        for frame in sorted(scene.frames, key=lambda frame: (frame.scheme, frame.width)):
            if frame.scheme != scheme:
                scheme = frame.scheme
                await sheet.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            await sheet.page.set_viewport_size({"width": frame.width, "height": _HEIGHT})
            pictures.append(await self._frame(sheet, scene, frame))
        return pictures

    async def _frame(self, sheet: _Sheet, scene: Scene, frame: Frame) -> Picture:
        await sheet.page.evaluate(SETTLE)
        facts = await sheet.page.evaluate(FACTS, question(scene.masks))
        height = min(facts["height"], _TALLEST)
        png, raw, before = await _stable(sheet.session, frame.width, height, (scene.expected or {}).get(frame.name))
        return Picture(
            frame=frame,
            png=paint(png, scene.masks, facts["masks"]),
            raw=raw,
            slots=slot_boxes(facts["slots"], frame.width, height),
            blocked=tuple(dict.fromkeys(sheet.blocked)),
            broken=tuple(self.assets.name(url) for url in dict.fromkeys(facts["broken"])),
            masked=tuple(len(boxes) for boxes in facts["masks"]),
            overflow=facts["overflow"],
            before=before,
        )


async def _stable(session: CDPSession, width: int, height: int, expected: str | None) -> tuple[bytes, str, bytes | None]:
    """A picture that is as expected, or the same twice; else the last one, and the one before it that looked different."""
    last = await _shoot(session, width, height)
    if _hash(last) == expected:
        return last, _hash(last), None
    before = None
    for wait in _WAITS:
        await asyncio.sleep(wait)
        before, last = last, await _shoot(session, width, height)
        if before == last:
            return last, _hash(last), None
    return last, _hash(last), before


async def _shoot(session: CDPSession, width: int, height: int) -> bytes:
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    wanted = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True, "clip": clip}
    return base64.b64decode((await session.send("Page.captureScreenshot", wanted))["data"])


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:20]


@asynccontextmanager
async def camera(assets: Assets, jobs: int = 2) -> AsyncIterator[Camera]:
    """A browser for the time of a `with`, with our fonts and without a network.

    Raises:
        MailweaveError: there is no browser, Playwright isn't installed, or the browser doesn't start.
    """
    chromium = find_chromium()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mailweave-fonts-", ignore_cleanup_errors=True))
        running = await stack.enter_async_context(_playwright())
        environment = {**os.environ, **fonts.write_config(Path(folder))}
        try:
            browser = await running.chromium.launch(executable_path=str(chromium), args=launch_arguments(), env=environment)
        except Exception as error:
            what = f"{chromium} doesn't start: {str(error).splitlines()[0]}"
            raise MailweaveError(Problem(what, "set MAILWEAVE_CHROMIUM to a browser that does", code="no-browser")) from error
        stack.push_async_callback(browser.close)
        made = Camera(browser, assets, jobs)
        await made.open()
        yield made


def _playwright() -> Any:
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        remedy = "pip install 'mailweave[shots]'"
        raise MailweaveError(Problem("taking pictures needs Playwright", remedy, code="no-playwright")) from error
    return async_playwright()


async def take_all(made: Camera, scenes: Sequence[Scene]) -> list[list[Picture]]:
    """The pictures of several scenes, taken at once, in the order given."""
    return await asyncio.gather(*(made.take(scene) for scene in scenes))
