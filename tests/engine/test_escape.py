"""Values made safe for their place."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from mailweave.contexts import Context, Piece, find_contexts
from mailweave.escape import escape
from mailweave.source import Source

CASES = [
    (Context.TEXT, "Tom & \"Jo\" <b>'x'", "Tom &amp; &quot;Jo&quot; &lt;b&gt;&#x27;x&#x27;"),
    (Context.TEXT, "a\x00b\x1bc\x7fd\ud800e\nf\tg", "abcde\nf\tg"),
    (Context.TEXT, "Zoë -- 日本語 😀", "Zoë -- 日本語 😀"),
    (Context.TEXT, "a\r\nb\rc", "a\nb\nc"),
    (Context.RCDATA, "</title>", "&lt;/title&gt;"),
    (Context.ATTRIBUTE, 'a"b--c', "a&quot;b-&#45;c"),
    (Context.COMMENT, "-->x", "&#45;&#45;&gt;x"),
    (Context.URL_START, "https://x.example/ä b?c=d&e=f#g", "https://x.example/%C3%A4%20b?c=d&amp;e=f#g"),
    (Context.URL_START, "https://müller.example/a", "https://müller.example/a"),
    (Context.URL_START, "/a%20b 100%", "/a%20b%20100%25"),
    (Context.URL_START, "//cdn.example/x", "//cdn.example/x"),
    (Context.URL_START, "mailto:a@b.example", "mailto:a@b.example"),
    (Context.URL_START, "tel:+1-503--1", "tel:+1-503-&#45;1"),
    (Context.URL_START, "12:30", "12:30"),
    (Context.URL_START, 'https://a"><b>/x', "https://a%22%3E%3Cb%3E/x"),
    (Context.URL_START, "  https://x.example\n", "https://x.example"),
    (Context.URL_PART, "a b/c?d#e:f&g", "a%20b/c%3Fd%23e%3Af%26g"),
    (Context.URL_PART, "jo+x@b.example", "jo+x@b.example"),
    (Context.URL_QUERY, "a b/c?d=e&f+g%", "a%20b%2Fc%3Fd%3De%26f%2Bg%25"),
    (Context.URL_START, "https://x.example/a'b(c),d;e", "https://x.example/a%27b%28c%29,d;e"),
    (Context.URL_START, "https://x.example');a:url(x/y", "https://x.example%27%29;a:url%28x/y"),
    (Context.SRCSET_START, "https://x.example/w_1,h_2/a.png,", "https://x.example/w_1%2Ch_2/a.png%2C"),
    (Context.SRCSET_PART, "a, b", "a%2C%20b"),
    (Context.SRCSET_SIZE, "1.5x", "1.5x"),
    (Context.STYLE_TEXT, "Open Sans", "Open Sans"),
    (Context.STYLE, "'a) b', rgb(calc(1 + 2), 3)", "'a) b', rgb(calc(1 + 2), 3)"),
    (Context.STYLE, "#1f6f54", "#1f6f54"),
    (Context.STYLE, "'Helvetica Neue', Arial", "'Helvetica Neue', Arial"),
    (Context.STYLE, "10px 1.5em 50% rgba(0, 0, 0, .5)", "10px 1.5em 50% rgba(0, 0, 0, .5)"),
    (Context.LINE, "a\r\nBcc: x\t\x00 y\u2028z", "a Bcc: x y z"),
    (Context.LINE, "a\u202eb", "ab"),
    (Context.LINE, "a \u2067אב\u2069 b", "a \u2067אב\u2069 b"),
    (Context.LINE, "a \u2067b", "a b"),
    (Context.LINE, "Tom & <Jo>", "Tom & <Jo>"),
]


@pytest.mark.parametrize(("context", "value", "expected"), CASES)
def test_escape(context: Context, value: str, expected: str) -> None:
    assert escape(value, context) == expected


URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:x",
    " javascript:x",
    "java\nscript:x",
    "\x01javascript:x",
    "java\x00script:x",
    "data:text/html,x",
    "vbscript:x",
    "file:///x",
]


@pytest.mark.parametrize("value", URLS)
def test_schemes_that_mail_may_not_link_to(value: str) -> None:
    with pytest.raises(ValueError, match="isn't a kind of URL that mail may link to – use https:"):
        escape(value, Context.URL_START)


def test_an_encoded_colon_makes_no_scheme() -> None:
    assert escape("javascript&#58;x", Context.URL_START) == "javascript&amp;#58;x"


@pytest.mark.parametrize("value", ["red;x", "url(x)", "expression (x)", "a\\b", "</style>", 'a"', "a{b}", "/* x", "--x", "//x", "red\n}", "red'", "a) b(", "rgb(1", "'a' ' b", "')'a'("])
def test_css_tricks(value: str) -> None:
    with pytest.raises(ValueError, match="can't be a CSS value here – use only letters"):
        escape(value, Context.STYLE)


@pytest.mark.parametrize("value", ["a'", "a)", "(", "x') no-repeat", '"', "\\", "a;b", "//x"])
def test_nothing_ends_a_text_in_css(value: str) -> None:
    with pytest.raises(ValueError, match="can't be a part of CSS here"):
        escape(value, Context.STYLE_TEXT)


@pytest.mark.parametrize("value", ["1x, https://evil.example 2x", "1x,", "x y", "1em"])
def test_nothing_but_a_size_behind_a_url(value: str) -> None:
    with pytest.raises(ValueError, match="use a width or a density"):
        escape(value, Context.SRCSET_SIZE)


def test_safe_markup_goes_verbatim_only_where_markup_may_stand() -> None:
    value = Markup('<b title="x">')
    assert {context.name for context in (Context.TEXT, Context.RCDATA, Context.COMMENT) if escape(value, context) == value} == {
        "TEXT",
        "RCDATA",
        "COMMENT",
    }
    assert escape(value, Context.ATTRIBUTE) == "&lt;b title=&quot;x&quot;&gt;"
    assert escape(Markup("a&b"), Context.LINE) == "a&b"


def test_urls_by_themselves_have_no_entities() -> None:
    assert escape("/a?b=c&d=--", Context.URL_START, "url") == "/a?b=c&d=--"


class Structure(HTMLParser):
    """What a parser makes of markup: tags and attribute names, and the one value."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[object] = []
        self.text = ""
        self.attributes: dict[str, str | None] = {}
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, [name for name, _ in attrs]))
        self.attributes.update(attrs)

    def handle_endtag(self, tag: str) -> None:
        self.shape.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.shape.append("comment")


TEMPLATES = {
    "text": "<p>@</p>",
    "double": '<p title="@">x</p>',
    "single": "<p title='@'>x</p>",
    "start": '<a href="@">x</a>',
    "part": '<a href="/x/@">x</a>',
    "query": '<a href="/x?y=@">x</a>',
    "comment": "<!-- @ --><p>x</p>",
    "tight": "<!--@--><p>x</p>",
    "title": "<title>@</title><p>x</p>",
    "style": '<p style="color: @">x</p>',
    "sheet": "<style>p { color: @ }</style><p>x</p>",
    "outlook": '<!--[if mso]><p title="@" id="-@">@</p><![endif]--><p>x</p>',
}
# Text at large, and text full of what markup is made of.
VALUES = st.text(max_size=40) | st.text(alphabet="<>/\"'&-!;:=() \n\0#javscriptdhonlek", max_size=40)


def fill(template: str, value: str) -> str:
    places = [index for index, char in enumerate(template) if char == "@"]
    pieces, at = [], 0
    for place in places:
        pieces += [Piece("text", at, place), Piece("output", place, place + 1)]
        at = place + 1
    contexts = find_contexts(Source("t", template), pieces)
    return "".join(escape(value, contexts[index]) if index in places else char for index, char in enumerate(template))


@pytest.mark.parametrize("name", TEMPLATES)
@given(value=VALUES)
def test_no_value_changes_the_structure(name: str, value: str) -> None:
    try:
        filled = fill(TEMPLATES[name], value)
    except ValueError as refused:
        assert name in ("start", "style", "sheet")
        assert " – " in str(refused)
        return
    assert Structure(filled).shape == Structure(TEMPLATES[name]).shape


@given(value=VALUES)
def test_values_come_back_whole(value: str) -> None:
    kept = "".join(
        char for char in value if char in "\n\t\r\x85" or (ord(char) >= 32 and not 0x7F <= ord(char) <= 0x9F and char not in "\ufffe\uffff")
    )
    kept = re.sub("\r\n?", "\n", kept)
    assert Structure(fill(TEMPLATES["text"], value)).text == kept
    assert Structure(fill(TEMPLATES["double"], value)).attributes["title"] == kept
    assert unquote(html.unescape(escape(value, Context.URL_QUERY))) == kept


@given(value=VALUES)
def test_lines_stay_lines(value: str) -> None:
    line = escape(value, Context.LINE)
    assert len(line.splitlines()) <= 1
    assert escape(line, Context.LINE) == line
