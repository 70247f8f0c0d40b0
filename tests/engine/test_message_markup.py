"""Values in the markup of translations: escaped for their places, and texts that can't be made safe are refused where they stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailweave import MailweaveError
from mailweave.message_markup import filled_markup

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)

FILLED = [
    ("<b>{a}</b>", "<i>&", "<b>&lt;i&gt;&amp;</b>"),
    ('<a href="{a}">x</a>', "https://x.example/a b?c='", '<a href="https://x.example/a%20b?c=%27">x</a>'),
    ('<a href="https://x.example/{a}?b={a}">x</a>', "a/b?c&d", '<a href="https://x.example/a/b%3Fc%26d?b=a%2Fb%3Fc%26d">x</a>'),
    ("<a title='{a}'>x</a>", "' onclick='x", "<a title='&#x27; onclick=&#x27;x'>x</a>"),
    ('<b style="color: {a}">x</b>', "red", '<b style="color: red">x</b>'),
    ("{{a}} {a}", "x", "{a} x"),
    ("<!-- {a} -->", "-->", "<!-- &#45;&#45;&gt; -->"),
    ("{a}", 3, "3"),
]


@pytest.mark.parametrize(("text", "value", "expected"), FILLED)
def test_values_are_escaped_for_their_places(text, value, expected):
    assert filled_markup(text, {"a": value}.get) == expected


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        ('Read <a href="{a}">it</a>', "javascript:alert(1)", "isn't a kind of URL that mail may link to"),
        ('<b style="color: {a}">x</b>', "red;position:fixed", "can't be a CSS value here"),
        ("""<b style="font: '{a}'">x</b>""", "x', y", "can't be a part of CSS here"),
    ],
)
def test_values_that_cannot_stand_there(text, value, message):
    with pytest.raises(ValueError, match=message):
        filled_markup(text, {"a": value}.get)


REFUSED = [
    ("<a href={url}>the terms</a>", 15, "a value can't stand in an attribute without quotes"),
    ("<b {a}>x</b>", 10, "a value can't be an attribute"),
    ("<b style='color:{c}'>x</b>", 23, "a CSS value can't stand in single quotes"),
    ("</td></tr><b>{name}</b>", 7, "`</td>` closes nothing"),
    ("<b>{name}", 7, "`<b>` is never closed"),
    ("<p>a</p><p>{name}", 15, "`<p>` is never closed"),
    ('<a href="{a}', 7, "`<a` starts a tag that never ends"),
]


@pytest.mark.parametrize(("text", "column", "message"), REFUSED)
def test_texts_that_change_what_is_around_them(make_workspace, text, column, message):
    shop = make_workspace({"messages/en.yaml": f"a: Fine\nk_h: {{x_html: {text!r}}}\n"})
    with pytest.raises(MailweaveError) as raised:
        assert shop.catalogue
    problem = raised.value.problems[0]
    assert problem.what.startswith(message)
    assert (problem.place.path, problem.place.line, problem.place.column) == ("messages/en.yaml", 2, column + 9)


@pytest.mark.parametrize("place", ['<p title="{{ \'k_html\' | t }}">x</p>', '<a href="{{ \'k_html\' | t }}">x</a>', '<p style="color: {{ \'k_html\' | t }}">x</p>'])
def test_markup_stands_where_markup_can(mailweave_engine, make_workspace, place):
    files = {"messages/en.yaml": "k_html: '<b>Tea</b> &amp; cake'\n", "content_blocks/note/default.mjml": f"<mj-section><mj-column><mj-text>{place}</mj-text></mj-column></mj-section>"}
    with pytest.raises(MailweaveError, match="the markup of a translation can't stand here"):
        mailweave_engine.render(make_workspace(files), "hello", "ann", AT)


def test_no_markup_in_a_subject(mailweave_engine, make_workspace):
    files = {"messages/en.yaml": "k_html: '<b>Tea</b> &amp; cake'\nk: Tea & cake\n", "campaigns/hello.yaml": "subject: \"{{ 'k_html' | t }}\"\nslots: {note: {block: note}}\n"}
    shop = make_workspace(files)
    for reference in (True, False):
        with pytest.raises(MailweaveError, match="the markup of a translation can't stand here – use a text whose key doesn't end in `_html`"):
            mailweave_engine.render(shop, "hello", "ann", AT, reference=reference)
