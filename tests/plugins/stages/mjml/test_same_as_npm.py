"""Every document of ours, compiled by mrml with its mends, looks as npm's MJML makes it look: pixel for pixel, on a phone and on a wide screen.

What npm's MJML makes of them is recorded by `make references`; no Node is needed here. Pictures come from memory, and nothing from a network.
"""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy
import pytest
import yaml
from PIL import Image

from mailweave.includes import with_includes
from mailweave.markup import check_mjml, left_out
from mailweave.pieces import without
from mailweave.source import Source
from mailweave_plugins.stages.mrml_compiler import Mrml

HERE = Path(__file__).parent
DOCUMENTS = HERE / "documents"
RECORDED = {f"{file.stem}/{name}": html for file in sorted((HERE / "recorded").glob("*.json")) for name, html in json.loads(file.read_text()).items()}
LISTED = yaml.safe_load((HERE / "differences.yaml").read_text())
WIDTHS = (375, 700)


def source_of(name):
    path = DOCUMENTS / f"{name}.mjml"
    return with_includes(Source(path.name, path.read_text()), path, (DOCUMENTS,), str)


def compiled(name):
    """The document as `mailweave mjml` compiles it: without the text that is shown nowhere."""
    source = source_of(name)
    return Mrml().compile(without(source, left_out(source, source.text)).text)


def picture(width, height, colour, other):
    """A chequered PNG, so that a shift of a few pixels shows."""
    rows, columns = numpy.indices((height, width)) // 20
    pixels = numpy.where(((rows + columns) % 2)[..., None], other, colour).astype("uint8")
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


PICTURES = {"wide.png": picture(600, 300, (51, 102, 170), (136, 170, 221)), "small.png": picture(60, 60, (170, 51, 51), (221, 170, 170))}
URLS = {f"https://x.example/{name}": f"data:image/png;base64,{base64.b64encode(png).decode()}" for name, png in PICTURES.items()}



@pytest.fixture(scope="session")
def shoot(browser):
    """Takes a picture of the whole of a document at a width, as it is or with its accordions and menus opened."""
    context = browser.new_context(offline=True)
    pages = {}
    for width in WIDTHS:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        pages[width] = page, context.new_cdp_session(page)

    def shoot(html, width, opened=False):
        page, session = pages[width]
        page.set_content(with_pictures(html), wait_until="load")
        if opened:
            page.evaluate("document.querySelectorAll('input[type=checkbox]').forEach(box => { box.checked = true })")
        across, down = page.evaluate("[document.documentElement.scrollWidth, Math.max(document.documentElement.scrollHeight, 1)]")
        clip = {"x": 0, "y": 0, "width": across, "height": down, "scale": 1}
        return session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True, "clip": clip})["data"]

    yield shoot
    context.close()


def with_pictures(html):
    for url, data in URLS.items():
        html = html.replace(url, data)
    return html


@pytest.mark.parametrize("name", RECORDED)
def test_looks_the_same(name, shoot):
    html = compiled(name)
    differing = [width for width in WIDTHS if shoot(html, width) != shoot(RECORDED[name], width)]
    if name in LISTED["differs"]:
        assert differing, "it looks the same now: take it out of differences.yaml"
    elif name not in LISTED["refused"]:
        assert not differing, f"another picture at {differing}"


@pytest.mark.parametrize("name", [name for name, html in RECORDED.items() if 'type="checkbox"' in html])
def test_looks_the_same_when_opened(name, shoot):
    html = compiled(name)
    assert [width for width in WIDTHS if shoot(html, width, opened=True) != shoot(RECORDED[name], width, opened=True)] == []


@pytest.mark.parametrize("name", RECORDED)
def test_our_check_takes_what_npm_takes(name):
    source = source_of(name)
    problems = [problem for problem in check_mjml(source, source.text, "layout") if problem.code != "image-alt"]
    errors = [problem.what for problem in problems if problem.level == "error"]
    assert errors == ([LISTED["refused"][name]] if name in LISTED["refused"] else [])
    warned = [f"{problem.place.line}:{problem.place.column} {problem.what}" for problem in problems if problem.level == "warning"]
    assert warned == LISTED["warned"].get(name, [])
    assert all(problem.remedy for problem in problems)


def test_every_document_is_recorded():
    written = {path.relative_to(DOCUMENTS).with_suffix("").as_posix() for path in DOCUMENTS.glob("*/*.mjml")}
    assert written == RECORDED.keys()
    assert {*LISTED["differs"], *LISTED["refused"], *LISTED["warned"]} <= written
    assert len(written) >= 120
