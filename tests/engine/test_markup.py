import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.markup import check_html, check_mjml, left_out
from mailweave.mjml_components import COMPONENTS
from mailweave.source import Source


def overlaid(text):
    """Liquid's tags overlaid as a template language does it: output by `x`, all else by blanks."""
    text = re.sub(r"\{\{.*?\}\}", lambda found: "x" * len(found[0]), text)
    return re.sub(r"\{%.*?%\}", lambda found: " " * len(found[0]), text)


def found(text, where="body"):
    """Each problem as `line:column code`, with a question mark behind a warning."""
    problems = check_mjml(Source("f.mjml", text), overlaid(text), where)
    return [f"{problem.place.line}:{problem.place.column} {problem.code}{'?' * (problem.level == 'warning')}" for problem in problems]


def column(inside):
    return f"<mj-section><mj-column>\n{inside}\n</mj-column></mj-section>"


IN_A_COLUMN = [
    ("<mj-txt>a</mj-txt>", "2:1 unknown-tag"),
    ("<mj-Text>a</mj-Text>", "2:1 unknown-tag"),
    ("<mjtext>a</mjtext>", "2:1 unknown-tag"),
    ('<mj-include path="a.mjml" />', "2:1 misplaced-tag"),
    ("<mw-slt />", "2:1 unknown-tag"),
    ("<div>a</div>", "2:1 misplaced-tag"),
    ('<img src="a" alt="" />', "2:1 misplaced-tag"),
    ("<mj-column></mj-column>", "2:1 misplaced-tag"),
    ("<mj-section></mj-section>", "2:1 misplaced-tag"),
    ('<mj-navbar-link href="#">a</mj-navbar-link>', "2:1 misplaced-tag"),
    ('<mj-social-element name="x" href="#">a</mj-social-element>', "2:1 misplaced-tag"),
    ("<mj-style>a{}</mj-style>", "2:1 misplaced-tag"),
    ("<mj-all />", "2:1 misplaced-tag"),
    ('<mw-slot name="a" />', "2:1 misplaced-tag"),
    ("<mw-slots />", "2:1 misplaced-tag"),
    ("<mj-text><mj-button>a</mj-button></mj-text>", "2:10 misplaced-tag"),
    ("stray", "2:1 misplaced-text?"),
    ("  stray <!-- not this -->", "2:3 misplaced-text?"),
    ("<mj-text>a</mj-text> stray", "2:22 misplaced-text?"),
    ("{% if a %}stray{% endif %}", "2:11 misplaced-text?"),
    ("stray {{ a }}", "2:1 misplaced-text"),
    ("<?php x ?><![CDATA[a]]><!doctype html>", "2:1 misplaced-declaration? 2:11 misplaced-declaration? 2:24 misplaced-declaration?"),
    ("<mj-raw><table></mj-raw><mj-raw></table></mj-raw>", "2:9 unclosed-tag? 2:33 unopened-tag?"),
    ("<mj-text></p></mj-text>", "2:10 unopened-tag?"),
    ("</br>", "2:1 unopened-tag?"),
    ("<mj-social>stray</mj-social>", "2:12 misplaced-text?"),
    ("<mj-text>a", "2:1 unclosed-tag"),
    ("<mj-text><b>a</mj-text>", "2:10 unclosed-tag?"),
    ("<mj-text><b><i>a</b></i></mj-text>", "2:13 unclosed-tag? 2:21 unopened-tag?"),
    ("</mj-text>", "2:1 unopened-tag"),
    ("<mj-text></br></mj-text>", "2:10 unopened-tag?"),
    ('<mj-image src="a" alt="">', "2:1 unclosed-tag"),
    ("<mj-text", "2:1 broken-tag"),
    ('<mj-text color="red>a</mj-text>', "2:1 broken-tag"),
    ("<mj-text>a</mj-text\n<mj-divider />", "2:11 broken-tag"),
    ('<mj-text colour="red">a</mj-text>', "2:10 unknown-attribute?"),
    ('<mj-text class="a">a</mj-text>', "2:10 unknown-attribute?"),
    ('<mj-text style="color:red">a</mj-text>', "2:10 unknown-attribute?"),
    ('<mj-text color="red" color="red">a</mj-text>', "2:22 duplicate-attribute?"),
    ('<mj-text><a href="a" href="b">a</a></mj-text>', "2:22 duplicate-attribute?"),
    ("<mj-text color>a</mj-text>", "2:10 bad-value?"),
    ('<mj-text color="#12">a</mj-text>', "2:17 bad-value?"),
    ('<mj-text color="grean">a</mj-text>', "2:17 bad-value?"),
    ('<mj-text padding="20">a</mj-text>', "2:19 bad-value?"),
    ('<mj-text padding="">a</mj-text>', "2:19 bad-value?"),
    ('<mj-text padding="1px 2px 3px 4px 5px">a</mj-text>', "2:19 bad-value?"),
    ('<mj-text padding="1em">a</mj-text>', "2:19 bad-value?"),
    ('<mj-text height="-1px">a</mj-text>', "2:18 bad-value?"),
    ('<mj-text align="middle">a</mj-text>', "2:17 bad-value?"),
    ('<mj-image src="a" alt="" width="100%" />', "2:33 bad-value?"),
    ('<mj-image src="a" />', "2:1 image-alt"),
    ('<mj-text><img src="a"></mj-text>', "2:10 image-alt"),
    ('<mj-carousel><mj-carousel-image src="a" /></mj-carousel>', "2:14 image-alt"),
    ('<mj-text\n  colour="red"\n  size="1">a</mj-text>', "3:3 unknown-attribute? 4:3 unknown-attribute?"),
]


@pytest.mark.parametrize(("inside", "wanted"), IN_A_COLUMN)
def test_says_what_is_wrong_in_a_column_and_where(inside, wanted):
    assert " ".join(found(column(inside))) == wanted


@pytest.mark.parametrize(
    ("text", "where", "wanted"),
    [
        ("<mj-text>a</mj-text>", "body", "1:1 misplaced-tag"),
        ("<mjml></mjml>", "body", "1:1 misplaced-tag"),
        ("<p>a</p>", "body", "1:1 misplaced-tag"),
        ("hello", "body", "1:1 misplaced-text?"),
        ("<mj-section></mj-section>", "head", "1:1 misplaced-tag"),
        ("p { color: red }", "head", "1:1 misplaced-text?"),
        ("<style>a{}</style>", "head", "1:1 misplaced-tag"),
        ('<mj-attributes><mj-text colour="red" /></mj-attributes>', "head", "1:25 unknown-attribute?"),
        ('<mj-attributes><mj-class name="a" colour="red" /></mj-attributes>', "head", "1:35 unknown-attribute?"),
        ("<mj-body></mj-body>", "layout", "1:1 misplaced-tag"),
        ("<mjml><mj-body><mw-slot /></mj-body></mjml>", "layout", "1:16 missing-attribute"),
        ('<mjml><mj-body><mw-slots name="a" /></mj-body></mjml>', "layout", "1:26 unknown-attribute"),
        ("<mjml><mj-head><mw-slots /></mj-head></mjml>", "layout", "1:1 missing-tag 1:16 misplaced-tag"),
        ("<mjml><mj-section></mj-section></mjml>", "layout", "1:1 missing-tag 1:7 misplaced-tag"),
        ('<mjml version="4"><mj-body></mj-body></mjml>', "layout", "1:7 unknown-attribute?"),
        ('<?xml version="1.0"?><mjml><mj-body></mj-body></mjml>', "layout", "1:1 misplaced-declaration?"),
        ("<mjml><mj-body></mj-body><mj-body></mj-body></mjml>", "layout", "1:26 misplaced-tag"),
        ('<mjml><mj-body><mj-section gutter="9px"></mj-section></mj-body></mjml>', "layout", "1:28 unknown-attribute"),
    ],
)
def test_says_what_is_wrong_in_each_kind_of_file(text, where, wanted):
    assert " ".join(found(text, where)) == wanted


@pytest.mark.parametrize(
    "inside",
    [
        '<mj-text css-class="a" mj-class="b" data-x="y">a</mj-text>',
        "<mj-text>1 < 2 &nbsp;<br>a<br/><ul><li>a<li>b</ul><p>c</mj-text>",
        "<mj-table><tr><td>1<td>2</mj-table>",
        '<mj-raw><div><!--[if mso]><table><![endif]--><img src="a" alt=""></div></mj-raw>',
        '<mj-image src="{{ a }}" alt="{{ b }}" width="{{ c }}px" padding="0 10px" />',
        '<mj-text line-height="1.4" letter-spacing="-1px" color="">a</mj-text>',
        '<mj-text {% if a %}color="red"{% else %}color="{{ b }}"{% endif %}>a</mj-text>',
        "{% for a in b %}<mj-text>{{ a }}</mj-text>{% endfor %}",
        "{{ a | safe }}",
        "{{ x }} {{ xx }}",
        "<!-- a note --><mj-spacer />",
    ],
)
def test_is_content_with_what_mjml_allows(inside):
    assert found(column(inside)) == []


def test_is_content_with_a_whole_layout():
    head = '<mj-attributes><mj-all padding="0" /><mj-text color="red" /><mj-image width="10px" /></mj-attributes><mj-style>a > b {}</mj-style>'
    body = '<mw-slot name="header" /><mj-wrapper><mw-slots /></mj-wrapper>'
    assert found(f'<mjml lang="en"><mj-head>{head}</mj-head><mj-body width="600px">{body}</mj-body></mjml>', "layout") == []


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("<mj-txt>a</mj-txt>", "`<mj-txt>` is no MJML tag – did you mean 'mj-text'?"),
        ("<mj-column></mj-column>", "`<mj-column>` can't stand in `<mj-column>` – put it in `<mj-group>` or `<mj-section>`"),
        ('<mj-text colour="red">a</mj-text>', "`<mj-text>` has no attribute `colour` – did you mean 'color'?"),
        ('<mj-text padding="20">a</mj-text>', "'20' is no value of `padding` in `<mj-text>` – write one to 4 numbers, each with a unit: px or %"),
        ('<mj-image src="a" />', '`<mj-image>` has no `alt` – add alt="…" with what the picture says, or alt="" when it is only decoration'),
    ],
)
def test_names_the_remedy(inside, sentence):
    (problem,) = check_mjml(Source("f.mjml", column(inside)), column(inside), "body")
    assert problem.sentence == sentence


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<mj-section>a b<mj-column>{% if x %}c{% endif %}<!-- d --> e</mj-column></mj-section>", "abce"),
        ("<mj-section>{{ a }}<mj-column>b {{ c }}</mj-column></mj-section>", ""),
        ("<mj-text>a</mj-text>", ""),
    ],
)
def test_text_that_is_shown_nowhere_is_left_out_without_the_tags_in_it(text, left):
    assert "".join(text[start:end] for start, end in left_out(Source("f.mjml", text), overlaid(text))) == left


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<p>a</p>", ""),
        ("<ul><li>a<li>b</ul><br><img src=a alt=''>", ""),
        ("<!--[if mso]><table><![endif]--><o:p/>", ""),
        ('<svg><path d="M0 0"/><g><circle r="3"/></g><foreignObject><p>x</p></foreignObject></svg>', ""),
        ("<svg><g></svg>", "unclosed-tag"),
        ("<svg><foreignObject><div/></foreignObject></svg>", "unclosed-tag"),
        ("<textarea><title>x</textarea><title>a <b c</title>", ""),
        ("<div>", "unclosed-tag"),
        ("<div/>", "unclosed-tag"),
        ("<table><tr><td><b></td></tr></table>", "unclosed-tag"),
        ("</div>", "unopened-tag"),
        ("<img src=a>", "image-alt"),
        ('<a href="x>b</a>', "broken-tag"),
    ],
)
def test_checks_plain_html(text, wanted):
    assert " ".join(problem.code for problem in check_html(Source("f.html", text), text)) == wanted


@given(st.text(alphabet="<>/!-=\"' \nabmj", max_size=80), st.sampled_from(["layout", "body", "head"]))
def test_any_text_can_be_checked(text, where):
    for problem in [*check_mjml(Source("f", text), text, where), *check_html(Source("f", text), text)]:
        assert 1 <= problem.place.line <= text.count("\n") + 1
        assert problem.remedy


def test_each_component_has_a_way_up_to_the_root():
    def reaches_root(name):
        return name == "mjml" or any(reaches_root(parent) for parent in COMPONENTS[name].parents if parent != name)

    assert [name for name in COMPONENTS if not reaches_root(name)] == []
