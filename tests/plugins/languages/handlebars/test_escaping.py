"""Values are escaped for where they stand, whatever they are."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mailweave.languages import Scope
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars

EVIL = "<b> & \"q\" 'a'"


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("<p>{{v}}</p>", "<p>&lt;b&gt; &amp; &quot;q&quot; &#x27;a&#x27;</p>"),
        ("<p>{{{v}}}</p>", f"<p>{EVIL}</p>"),
        ("<p>{{&v}}</p>", f"<p>{EVIL}</p>"),
        ("<p>{{safe v}}</p>", f"<p>{EVIL}</p>"),
        ("<p>{{{upper v}}}</p>", "<p><B> & \"Q\" 'A'</p>"),
        ("<p>{{join (safe v)}}</p>", "<p>&lt;b&gt; &amp; &quot;q&quot; &#x27;a&#x27;</p>"),
        ('<p title="{{v}}"></p>', '<p title="&lt;b&gt; &amp; &quot;q&quot; &#x27;a&#x27;"></p>'),
        ('<p title="{{{v}}}"></p>', '<p title="&lt;b&gt; &amp; &quot;q&quot; &#x27;a&#x27;"></p>'),
        ('<a href="https://x.example/?q={{v}}">', '<a href="https://x.example/?q=%3Cb%3E%20%26%20%22q%22%20%27a%27">'),
        ('<a href="https://x.example/{{#if v}}?q={{v}}{{/if}}">', '<a href="https://x.example/?q=%3Cb%3E%20%26%20%22q%22%20%27a%27">'),
        ('{{#each list}}<a title="{{this}}">{{/each}}', '<a title="&lt;"><a title="&amp;">'),
    ],
)
def test_markup(template: str, filled: str, render: Callable[..., str]) -> None:
    assert filled == render(template, {"v": EVIL, "list": ["<", "&"]})


def test_a_line_of_plain_text(render: Callable[..., str]) -> None:
    assert render("Hi {{v}} & {{{v}}}", {"v": "a\r\nBcc: <b>"}, "text") == "Hi a Bcc: <b> & a Bcc: <b>"


def test_a_url(render: Callable[..., str]) -> None:
    assert render("https://x.example/u/{{v}}?q={{v}}", {"v": "a b&c"}, "url") == "https://x.example/u/a%20b%26c?q=a%20b%26c"


class Structure(HTMLParser):
    """The tags and attribute names of a text, its text, and its `title` values."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.text = ""
        self.title = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))
        self.title += "".join(value or "" for name, value in attrs if name == "title")

    def handle_data(self, data: str) -> None:
        self.text += data


@hypothesis_settings(max_examples=100, deadline=None)
@given(value=st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_value_changes_the_structure(value: str, handlebars: Handlebars, scope: Scope) -> None:
    text = '<p title="{{v}}">{{v}}<a href="https://x.example/{{v}}/?a={{v}}">{{#if v}}{{v}}{{/if}}</a></p>'
    found = Structure(handlebars.parse(Source("a.hbs", text)).render({"v": value}, scope))

    assert found.tags == [("p", ["title"]), ("a", ["href"])]
    assert found.text == value * 2
    assert found.title == value
