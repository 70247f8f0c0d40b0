"""The 20 groups of cases that an inliner must hold: as text, and as every element's computed style in Chromium before and after, at three widths."""

import re
from pathlib import Path

import pytest
import yaml

from mailweave.pipeline import inlining_of
from mailweave_plugins.stages.css_inline_inliner import CssInline
from mailweave_plugins.stages.premailer_inliner import Premailer

GROUPS = yaml.safe_load((Path(__file__).parent / "inlining.yaml").read_text())
CASES = [(group, case) for group, cases in GROUPS.items() for case in cases]
INLINERS = {"premailer": Premailer(), "css-inline": CssInline()}
WIDTHS = (375, 600, 1280)
GMAIL_CLIPS = 102_000

STYLES = """() => [document.body, ...document.body.querySelectorAll("*")].slice(0, 60).flatMap(element => ["", "::before", "::after"].map(part => {
    const style = getComputedStyle(element, part || null);
    const values = () => Array.from(style, name => name + ":" + style.getPropertyValue(name)).join(";");
    return part && ["none", "normal"].includes(style.content) ? "" : element.tagName + part + " " + values();
})).filter(Boolean)"""

BODY = """
<div class="outer" id="one"><h1 class="title" title="a,b">Title</h1>
<p class="lead wide">Text with <a href="https://x.example/?a=1&amp;b=2" class="link">a link</a> and <b>bold</b>.</p>
<p class="wide" style="margin: 3px; color: navy">More <span class="hidden">hidden</span></p>
<table class="t"><tr><td class="c">1</td><td class="c last">2</td></tr></table><p>Last</p></div>
"""
TABLE = "<table>" + ("<tr>" + '<td class="a">cell</td>' * 20 + "</tr>") * 30 + "</table>"
STYLE = re.compile(r"""\s*\bstyle(?:="[^"]*"|='[^']*'|=[^\s>]*)?(?=[\s/>])""")


def document(case):
    if "html" in case:
        return case["html"]
    body = case.get("body", BODY).replace("table 20 x 30", TABLE)
    return f"<!doctype html><html><head><style>{case['css']}</style></head><body>{body}</body></html>"


def inline(html):
    return INLINERS[inlining_of(INLINERS, "premailer", html).name].inline(html)


def names(found):
    return [f"{group.split()[0]}.{list(GROUPS[group]).index(case) + 1}" for group, case in found]


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


def styles(page, html):
    page.set_content(html, wait_until="domcontentloaded")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found.append(page.evaluate(STYLES))
    return found


def test_there_are_cases_for_each_group():
    assert [group.split()[0] for group in GROUPS] == [str(number) for number in range(1, 21)]
    assert len(CASES) >= 110


@pytest.mark.parametrize(("group", "case"), CASES, ids=names(CASES))
def test_as_text(group, case):
    before = document(case)
    after = inline(before)
    assert [text for text in case.get("has", []) if text not in after] == []
    assert [text for text in case.get("lacks", []) if text in after] == []
    assert inlining_of(INLINERS, "premailer", before).name == case.get("by", "premailer")
    assert STYLE.sub("", after) == STYLE.sub("", before)
    assert inline(after) == after
    if "by" not in case:
        assert INLINERS["css-inline"].inline(before) == after
    assert len(after.encode()) < GMAIL_CLIPS


@pytest.mark.parametrize(("group", "case"), CASES, ids=names(CASES))
def test_as_computed_style(page, group, case):
    before = document(case)
    page.emulate_media(color_scheme="dark" if case.get("as") == "dark" else "light", media="screen")
    look = styles(page, before)
    assert all("display:" in style for at_width in look for style in at_width)
    assert styles(page, inline(before)) == look
    # Either library, whatever the choice: neither may change what is seen.
    other = INLINERS["premailer" if "by" in case else "css-inline"].inline(before)
    if other != inline(before):
        assert styles(page, other) == look
    if case.get("as") == "print":
        page.emulate_media(media="print")
        assert styles(page, inline(before)) == styles(page, before)
