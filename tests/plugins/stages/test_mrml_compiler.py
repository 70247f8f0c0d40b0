import pytest
from mailweave.pipeline import INLINE_MARK, StageError
from mailweave_plugins.stages.mrml_compiler import Mrml


def page(body, head=""):
    return f"<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"


def test_compiles_to_a_document_with_doctype():
    html = Mrml().compile(page("<mj-text>Hello&nbsp;<br>you</mj-text>"))
    assert html.startswith("<!doctype html>")
    assert "Hello&nbsp;<br />you" in html


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
        (page("<mj-text>a < b</mj-text>"), "this MJML can't be compiled"),
        (page('<mj-include path="x.mjml" />'), "mj-include isn't supported here"),
        ("", "this MJML can't be compiled"),
        ("<p>Hi</p>", "this MJML can't be compiled"),
    ],
)
def test_says_why_it_cannot(mjml, message):
    with pytest.raises(StageError, match=message):
        Mrml().compile(mjml)
