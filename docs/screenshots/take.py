"""Take the pictures of this folder: `python docs/screenshots/take.py [NAMES]`, all without names."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from mailweave.cli import run
from mailweave.engine import Engine
from mailweave_preview.browser import find_chromium, launch_arguments
from mailweave_preview.previewer import Options
from mailweave_preview.run_folders import id_of
from mailweave_preview.server import listening, serve_in_thread

HERE = Path(__file__).parent
STOREFRONT = HERE.parents[1] / "examples" / "storefront"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
SIZES = {1280: 800, 1600: 1000}
PAGES = {
    "start": "campaigns/",
    "workbench": "campaigns/spring_newsletter?profile=california&slot=greeting",
    "data": "campaigns/cart_reminder?profile=full-cart&tab=data&edit=%7B%22first_name%22%3A%22Zo%C3%AB%22%7D",
    "dark": "campaigns/win_back?profile=gold&w=phone,tablet&scheme=dark&fit=1&tab=text",
    "forced": "campaigns/spring_newsletter?profile=newcomer&slot=greeting&force=greeting%3A1",
    "problem": "campaigns/spring_newsletter?profile=california&edit=%7B%22email%22%3A%22nonsense%22%7D&tab=problems",
    "matrix": "matrix/spring_newsletter",
    "pictures": "matrix/spring_newsletter?columns=viewports",
    "permutations": "permutations/win_back",
    "compare": "compare/spring_newsletter?profile=california&profile2=newcomer",
    "differences": "compare/win_back?profile=gold&profile2=lapsed#looks",
    "blocks": "blocks/",
    "block": "blocks/product_grid?p.title=Loved%20this%20season",
    "weird": "blocks/greeting?weird=all&w=phone",
    "run": "runs/{run}",
    "plugins": "plugins/#rule-lifecycle",
    "error": "campaigns/sprng_newsletter?profile=gold",
}
# Every message in view, with its pictures.
LOADED = """() => [...document.querySelectorAll("iframe")].every(frame => frame.getBoundingClientRect().top > innerHeight
    || (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank"))"""


def main() -> None:
    """Every page at every size, light and dark."""
    folder = a_run(Path(mkdtemp(prefix="mailweave-runs-")) / "november")
    with listening(Engine(), STOREFRONT, Options(at=AT, smtp="localhost:1025", runs=(folder,)), 0) as running, sync_playwright() as playwright:
        serve_in_thread(running)
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=launch_arguments())
        looks = [(width, height, scheme) for width, height in SIZES.items() for scheme in ("light", "dark")]
        for width, height, scheme in looks:
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, base_url=running.url, color_scheme=scheme, reduced_motion="reduce")
            for name in sys.argv[1:] or PAGES:
                save(context.new_page(), PAGES[name].format(run=id_of(folder)), HERE / f"{name}-{width}-{scheme}.png")
            context.close()
        browser.close()
        running.server.shutdown()


def a_run(folder: Path) -> Path:
    """A bulk run that some profiles were too wrong for."""
    profiles = folder.with_name("customers.csv")
    wrong = {40: "lena.example.com", 77: "", 153: "two words@shop.example"}
    rows = [f"c{row},{wrong.get(row, f'c{row}@shop.example')},Name {row}" for row in range(400)]
    profiles.write_text("\n".join(["id,email,first_name", *rows]), encoding="utf-8")
    words = ["-w", str(STOREFRONT), "--profiles", str(profiles), "--to", str(folder), "--as", "eml", "--at", AT.isoformat()]
    run(["run", "win_back", *words, "--quiet"])
    return folder


def save(page: Page, path: str, file: Path) -> None:
    """One page, with few colours, so that the file stays small."""
    page.goto(path)
    page.wait_for_function("() => ![...document.querySelectorAll('.frame')].some(frame => frame.querySelector('iframe.next'))")
    page.wait_for_function("() => !document.body.textContent.includes('Looking the ')", timeout=120_000)
    page.wait_for_function("() => !document.querySelector('.card.waiting, .nearest .wait')", timeout=120_000)
    page.wait_for_timeout(1200)
    page.wait_for_function(LOADED, timeout=120_000)
    page.evaluate("location.hash && document.getElementById(location.hash.slice(1))?.scrollIntoView()")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)
    page.close()


if __name__ == "__main__":
    main()
