"""A reader sees the same before and after inlining: every element's computed style, in Chromium, on a phone and on a wide screen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailweave_plugins.stages.css_inline_inliner import CssInline
from mailweave_plugins.stages.mrml_compiler import Mrml
from mailweave_plugins.stages.premailer_inliner import Premailer

STYLES = """() => [...document.body.querySelectorAll("*"), document.body].map(element => {
    const style = getComputedStyle(element);
    return [element.tagName, ...[...style].map(name => `${name}: ${style.getPropertyValue(name)}`)];
})"""

BODY = """
<div class="outer" id="one"><h1 class="title" title="a,b">Title</h1>
<p class="lead wide">Text with <a href="https://x.example/?a=1&amp;b=2" class="link">a link</a> and <b style="b">bold</b>.</p>
<p class="wide" style="margin: 3px; color: navy">More <span class="hidden">hidden</span></p>
<table class="t"><tr><td class="c">1</td><td class="c last">2</td></tr></table><p>Last</p></div>
"""

def page_of(css):
    return f"<!doctype html><html><head><style>{css}</style></head><body>{BODY}</body></html>"


MJML = """<mjml><mj-head><mj-attributes><mj-all font-family="Arial, sans-serif" /></mj-attributes>
<mj-style inline="inline">.card td { background: #eee } .note { color: teal }</mj-style>
<mj-style>.card a { color: red } @media (max-width: 480px) { .card { padding: 3px !important } }</mj-style></mj-head>
<mj-body><mj-section css-class="card"><mj-column width="30%"><mj-text css-class="note">a <a href="#">b</a></mj-text></mj-column>
<mj-column><mj-button href="https://x.example/">Go</mj-button><mj-divider /></mj-column></mj-section></mj-body></mjml>"""


@pytest.fixture(scope="module")
def styles(browser):
    """The computed styles of a document's elements at a width, with nothing fetched."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())

    def styles_of(html, width):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(html, wait_until="domcontentloaded")
        return page.evaluate(STYLES)

    yield styles_of
    page.close()


@pytest.mark.parametrize("width", [375, 700])
@pytest.mark.parametrize("inliner", [Premailer(), CssInline()], ids=lambda inliner: inliner.name)
def test_a_compiled_message_looks_the_same(styles, inliner, width):
    before = Mrml().compile(MJML)
    after = inliner.inline(before)
    assert after != before
    assert styles(after, width) == styles(before, width)


SELECTORS = st.sampled_from(["p", ".wide", "p.lead", "#one p", "div > p", "[class]", "p[class]", "*", "p:first-child", ":is(p)", ".wide:not(.lead)", "td", ".t td", "p:nth-child(2n+1)", ":where(#one) p", "h1 ~ p:not(:is(.lead, :last-child))", "td:empty + td"])
VALUES = {
    "margin": ["1px", "2px 4px"],
    "margin-top": ["3px", "5px"],
    "border": ["1px solid red", "2px dotted blue"],
    "border-color": ["green", "teal"],
    "border-top": ["4px solid navy", "none"],
    "font": ["12px/20px serif", "bold 15px serif"],
    "line-height": ["30px", "2"],
    "color": ["red", "blue", "nonsense"],
}
DECLARATIONS = st.sampled_from([(name, value) for name, values in VALUES.items() for value in values]).flatmap(
    lambda pair: st.sampled_from(["", "", " !important"]).map(lambda important: f"{pair[0]}:{pair[1]}{important}")
)
BLOCKS = st.lists(DECLARATIONS, min_size=1, max_size=3).map(";".join)
RULES = st.builds("{}{{{}}}".format, SELECTORS, BLOCKS)
SHEETS = st.lists(RULES | RULES.map("@media (max-width:480px){{{}}}".format), min_size=1, max_size=7).map("\n".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(css=SHEETS, own=BLOCKS)
def test_any_sheet_looks_the_same(styles, css, own):
    before = page_of(css).replace("margin: 3px; color: navy", own)
    look = styles(before, 375)
    assert [inliner.name for inliner in (Premailer(), CssInline()) if styles(inliner.inline(before), 375) != look] == []
