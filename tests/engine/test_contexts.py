"""Where values stand in markup, and where none may."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from mailweave.contexts import Context, Piece, find_contexts
from mailweave.errors import MailweaveError
from mailweave.languages import Escaping
from mailweave.source import Source

_TAG = re.compile(r"(\{\{.*?\}\})|\{%\s*(\w+).*?%\}", re.S)
_LOOPS = ("for",)


def pieces_of(text: str) -> list[Piece]:
    """A tiny template language: `{{ }}` puts out; if, for, else, end do what they say; any other tag puts out nothing."""
    pieces, at = [], 0
    for tag in _TAG.finditer(text):
        pieces.append(Piece("text", at, tag.start()))
        word, at = tag[2], tag.end()
        span = (tag.start(), tag.end())
        if tag[1]:
            pieces.append(Piece("output", *span))
        elif word in ("if", "for"):
            pieces.append(Piece("open", *span, loop=word in _LOOPS, block=word))
        elif word in ("else", "elsif"):
            pieces.append(Piece("middle", *span, total=word == "else"))
        else:
            pieces.append(Piece("close" if word == "end" else "other", *span))
    return [*pieces, Piece("text", at, len(text))]


def names(text: str, escaping: Escaping = "markup") -> str:
    contexts = find_contexts(Source("t", text), pieces_of(text), escaping)
    return " ".join(context.name for _, context in sorted(contexts.items()))


CASES = {
    # Text
    "{{a}}": "TEXT",
    "<p>{{a}}</p>": "TEXT",
    "<p>a < {{a}}</p>": "TEXT",
    "<p>1<2 {{a}}</p>": "TEXT",
    "<br/>{{a}}": "TEXT",
    "<mj-spacer/>{{a}}": "TEXT",
    "<mj-text>{{a}}</mj-text><mj-raw>{{b}}</mj-raw>": "TEXT TEXT",
    "<!DOCTYPE html>{{a}}": "TEXT",
    "<p title='>'>{{a}}": "TEXT",
    "<p title=x>{{a}}": "TEXT",
    "<input disabled>{{a}}": "TEXT",
    "<p\n  class = 'x'\n>{{a}}": "TEXT",
    # Attributes
    '<p title="{{a}}">': "ATTRIBUTE",
    "<p title='{{a}}'>": "ATTRIBUTE",
    '<p title="a {{a}} b {{b}}">{{c}}': "ATTRIBUTE ATTRIBUTE TEXT",
    '<p title = "{{a}}">': "ATTRIBUTE",
    '<P TITLE="{{a}}">': "ATTRIBUTE",
    '<p disabled title="{{a}}">': "ATTRIBUTE",
    '<img alt="{{a}}" />{{b}}': "ATTRIBUTE TEXT",
    '<mj-text css-class="{{a}}">': "ATTRIBUTE",
    '<mj-button rel="{{a}}">': "ATTRIBUTE",
    # URLs
    '<a href="{{a}}">': "URL_START",
    '<a href=" {{a}}">': "URL_START",
    '<a href="{{a}}/{{b}}?c={{c}}&d={{d}}#{{e}}">': "URL_START URL_PART URL_QUERY URL_QUERY URL_QUERY",
    '<a href="https://x.example/{{a}}">': "URL_PART",
    '<a href="https://x.example/?a={{a}}">': "URL_QUERY",
    '<a href="#{{a}}">': "URL_QUERY",
    '<a href="{{a}}{{b}}">': "URL_START URL_PART",
    '<a href="mailto:{{a}}?subject={{b}}">': "URL_PART URL_QUERY",
    '<A HREF="{{a}}">': "URL_START",
    '<img src="{{a}}">': "URL_START",
    '<td background="{{a}}">': "URL_START",
    '<form action="{{a}}">': "URL_START",
    '<mj-section background-url="{{a}}">': "URL_START",
    '<mj-carousel-image thumbnails-src="{{a}}">': "URL_START",
    '<mj-navbar base-url="{{a}}">': "URL_START",
    '<v:image src="{{a}}" xlink:href="{{b}}">': "URL_START URL_START",
    '<img srcset="{{a}} 1x, {{b}} 2x">': "SRCSET_START SRCSET_START",
    '<img srcset="/x/{{a}} {{b}}x">': "SRCSET_PART SRCSET_SIZE",
    '<img srcset="{{a}}?w={{b}} 2x"><a ping="{{c}}">': "SRCSET_START SRCSET_PART URL_START",
    '<mj-image srcset="{{a}} {{b}}" sizes="{{c}}" />': "SRCSET_START SRCSET_SIZE ATTRIBUTE",
    # CSS
    '<p style="color: {{a}}">': "STYLE",
    "<style>p { color: {{a}} }</style>{{b}}": "STYLE TEXT",
    "<mj-style inline='inline'>p > a { color: {{a}} }</mj-style>{{b}}": "STYLE TEXT",
    "<mj-style/>{{a}}": "TEXT",
    '<mj-text color="{{a}}" font-size="{{b}}" padding="{{c}}" align="{{d}}">': "STYLE STYLE_TEXT STYLE_TEXT STYLE_TEXT",
    '<mj-button border-left="{{a}}" font-family="{{b}}" container-background-color="{{c}}">': "STYLE STYLE STYLE",
    '<td width="{{a}}">': "ATTRIBUTE",
    '<mj-section direction="{{a}}"><mj-navbar ico-padding="{{b}}"><mj-hero background-height="{{c}}"><mj-table table-layout="{{d}}">': "STYLE_TEXT STYLE_TEXT STYLE_TEXT STYLE_TEXT",
    """<p style="font-family: 'a {{a}}', {{b}}">""": "STYLE_TEXT STYLE",
    '<p style="font-family: &quot;a {{a}}&quot;, {{b}}">': "STYLE_TEXT STYLE",
    """<p style="background: url( '{{a}}' ) {{b}}; background: url({{c}}) {{d}}">""": "STYLE_TEXT STYLE STYLE_TEXT STYLE",
    "<style>/* it's */ p { font-family: \"it's {{a}}\", {{b}} }</style><p style='x'>{{c}}": "STYLE_TEXT STYLE TEXT",
    """<p style="content: '\\'{{a}}'; color: {{b}}">""": "STYLE_TEXT STYLE",
    '<meta name="x" content="{{a}}"><meta itemprop="y" content="{{b}}">': "ATTRIBUTE ATTRIBUTE",
    # Comments and raw text
    "<!-- {{a}} -->{{b}}": "COMMENT TEXT",
    "<!-->{{a}}": "TEXT",
    "<!-- a -- > {{a}} --!>{{b}}": "COMMENT TEXT",
    "<title>{{a}}</title>{{b}}": "RCDATA TEXT",
    "<title><p {{a}}</title>": "RCDATA",
    "<textarea>{{a}}</TEXTAREA >{{b}}": "RCDATA TEXT",
    "<script>x</script>{{a}}": "TEXT",
    # Outlook's conditional comments hold markup
    "<!--[if mso]><td>{{a}}</td><![endif]-->{{b}}": "COMMENT TEXT",
    '<!--[if (gte mso 9)|(IE)]><a href="{{a}}" title="{{b}}" style="color:{{c}}"><![endif]-->{{d}}': "URL_START ATTRIBUTE STYLE TEXT",
    "<!--[if !mso]><!-->{{a}}<!--<![endif]-->{{b}}": "TEXT TEXT",
    "<![if !mso]>{{a}}<![endif]>": "TEXT",
    "<!--[if mso]><style>{{a}}</style><td title='<![endif]-->{{b}}": "STYLE TEXT",
    # Branches
    "{% if a %}<p>{{a}}</p>{% else %}<b>{{b}}</b>{% end %}{{c}}": "TEXT TEXT TEXT",
    '<td{% if a %} class="{{a}}"{% end %}>{{b}}': "ATTRIBUTE TEXT",
    '<td class="x"{% if a %} title="{{a}}"{% end %} style="{{b}}">': "ATTRIBUTE STYLE",
    '<option {% if a %}selected{% else %}value="{{a}}"{% end %}>{{b}}': "ATTRIBUTE TEXT",
    '<{% if a %}td{% else %}th{% end %} title="{{a}}">': "ATTRIBUTE",
    '<a href="{% if a %}{{a}}{% else %}{{b}}{% end %}?c={{c}}">': "URL_START URL_START URL_QUERY",
    '<a href="{% if a %}/x{% elsif b %}/y{% else %}/z{% end %}/{{c}}">': "URL_PART",
    "{% for x in y %}<li>{{x}}</li>{% else %}{{a}}{% end %}": "TEXT TEXT",
    '<p class="{% for x in y %} {{x}}{% end %}">': "ATTRIBUTE",
    "{% set %}{{a}}{% end %}": "TEXT",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_contexts(text: str, expected: str) -> None:
    assert names(text) == expected


class Refused(NamedTuple):
    text: str
    column: int
    message: str


REFUSED = [
    Refused("<{{a}}>", 2, "a value can't be part of a tag's name – choose between whole tags with `if`"),
    Refused("<h{{a}}>", 3, "a value can't be part of a tag's name – choose between whole tags with `if`"),
    Refused("</{{a}}>", 3, "a value can't stand in a closing tag – choose between whole tags with `if`"),
    Refused("<p {{a}}>", 4, 'a value can\'t be an attribute – write the attribute out and put the value in its quotes: name="…"'),
    Refused("<p a {{a}}>", 6, 'a value can\'t be an attribute – write the attribute out and put the value in its quotes: name="…"'),
    Refused("<p data-{{a}}='1'>", 9, "a value can't be part of an attribute's name – choose between whole attributes with `if`"),
    Refused("<p title={{a}}>", 10, 'a value can\'t stand in an attribute without quotes – put quotes around it: name="…"'),
    Refused("<p title=x{{a}}>", 11, 'a value can\'t stand in an attribute without quotes – put quotes around it: name="…"'),
    Refused("<!DOCTYPE {{a}}>", 11, "a value can't stand in a declaration (`<!…>`) – move it out"),
    Refused("<script>{{a}}</script>", 9, "a value can't stand in a script – mail clients run none; remove the script"),
    Refused('<p onclick="{{a}}">', 13, "a value can't stand in an event attribute (`on…`) – mail clients run no scripts; remove the attribute"),
    Refused('<a href="javascript:{{a}}">', 21, "a value can't stand in a `javascript:` URL – use an https: URL"),
    Refused('<img src=" Data:image/png;base64,{{a}}">', 34, "a value can't stand in a `data:` URL – use an https: URL"),
    Refused("<style>/* {{a}} */</style>", 11, "a value can't stand in a comment of CSS – write it outside, or leave it out"),
    *(
        Refused(text, text.index("{{") + 1, "a value can't stand in an attribute that decides how the whole document is read – write the attribute out")
        for text in ('<iframe srcdoc="{{a}}">', '<base href="{{a}}">', '<param name="x" value="{{a}}">', '<script src="{{a}}">', '<meta http-equiv="{{a}}">')
    ),
    *(
        Refused(text, text.index("{{") + 1, "a value can't stand in the `content` of a `<meta>` that mail clients act on – write it out: there it could lead the reader elsewhere")
        for text in ('<meta http-equiv="refresh" content="0;url={{a}}">', '<META content="{{a}}" HTTP-EQUIV=refresh>')
    ),
    Refused("<p style='color:{{a}}'>", 17, 'a CSS value can\'t stand in single quotes – put the attribute in double quotes: style="…"'),
    Refused(
        '<p {% if a %}href{% end %}="{{a}}">',
        29,
        "it is unclear which attribute this value belongs to – put the attribute's name and value into the same branch",
    ),
    Refused(
        '<a href="{% if a %}/x{% else %}?x={% end %}{{a}}">',
        44,
        "this value may stand in different parts of the URL – let the branches before it end in the same part, or move it into each",
    ),
    Refused(
        "{% if a %}<p {% end %}{{a}}",
        1,
        "the branches of this `if` end in different places – let each branch close the same tags, quotes and comments; an `else` may be missing",
    ),
    Refused(
        '<p title="{% if a %}x"{% else %}y{% end %}>',
        11,
        "the branches of this `if` end in different places – let each branch close the same tags, quotes and comments; an `else` may be missing",
    ),
    Refused(
        "{% for x in y %}<p title='{% end %}",
        1,
        "the inside of this `for` ends in another place than it begins – close inside it every tag, quote and comment that it opens",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.text)
def test_places_for_no_value(case: Refused) -> None:
    with pytest.raises(MailweaveError) as caught:
        names(case.text)
    problem = caught.value.problems[0]
    assert (problem.sentence, problem.place and problem.place.column) == (case.message, case.column)


def test_all_problems_in_order() -> None:
    with pytest.raises(MailweaveError) as caught:
        names("<p {{a}}>\n{% if b %}<{% end %}\n<i {{c}}>")
    assert [str(problem.place) for problem in caught.value.problems] == ["t:1:4", "t:2:1", "t:3:4"]


def test_lines_have_one_context() -> None:
    assert names('<a href="{{a}}"> {{b}}', "text") == "LINE LINE"


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "{{a}}": "URL_START",
        "https://x.example/{{a}}/{{b}}?c={{c}}": "URL_PART URL_PART URL_QUERY",
        '{{a}}"{{b}}': "URL_START URL_PART",
        "{% if a %}{{a}}{% else %}/x{% end %}?y={{b}}": "URL_START URL_QUERY",
    }.items(),
)
def test_whole_urls(text: str, expected: str) -> None:
    assert names(text, "url") == expected


def test_every_context_is_covered() -> None:
    assert set(" ".join(CASES.values()).split()) == {context.name for context in Context} - {"LINE", "PLAIN"}
