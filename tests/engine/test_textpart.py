import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.textpart import text_of

CASES = {
    "paragraphs are apart": ("<p>One</p><p>Two</p>", "One\n\nTwo\n"),
    "divs are lines": ("<div>One</div><div>Two</div>", "One\nTwo\n"),
    "source line breaks are spaces": ("<p>One\n   two</p>", "One two\n"),
    "br breaks": ("<p>One<br>two<br/><br>three</p>", "One\ntwo\nthree\n"),
    "a link keeps its URL": ('<p>See <a href="https://a.example/x">this</a>.</p>', "See this (https://a.example/x).\n"),
    "a URL isn't said twice": ('<a href="https://a.example/">https://a.example</a>', "https://a.example\n"),
    "nor an address": ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example\n"),
    "a link on a picture": ('<a href="https://a.example/x"><img alt="Shop" src="x.png"></a>', "Shop (https://a.example/x)\n"),
    "a link on a picture without words says nothing": ('<a href="https://a.example/x"><img alt="" src="x.png"></a><p>Hi</p>', "Hi\n"),
    "an anchor is no link": ('<a href="#top">Up</a>', "Up\n"),
    "alternative text": ('<p>A <img alt="red" src="x.png"> mug</p>', "A red mug\n"),
    "spacers vanish": ('<img alt="" src="x.png"><p>Hi</p>', "Hi\n"),
    "headings": ("<h1>Title</h1>Text<h2>More</h2>", "Title\n\nText\n\nMore\n"),
    "bullets": ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two\n"),
    "numbers": ('<ol start="3"><li>One</li><li>Two</li></ol>', "3. One\n4. Two\n"),
    "a number that is none": ('<ol start="²"><li>One</li></ol>', "1. One\n"),
    "an XML declaration": ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html><html><body>é</body></html>', "é\n"),
    "lists in lists": ("<ul><li>One<ul><li>Two</li></ul></li></ul>", "- One\n\n  - Two\n"),
    "what follows a list isn't indented": ("<ul><li>One</li></ul><p>Two</p>", "- One\n\nTwo\n"),
    "layout tables flow": (
        '<table role="presentation"><tr><td>One</td></tr><tr><td><table role="presentation"><tr><td>Two</td></tr></table></td></tr></table>',
        "One\n\nTwo\n",
    ),
    "data tables keep columns": (
        "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Cedar candle</td><td>$24.00</td></tr></table>",
        "Item          Price\nCedar candle  $24.00\n",
    ),
    "a style that hides nothing": ("<div style=\"background:url('https://x.example/;display:none')\">a</div><p style=\"font-family:'visibility:hidden'\">b</p><i style='x-display:none'>c</i>", "a\n\nb\n\nc\n"),
    "a style that hides": ("<div style=\"background:url('a');display:none\">a</div><p style='color:red; VISIBILITY : hidden'>b</p><i style='\nmso-hide:all'>c</i>d", "d\n"),
    "hidden parts stay hidden": ('<div style="display:none;max-height:0">secret</div><div hidden>x</div><div style="mso-hide: all">y</div>Hi', "Hi\n"),
    "a line separator of a value ends no line": ("<table><tr><td>A</td><td>Hi \u2028Ann</td></tr></table>", "A  Hi \u2028Ann\n"),
    "the head isn't text": ("<html><head><title>T</title><style>p{}</style></head><body>Hi</body></html>", "Hi\n"),
    "comments for Outlook": ("<!--[if mso]><p>Outlook</p><![endif]--><p>Hi</p>", "Hi\n"),
    "entities": ("<p>Tom &amp; Ann&nbsp;&copy; &#8364;5</p>", "Tom & Ann © €5\n"),
    "soft hyphens and zero-width spaces": ("<p>Donau&shy;dampf&#8203;schiff&#847;</p>", "Donaudampfschiff\n"),
    "joiners inside words": ("<p>می\u200cخواهم 👩\u200d💻 \u200c x</p>", "می\u200cخواهم 👩\u200d💻 x\n"),
    "what is shown as it is written": ("<xmp>a &lt;b&gt;</xmp>", "a &lt;b&gt;\n"),
    "what browsers that can do more don't show": ("a<iframe>b</iframe><noembed>c</noembed><noframes>d</noframes>e", "ae\n"),
    "nothing": ("", "\n"),
}


@pytest.mark.parametrize(("document", "text"), CASES.values(), ids=CASES)
def test_reads_as_a_person_would(document, text):
    assert text_of(document) == text


WORDS = st.lists(st.text("abcdé", min_size=1, max_size=6), min_size=1, max_size=3).map(" ".join)
TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(st.sampled_from(["p", "div", "span", "b", "h2", "table", "ul", "li", "blockquote", "center"]), st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=8,
)


@given(TREES)
def test_every_visible_word_is_kept_in_order(document):
    words = re.sub(r"<[^>]*>", " ", document).split()
    assert "".join(re.findall(r"[abcdé]+", text_of(f"<body>{document}</body>"))) == "".join(words)


@given(st.text(max_size=100))
def test_any_document_gives_a_text(document):
    assert text_of(document).endswith("\n")
