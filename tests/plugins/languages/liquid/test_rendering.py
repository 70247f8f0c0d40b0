"""What Liquid templates give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

CASES = {
    # Outputs
    "Hi {{ customer.first_name }}!": "Hi Ann!",
    "{{ customer['first_name'] }} {{ customer.tags[1] }} {{ customer.address.city }}": "Ann b Graz",
    "{{ customer.tags.size }} {{ customer.tags.first }} {{ customer.tags.last }}": "2 a b",
    "{{ customer.total }} {{ customer.score }} {{ customer.member }} {{ 7 }} {{ (1..3) }}": "12.50 3.5 true 7 1..3",
    "{{ customer.tags }}": "ab",
    "{{ customer.bare }}|": "|",
    "{{ 'Tom & Jo' }}": "Tom &amp; Jo",
    # Escaping by place
    "<p>{{ customer.risky }}</p>": "<p>&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;</p>",
    '<p title="{{ customer.risky }}">': '<p title="&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;">',
    '<a href="{{ customer.page }}">': '<a href="https://x.example/%C3%A4%20b?c=d&amp;e=f">',
    '<a href="/x?q={{ customer.risky }}">': '<a href="/x?q=%3C%2Fp%3E%20%26%20%3Cb%20title%3D%27x%27%3E">',
    '<p style="color: {{ block.colour }}">': '<p style="color: #fff">',
    '<mj-text color="{{ block.colour }}">': '<mj-text color="#fff">',
    "<!-- {{ customer.risky }} -->": "<!-- &lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt; -->",
    "{{ customer.risky | safe }}": "</p> & <b title='x'>",
    '<p title="{{ \'"<b>\' | safe }}">': '<p title="&quot;&lt;b&gt;">',
    "{% echo customer.risky %}": "&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;",
    '<a href="{% if customer.member %}{{ customer.page }}{% else %}/x{% endif %}">': '<a href="https://x.example/%C3%A4%20b?c=d&amp;e=f">',
    '<a href="{% liquid\n echo customer.page\n echo customer.script %}">': '<a href="https://x.example/%C3%A4%20b?c=d&amp;e=fjavascript%3Aalert%281%29">',
    # Liquid's own filters that escape
    "{{ customer.risky | escape }}": "&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;",
    "{{ '1 &lt; 2 & 3' | escape_once }}": "1 &lt; 2 &amp; 3",
    "{{ 'a<\nb' | newline_to_br }}": "a&lt;<br />\nb",
    '<a href="/?q={{ "a b" | url_encode }}">{{ "a b" | url_encode }}': '<a href="/?q=a%20b">a+b',
    # Filters
    "{{ customer.first_name | upcase | append: '!' }}": "ANN!",
    "{{ customer.first_name | shout }} {{ customer.first_name | shout: '?' }}": "ANN! ANN?",
    "{{ 'cart.title' | t: name: customer.first_name }}": "cart.title name=Ann",
    "{{ customer.since | date: 'long' }}": "2026-long",
    "{{ 5 | minus: 2 | times: 3 }}": "9",
    "{{ customer.orders | map: 'id' | join: ', ' }}": "1, 2",
    # Missing values that nobody sees
    "{{ customer.nope | default: 'you' }} {{ customer.gone | default: 'you' }} {{ customer.bare | default: 'you' }}": "you you you",
    "{{ customer.nope.deep | upcase | default: 'you' }}": "you",
    "{% if customer.nope %}a{% else %}b{% endif %}": "b",
    "{% unless customer.nope %}a{% endunless %}": "a",
    "{% if customer.nope == nil %}a{% endif %}{% if customer.gone == nil %}b{% endif %}": "ab",
    "{% if customer.nope == blank %}a{% endif %}{% if customer.nope != blank %}b{% endif %}{% if customer.bare == blank %}c{% endif %}": "ac",
    "{% if customer.nope == 'x' %}a{% elsif customer.nope > 1 %}b{% elsif customer.nope contains 'x' %}c{% else %}d{% endif %}": "d",
    "{% for x in customer.nope %}a{% else %}none{% endfor %}": "none",
    "{% assign n = customer.nope | size %}{% if n > 0 %}a{% else %}b{% endif %}": "b",
    "{% if customer.first_name and customer.nope or customer.member %}a{% else %}b{% endif %}": "a",
    "{% case customer.nope %}{% when 'a' %}a{% else %}b{% endcase %}": "b",
    # Tags
    "{% for tag in customer.tags %}{{ forloop.index }}{{ tag }}{% unless forloop.last %}, {% endunless %}{% endfor %}": "1a, 2b",
    "{% for o in customer.orders %}{% for i in o.items %}{{ i.name }}{% else %}-{% endfor %};{% endfor %}": "PotPan;-;",
    "{% for i in (1..9) %}{% if i == 2 %}{% continue %}{% elsif i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}": "13",
    "{% for i in (1..5) reversed limit: 2 offset: 1 %}{{ i }}{% endfor %}": "32",
    "{% case customer.first_name %} junk {{ customer.nope }} {% when 'Bo', 'Ann' %}yes{% else %}no{% endcase %}": "yes",
    "{% assign name = customer.first_name | downcase %}{{ name }}": "ann",
    "{% capture x %}<b>{{ customer.risky }}</b>{% endcapture %}{{ x }}": "<b>&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;</b>",
    '{% capture x %}{{ customer.risky }}{% endcapture %}<p title="{{ x }}">': '<p title="&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;">',
    '{% capture x %}/{{ customer.first_name }}/a b{% endcapture %}<a href="{{ x }}">': '<a href="/Ann/a%20b">',
    "{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}": "aba",
    "{% cycle customer.risky, 'b' %}": "&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;",
    "{% cycle 'g': 1, 2 %}{% cycle 'h': 1, 2 %}{% cycle 'g': 1, 2 %}": "112",
    "{% increment n %}{% increment n %}{% decrement m %}": "01-1",
    "{% tablerow t in customer.tags cols: 2 %}{{ t }}{% endtablerow %}": '<tr class="row1">\n<td class="col1">a</td><td class="col2">b</td></tr>\n',
    "{% for i in customer.tags %}{% ifchanged %}{{ customer.risky }}{% endifchanged %}{% endfor %}": "&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;",
    "a{% comment %} {{ x }} {% if %} {% comment %}y{% endcomment %} {% endcomment %}b{% # note %}c{% doc %}{{ x }}{% enddoc %}": "abc",
    "{% raw %}{{ x }} {% if %}{% endraw %}": "{{ x }} {% if %}",
    "{% liquid\n  assign a = customer.first_name\n  # note\n  if a\n    echo a | upcase\n  else\n    echo 'x'\n  endif\n  for t in customer.tags\n    echo t\n  endfor\n%}": "ANNab",
    "{% liquid\n comment\n echo 1 | nope\n endcomment\n echo 2 %}": "2",
    # Whitespace control
    "a  {{- customer.first_name -}}  b": "aAnnb",
    "a\n{%- if true -%}\n x \n{%- endif -%}\nb": "axb",
    '<p {%- if true %} title="{{ customer.first_name }}"{% endif -%} >': '<p title="Ann">',
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_rendering(fill: Callable[..., str], text: str, expected: str) -> None:
    assert fill(text) == expected


TEXTS = {
    "Hi {{ customer.risky }}": "Hi </p> & <b title='x'>",
    "{{ lines }}": "a Bcc: x",
    "{{ customer.first_name | safe }}": "Ann",
    "{% capture x %}{{ customer.risky }} & you{% endcapture %}{{ x }}": "</p> & <b title='x'> & you",
    '<{{ customer.first_name }} "': '<Ann "',
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_lines_of_plain_text(fill: Callable[..., str], text: str, expected: str) -> None:
    assert fill(text, "text", lines="a\r\nBcc: x") == expected


URLS = {
    "{{ customer.page }}": "https://x.example/%C3%A4%20b?c=d&e=f",
    "https://x.example/u/{{ customer.first_name }}?q={{ customer.risky }}&r={{ customer.total }}": "https://x.example/u/Ann?q=%3C%2Fp%3E%20%26%20%3Cb%20title%3D%27x%27%3E&r=12.50",
    "{% capture x %}a b{% endcapture %}/{{ x }}": "/a%20b",
    "{% if customer.nope %}{{ customer.nope }}{% else %}{{ customer.page }}{% endif %}": "https://x.example/%C3%A4%20b?c=d&e=f",
}


@pytest.mark.parametrize(("text", "expected"), URLS.items())
def test_whole_urls(fill: Callable[..., str], text: str, expected: str) -> None:
    assert fill(text, "url") == expected


@given(value=st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_any_text_is_escaped_everywhere_alike(fill: Callable[..., str], value: str) -> None:
    wanted = str(escape(value)).replace("&#39;", "&#x27;").replace("&#34;", "&quot;")
    for text in (
        "{{ x }}",
        "{% echo x %}",
        "{% cycle x %}",
        "{% assign y = x %}{{ y }}",
        "{% capture y %}{{ x }}{% endcapture %}{{ y }}",
        "{% liquid echo x %}",
    ):
        assert fill(text, x=value) == wanted


def test_rendering_changes_nothing(fill: Callable[..., str], data: dict[str, Any]) -> None:
    text = "{% assign customer = 1 %}{% increment n %}{% cycle 'a', 'b' %}"
    assert fill(text) == fill(text) == "0a"
    assert data["customer"]["first_name"] == "Ann"
