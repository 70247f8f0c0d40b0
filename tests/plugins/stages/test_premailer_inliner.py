import re
import socket
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailweave.pipeline import INLINE_MARK
from mailweave_plugins.stages.css_inline_inliner import CssInline
from mailweave_plugins.stages.inlining import NUMBER
from mailweave_plugins.stages.premailer_inliner import Premailer


def inline(css, body, **parts):
    style = f"<style>{css}</style>"
    return Premailer().inline(f"{parts.get('doctype', '<!doctype html>')}<html><head>{style}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("css", "body", "wanted"),
    [
        ("p{color:red}", "<p>x</p>", '<p style="color:red">x</p>'),
        ("p{color:red}", '<p style="margin:0">x</p>', '<p style="color:red; margin:0">x</p>'),
        ("p{color:red}", '<p style="color:blue">x</p>', '<p style="color:blue">x</p>'),
        (".a{color:red} p{color:blue}", '<p class="a">x</p>', '<p style="color:red" class="a">x</p>'),
        ("p{font-family:\"A b\"}", "<p>x</p>", '<p style="font-family:&quot;A b&quot;">x</p>'),
        ("p{color:red!important}", "<p>x</p>", '<p style="color:red">x</p>'),
        ("a:hover{color:red}", "<a>x</a>", "<a>x</a>"),
        ("b{color:red}", '<b style="b">x</b>', '<b style="color:red; b">x</b>'),
        ("img{border:0}", "<img src=x>", "<img style=\"border:0\" src=x>"),
        ("img{border:0}", "<img src='x' />", "<img style=\"border:0\" src='x' />"),
        ("p{color:red}", "<P>x</P>", '<P style="color:red">x</P>'),
        ("p{x:y}", "<!-- <p>a</p> --><p>b</p>", '<!-- <p>a</p> --><p style="x:y">b</p>'),
    ],
)
def test_puts_rules_on_elements(css, body, wanted):
    assert f"<body>{wanted}</body>" in inline(css, body)


@pytest.mark.parametrize(
    "kept",
    [
        "&nbsp;&zwnj;&#847;&copy;&lt;&amp; 😀 مرحبا",
        '<a href="https://x.example/{{ url }}?a=1&b=2">x</a>',
        "{% if a > 1 %}*|NAME|*%X%",
        "<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
        "<!--[if !mso]><!--><b>x</b><!--<![endif]-->",
        "<![if !mso]><b>x</b><![endif]>",
        '<!--[if mso]><v:roundrect href="x" arcsize="10%"><w:anchorlock/></v:roundrect><![endif]-->',
        "<br/><br><img src=x>",
    ],
)
def test_all_else_stays_as_it_was(kept):
    assert f"<body>{kept}</body>" in inline("p{color:red}", kept)


@pytest.mark.parametrize(
    "css",
    [
        "@media only screen and (max-width:480px){p{color:red!important}}",
        "@font-face{font-family:x;src:url(x.woff)} @keyframes a{from{top:0}} @supports (x:y){p{a:b}}",
        "[data-ogsc] p{color:red} .ExternalClass{width:100%} u + .body p{a:b}",
        "a:hover{color:red} p::before{content:'x'}",
        "p{color:rgb(0 0 0 / 50%)} i{color:{{ brand }}}",
    ],
)
def test_stylesheets_are_kept_word_for_word(css):
    assert f"<style>{css}</style>" in inline(css, "<p>x</p>")


@pytest.mark.parametrize("doctype", ["<!doctype html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">', ""])
def test_the_doctype_is_kept(doctype):
    assert inline("p{color:red}", "<p>x</p>", doctype=doctype).startswith(f"{doctype}<html>")


def test_a_marked_stylesheet_is_inlined_and_taken_out():
    html = inline(f"{INLINE_MARK}p{{color:red}}", "<p>x</p>")
    assert '<p style="color:red">x</p>' in html
    assert "<style" not in html


def test_print_and_ignored_stylesheets_are_left_alone():
    html = Premailer().inline('<style media="print">p{color:red}</style><style data-premailer="ignore">p{color:blue}</style><p>x</p>')
    assert html.endswith("<p>x</p>")


def test_inlining_twice_changes_nothing():
    once = inline("p{color:red;margin:0 0 5px} .a{font:12px/1.5 Arial}", '<p class="a" style="padding:0px">x</p>')
    assert Premailer().inline(once) == once


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_):
        raise AssertionError("no network while inlining")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    link = '<link rel="stylesheet" href="https://x.example/a.css">'
    assert link in Premailer().inline(f"<html><head>{link}<style>@import url(https://x.example/b.css); p{{a:b}}</style></head><body><p>x</p></body></html>")


_BODIES = st.recursive(
    st.sampled_from(["x", '<p class="a">x</p>', '<img class="b" src="x">', '<a id="i" data-x="1">x</a>', "<table><tr><td class='a b'>x</td></tr></table>", "<li>x"]),
    lambda inner: st.builds(
        "<{0} class='{1}'>{2}</{0}>".format, st.sampled_from(["div", "p", "b", "ul", "td"]), st.sampled_from(["a", "b", "a b"]), st.lists(inner).map("".join)
    ),
    max_leaves=12,
)
_COMPOUNDS = st.sampled_from(["*", "p", "td", ".a", ".b", "#i", "[data-x]", "p.a", "td.a.b", "a#i[data-x]", "tbody", "body"])
_RULES = st.lists(st.lists(_COMPOUNDS, min_size=1, max_size=4).flatmap(lambda parts: st.sampled_from([" ", " > "]).map(lambda by: by.join(parts))), min_size=1)


# The first example imports premailer.
@settings(deadline=None)
@example("<b class='a'><p class='b'>x</p></b>", [".a *"])
@given(_BODIES, _RULES)
def test_premailer_and_css_inline_match_plain_rules_alike(body, selectors):
    """So a document looks the same, whichever takes it."""
    tags = count()
    numbered = re.sub(r"<(\w+)", lambda found: f'{found[0]} {NUMBER}="{next(tags)}"', f"<body>{body}</body>")
    html = f"<!doctype html><html>{numbered}</html>"
    css = "\n".join(f"{selector}[{NUMBER}]{{mark-{index}:0}}" for index, selector in enumerate(selectors))

    def marks(found):
        return sorted((int(number), sorted(re.findall(r"mark-\d+", style))) for number, style in found)

    assert marks(Premailer().marked(html, css)) == marks(CssInline().marked(html, css))
