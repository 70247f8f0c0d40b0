import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_inlines_the_stylesheets_that_say_so_and_no_others():
    html = Mrml().compile(page("<mj-text><p>x</p><b>y</b></mj-text>", '<mj-style inline="inline">p{color:red}</mj-style><mj-style>b{color:red}</mj-style>'))
    assert '<p style="color:red">x</p><b>y</b>' in html
    assert "b{color:red}" in html
    assert INLINE_MARK not in html


def test_an_inlined_sheet_wins_over_one_that_stays():
    html = Mrml().compile(page("<mj-text><p>x</p></mj-text>", '<mj-style inline="inline">p{color:red}</mj-style><mj-style>p{color:blue}</mj-style>'))
    assert '<p style="color:red">x</p>' in html


@pytest.mark.parametrize(
    ("mjml", "message", "at"),
    [
        (page("<mj-text>never closed"), "`<mj-text>` is never closed", "<mj-text>"),
        (page('<mj-include path="x.mjml" />'), "`<mj-include>` can't stand in `<mj-column>`", "<mj-include"),
        (page("<div>x</div>"), "`<div>` can't stand in `<mj-column>`", "<div>"),
        (page("</mj-text>"), "`</mj-text>` doesn't close `<mj-column>`", "</mj-text>"),
        (page("", "<mj-attributes>text</mj-attributes>"), "text can't stand in `<mj-attributes>`", "text"),
        (page("", '<mj-html-attributes><mj-selector path="a["></mj-selector></mj-html-attributes>'), "'a[' is no CSS selector", "<mj-selector"),
        ("", "it has no `<mjml>` around it", ""),
        ("<p>Hi</p>", "the root is no `<mjml>`", "<p>"),
        ("<mjml></mjml>x", "text can't stand outside `<mjml>`", "x"),
    ],
)
def test_says_why_it_cannot_and_where(mjml, message, at):
    with pytest.raises(StageError, match=re.escape(message)) as raised:
        Mrml().compile(mjml)
    assert mjml[raised.value.offset :].startswith(at)


@pytest.mark.parametrize("before", ["", "<mj-text>é😀 <b>a long content, longer than its token</b></mj-text>", "<mj-text>é</mj-text>" * 3])
def test_says_where_in_characters(before):
    mjml = page(f"{before}<mj-txt />x<mj-text>é</mj-text>")
    with pytest.raises(StageError) as raised:
        Mrml().compile(mjml)
    assert mjml[raised.value.offset :].startswith("<mj-txt")


@pytest.mark.parametrize(
    ("body", "head", "linked"),
    [
        ("<mj-text>x</mj-text>", "", ["Ubuntu"]),
        ('<mj-text font-family="Arial">x</mj-text>', "", []),
        ('<mj-text font-family="Lato, Arial">x</mj-text>', "", ["Lato"]),
        ('<mj-text font-family="Arial"><b style="font-family: Open Sans">x</b></mj-text>', "", ["Open+Sans"]),
        ('<mj-text font-family="Arial">x</mj-text>', '<mj-font name="Mine" href="https://fonts.example/mine.css" />', []),
        ('<mj-text font-family="Mine">x</mj-text>', '<mj-font name="Mine" href="https://fonts.example/mine.css" />', ["fonts.example/mine.css"]),
        ('<mj-text font-family="Lato">x</mj-text>', '<mj-font name="Lato" href="https://fonts.example/lato.css" />', ["fonts.example/lato.css"]),
        ('<mj-text font-family="Arial">x</mj-text>', '<mj-style inline="inline">p{font-family:Roboto}</mj-style>', ["Roboto"]),
    ],
)
def test_links_the_fonts_that_are_used_as_mjml_does(body, head, linked):
    links = re.findall(r'<link href="([^"]*)"', Mrml().compile(page(body, head)))
    assert len(links) == len(linked)
    assert all(name in link for name, link in zip(linked, links, strict=True))


@pytest.mark.parametrize("where", ["mj-body", "mj-wrapper", "mj-section", "mj-column", "mj-group"])
def test_text_between_components_arrives_where_it_stands(where):
    inside = {
        "mj-body": "{}<mj-section></mj-section>{}",
        "mj-wrapper": "<mj-wrapper>{}<mj-section></mj-section>{}</mj-wrapper>",
        "mj-section": "<mj-section>{}<mj-column></mj-column>{}</mj-section>",
        "mj-column": "<mj-section><mj-column>{}<mj-text>x</mj-text>{}</mj-column></mj-section>",
        "mj-group": "<mj-section><mj-group>{}<mj-column></mj-column>{}</mj-group></mj-section>",
    }
    html = Mrml().compile(f"<mjml><mj-body>{inside[where].format('placeholder-1-', 'placeholder-2-')}</mj-body></mjml>")
    outside = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    assert outside.index("placeholder-1-") < outside.index("placeholder-2-")


def test_two_carousels_and_menus_keep_apart():
    twice = '<mj-carousel><mj-carousel-image src="a" alt="" /></mj-carousel><mj-navbar hamburger="hamburger"><mj-navbar-link href="#">x</mj-navbar-link></mj-navbar>' * 2
    ids = re.findall(r' id="([^"]*)"', Mrml().compile(page(twice)))
    assert len(ids) == len(set(ids)) == 4


def test_no_trace_of_the_mends_is_left():
    body = '<mj-image src="a" alt="" css-class="one two" /><mj-carousel><mj-carousel-image src="a" alt="" /></mj-carousel>'
    html = Mrml().compile(page(body))
    assert "mailweave" not in html
    assert 'class="one two"' in html


ODD = st.text(alphabet=string.ascii_letters + string.digits + " .:/?#[]{}%=-_;,()\\|*&'<>é😀", max_size=30)


@given(ODD, ODD)
def test_values_and_texts_are_opaque(value, text):
    content = f"before {text.replace('<', '&lt;')} after"
    html = Mrml().compile(page(f'<mj-image src="{value}" href="{value}" alt="{value}" title="{value}" /><mj-text>{content}</mj-text>'))
    assert html.count(f'="{value}"') >= 4
    assert content in html


@pytest.mark.parametrize("char", ["\u200c", "\u200d", "\u0301", "\ufe0f", "\uff9e", "\\", "\u00ad", "\u2066", "\u00a0", "\u20ac", "\U000e0062", "\u0378"])
def test_attribute_values_come_out_as_they_went_in(char):
    """mrml writes some of them as `\\u{200c}`."""
    image = f'<mj-image src="a{char}.png" alt="x{char}y" href="h{char}" title="t{char}" />'
    html = Mrml().compile(f"<mjml><mj-body><mj-section><mj-column>{image}</mj-column></mj-section></mj-body></mjml>")

    assert [value in html for value in (f'"a{char}.png"', f'alt="x{char}y"', f'"h{char}"', f'"t{char}"')] == [True] * 4
    assert "\\u" not in html


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ('<mj-section full-width="true" gap="9px" border-radius="" background-url="">', "<mj-section>"),
        ('<mj-section full-width="">', "<mj-section>"),
    ],
)
def test_takes_no_more_from_an_odd_attribute_than_mjml_does(odd, plain):
    written = page("<mj-text>x</mj-text>")
    assert Mrml().compile(written.replace("<mj-section>", odd)) == Mrml().compile(written.replace("<mj-section>", plain))


@pytest.mark.parametrize("position", ["right", "behind", ""])
def test_an_icon_stands_behind_its_text_unless_it_is_to_stand_left(position):
    social = f'<mj-social><mj-social-element name="x" href="#" icon-position="{position}">words</mj-social-element></mj-social>'
    html = Mrml().compile(page(social))
    assert html.index(">words<") < html.index("<img")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ('The "best" shop', "The &quot;best&quot; shop"),
        ("a < b > c", "a &lt; b &gt; c"),
        ("a <b>c</b> <!-- d -->", "a &lt;b&gt;c&lt;/b&gt; &lt;!-- d --&gt;"),
        ("back\\slash, joi\u200cner, it's &amp; &quot;", "back\\slash, joi\u200cner, it's &amp; &quot;"),
    ],
)
def test_a_title_is_a_label_too(title: str, written: str) -> None:
    """MJML writes it into the title and, in quotes, as the body's label."""
    html = Mrml().compile(f"<mjml><mj-head><mj-title>{title}</mj-title></mj-head><mj-body></mj-body></mjml>")

    assert f"<title>{written}</title>" in html
    assert f'aria-label="{written}" aria-roledescription=' in html
