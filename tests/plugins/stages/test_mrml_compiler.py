import pytest

from mailweave.pipeline import INLINE_MARK, StageError
from mailweave_plugins.stages.mrml_compiler import Mrml


def page(body, head=""):
    return f"<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"


def test_compiles_to_a_document_with_doctype():
    html = Mrml().compile(page("<mj-text>Hello&nbsp;<br>you</mj-text>"))
    assert html.startswith("<!doctype html>")
    assert "Hello&nbsp;<br>you" in html


@pytest.mark.parametrize(
    "body",
    [
        "1 < 2 & 3 &nbsp;&copy;",
        "<ul><li>one<li>two</ul><p>three",
        "a<br>b<img src=x alt=''>",
        "<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
        "<![if !mso]>x<![endif]>",
        "mailweave-content-0-0- and \\1",
        "é😀 <b>x</b>",
    ],
)
@pytest.mark.parametrize("element", ["mj-text", "mj-raw", "mj-table", "mj-button"])
def test_html_arrives_as_it_was_written(element, body):
    assert body in Mrml().compile(page(f"<{element}>{body}</{element}>"))


def test_empty_elements_stay_empty():
    assert "mailweave-content" not in Mrml().compile(page("<mj-text></mj-text><mj-raw> </mj-raw><mj-raw/><mj-text>x</mj-text>"))


@pytest.mark.parametrize("css", ["a > b { color: red }", "p::before { content: '<' }", "a { background: url(x?a=1&b=2) }"])
def test_stylesheets_arrive_as_they_were_written(css):
    assert css in Mrml().compile(page("<mj-text>x</mj-text>", f"<mj-style>{css}</mj-style>"))


def test_marks_stylesheets_that_are_for_the_inliner():
    html = Mrml().compile(page("<mj-text>x</mj-text>", '<mj-style inline="inline">p{color:red}</mj-style><mj-style>b{color:red}</mj-style>'))
    assert f"{INLINE_MARK}p{{color:red}}" in html
    assert f"{INLINE_MARK}b" not in html


@pytest.mark.parametrize(
    ("mjml", "message"),
    [
        (page("<mj-text>never closed"), "this MJML can't be compiled"),
        (page('<mj-include path="x.mjml" />'), "mj-include isn't supported here"),
        ("", "this MJML can't be compiled"),
        ("<p>Hi</p>", "this MJML can't be compiled"),
    ],
)
def test_says_why_it_cannot(mjml, message):
    with pytest.raises(StageError, match=message):
        Mrml().compile(mjml)


@pytest.mark.parametrize("before", ["", "<mj-text>é😀 <b>a long content, longer than its token</b></mj-text>", "<mj-text>é</mj-text>" * 3])
def test_says_where_in_characters(before):
    mjml = page(f"{before}<![CDATA[x]]><mj-text>é</mj-text>")
    with pytest.raises(StageError) as raised:
        Mrml().compile(mjml)
    assert mjml[raised.value.offset :].startswith("<![CDATA[")


def test_only_the_fonts_that_a_message_names_are_linked():
    font = '<mj-font name="Lato" href="https://fonts.example/lato.css" />'
    assert "//fonts" not in Mrml().compile(page("<mj-text>x</mj-text>", font))
    assert "//fonts.example" in Mrml().compile(page('<mj-text font-family="Lato">x</mj-text>', font))
