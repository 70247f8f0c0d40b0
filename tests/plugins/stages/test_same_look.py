"""A reader sees the same before and after inlining: every element's computed style, in Chromium, on a phone and on a wide screen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

CASES = {
    "elements, classes, ids": "p{color:red;margin:0 0 9px} .lead{color:green} #one{padding:7px}",
    "media query with important": ".wide{width:300px} @media (max-width:480px){.wide{width:100%!important}}",
    "media query without important": ".wide{width:300px} @media (max-width:480px){.wide{width:100%}}",
    "important against inline": "p{margin:20px!important;color:red}",
    "shorthand after longhand": "p{margin:0;margin-top:8px} .wide{margin:4px}",
    "longhand after shorthand": ".wide{margin-top:8px} p{margin:4px} p{padding-left:1px} .wide{padding:6px}",
    "attribute beats element": "a[href]{color:red} a{color:blue}",
    "child without spaces": ".t>tr>td{color:red} div>p{color:green} p{color:blue}",
    "later wins": "p{color:red} p{color:green}",
    "more specific wins": "div p.lead{color:red} .lead{color:green} p{color:blue}",
    "is and commas in brackets": ":is(h1,p){color:red} p{color:blue} h1[title='a,b']{color:green}",
    "not and nth-child": "p{color:red} p:not(.lead){color:green} td{padding:1px} td:nth-child(2){padding:9px}",
    "before and hover": "a{color:red} a:hover{color:green} p::before{content:'>'}",
    "modern colours and variables": "body{--ink:teal} p{color:var(--ink);background:rgb(0 0 0 / 50%)} .lead{width:calc(100% - 20px)}",
    "unknown properties": "p{mso-line-height-rule:exactly;color:red} .lead{color:nonsense}",
    "nested rules": "p{color:red; &.lead{color:green}} p{margin:1px}",
    "fonts with quotes and data": "p{font:italic 14px/20px 'A B',\"C\",serif;background:url(\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\")}",
    "supports and layers": "p{color:red} @supports (color:red){p{color:green}} @layer a{p{margin:2px}} p{margin:5px}",
    "star": "*{box-sizing:border-box} p{color:red}",
    "capital letters": "P{COLOR:RED} .Lead{color:blue} TD.c{Padding:2PX}",
    "hidden": ".hidden{display:none!important} span{display:inline}",
    "borders": "td{border:1px solid red} .last{border-left-color:blue} @media (max-width:480px){td{border-top:3px solid green}}",
}


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
@pytest.mark.parametrize("css", CASES.values(), ids=CASES)
def test_every_element_looks_the_same(styles, css, width):
    before = page_of(css)
    assert styles(Premailer().inline(before), width) == styles(before, width)


@pytest.mark.parametrize("width", [375, 700])
def test_a_compiled_message_looks_the_same(styles, width):
    before = Mrml().compile(MJML)
    after = Premailer().inline(before)
    assert after != before
    assert styles(after, width) == styles(before, width)


def test_the_cases_have_something_to_inline():
    untouched = [name for name, css in CASES.items() if Premailer().inline(page_of(css)) == page_of(css)]
    assert untouched == ["media query without important", "is and commas in brackets", "not and nth-child", "before and hover", "nested rules"]


SELECTORS = st.sampled_from(["p", ".wide", "p.lead", "#one p", "div > p", "[class]", "p[class]", "*", "p:first-child", ":is(p)", ".wide:not(.lead)", "td", ".t td"])
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(css=SHEETS, own=BLOCKS)
def test_any_sheet_looks_the_same(styles, css, own):
    before = page_of(css).replace("margin: 3px; color: navy", own)
    assert styles(Premailer().inline(before), 375) == styles(before, 375)
