"""What is known of a Liquid template before it is filled: its uses, messages, raw outputs and masked text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.languages import Language
from mailweave.source import Source

# Each use as "column path", with "?" when its absence is handled.
USES = {
    "{{ customer.a }}": "4 customer.a",
    "{{ customer.a | default: customer.b }}": "4 customer.a? 26 customer.b?",
    "{{ 'x' | append: customer.a }}": "18 customer.a",
    "{% if customer.a %}{{ customer.a }}{{ customer.a.b }}{{ customer.ab }}{% endif %}": "7 customer.a? 23 customer.a? 39 customer.a.b? 57 customer.ab",
    "{% if a.b %}x{% else %}{{ a.b }}{% endif %}{{ a.b }}": "7 a.b? 27 a.b 47 a.b",
    "{% if a.b and a.c %}{{ a.b }}{{ a.c }}{% endif %}": "7 a.b? 15 a.c? 24 a.b? 33 a.c?",
    "{% if a.b or a.c %}{{ a.b }}{% endif %}": "7 a.b? 14 a.c? 23 a.b",
    "{% if a.b == 1 %}{{ a.b }}{% endif %}": "7 a.b? 21 a.b?",
    "{% if a.b != 1 %}{{ a.b }}{% endif %}": "7 a.b? 21 a.b",
    "{% if a.b != blank %}{{ a.b }}{% endif %}": "7 a.b? 25 a.b?",
    "{% if a.b == nil %}{{ a.b }}{% endif %}": "7 a.b? 23 a.b",
    "{% unless a.b %}x{% else %}{{ a.b }}{% endunless %}": "11 a.b? 31 a.b?",
    "{% unless a.b %}{{ a.b }}{% endunless %}": "11 a.b? 20 a.b",
    "{% if x %}{% elsif a.b %}{{ a.b }}{% endif %}": "7 x? 20 a.b? 29 a.b?",
    "{% if a.b %}{% for i in (1..2) %}{{ a.b }}{% endfor %}{% endif %}": "7 a.b? 37 a.b?",
    "{% for x in a.list %}{{ x.y }}{{ forloop.index }}{{ a.b }}{% endfor %}{{ x }}": "13 a.list 53 a.b 74 x",
    "{% for x in a.list %}{{ x }}{% else %}none{% endfor %}": "13 a.list?",
    "{% assign n = a.b %}{{ n }}{{ n.x }}": "15 a.b",
    "{% if true %}{% assign n = 1 %}{% endif %}{{ n }}": "",
    "{% capture n %}{{ a.b }}{% endcapture %}{{ n }}": "19 a.b",
    "{% case a.b %}{% when a.c %}{{ a.d }}{% endcase %}": "9 a.b? 23 a.c? 32 a.d",
    "{{ a.list[0].b }} {{ a['b c'] }} {{ a[k.x].c }}": "4 a.list.0.b 22 a.b c 37 a 39 k.x",
    "{% liquid\n echo a.b\n%}": "7 a.b",
    "{% comment %}{{ a }}{% endcomment %}{% raw %}{{ b }}{% endraw %}": "",
    "{% tablerow x in a.list %}{{ x }}{{ tablerowloop.col }}{% endtablerow %}": "18 a.list",
    "{% cycle a.b, a.c %}": "10 a.b 15 a.c",
}


@pytest.mark.parametrize(("text", "expected"), USES.items())
def test_uses(language: Language, text: str, expected: str) -> None:
    uses = language.parse(Source("t", text)).uses
    assert " ".join(f"{use.place.column} {use.path}{'?' if use.guarded else ''}" for use in uses) == expected


def test_messages_and_raw_outputs(language: Language) -> None:
    template = language.parse(Source("t", "{{ 'a.b' | t }}\n{{ 'c' | t: n: 1 | upcase }} {{ key | t }} {{ x | safe }}"))
    assert [(key, str(place)) for key, place in template.messages] == [("a.b", "t:1:4"), ("c", "t:2:4")]
    assert [str(place) for place in template.raw] == ["t:2:51"]


def test_places_in_a_text_inside_another_file(language: Language) -> None:
    template = language.parse(Source("campaigns/a.yaml", "Hi {{ a.b }}", line=3, column=10), "text")
    assert str(template.uses[0].place) == "campaigns/a.yaml:3:16"


MASKED = {
    "a{{ b }}c": "axxxxxxxc",
    "{{ a\n}}b": "xxxx\nxxb",
    "<p{% if a %} x{% endif %}>": "<p           x           >",
    "{% if a < b\n %}x{% endif %}": "           \n   x           ",
    "{% comment %} <b>\n {% endcomment %}<i>": " " * 17 + "\n" + " " * 17 + "<i>",
    "{% raw %}{{ <p> }}{% endraw %}": "         {{ <p> }}            ",
    "{% echo a %}{% cycle 1 %}{% assign x = 1 %}": "x" * 25 + " " * 18,
    "{% liquid\n if a\n echo '<b>'\n endif\n%}": "         \n     \n xxxxxxxxxx\n      \n  ",
    "{% capture x %}<b>\n{{ y }}{% endcapture %}{{ x }}": " " * 18 + "\n" + " " * 23 + "xxxxxxx",
    "{% case a %} <b> {% when 1 %}<i>{% endcase %}": " " * 29 + "<i>" + " " * 13,
    "a  {{- b -}}  c": "a  xxxxxxxxx  c",
    "a\n{%- if b -%}\nc{% endif %}": "a\n            \nc           ",
}


@pytest.mark.parametrize(("text", "expected"), MASKED.items())
def test_masked(language: Language, text: str, expected: str) -> None:
    assert language.parse(Source("t", text)).masked == expected


TOKENS = [
    "{{ a.b }}",
    "{{ a | upcase }}",
    "{% if a %}",
    "{% else %}",
    "{% endif %}",
    "{% for x in y %}",
    "{% endfor %}",
    "{%- assign z = 1 -%}",
    "{% comment %}",
]
TOKENS += [
    "{% endcomment %}",
    "{% raw %}",
    "{% endraw %}",
    "{% liquid\n echo a\n %}",
    "{% capture c %}",
    "{% endcapture %}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{",
    "%",
    "\n",
    " ",
    "<p>",
]
TOKENS += [
    '<a href="',
    '"',
    "'",
    ">",
    "{% case a %}",
    "{% when 1 %}",
    "{% endcase %}",
    "|",
    "-",
    "x",
    "é😀",
    "{% cycle 1, a %}",
    "{% break %}",
    "{% # n %}",
    "{% tablerow i in a %}",
]
TOKENS += [
    "{{ a | default: 'x' | t }}",
    "{% endtablerow %}",
    "{% unless a %}",
    "{% endunless %}",
    "{% ifchanged %}",
    "{% endifchanged %}",
    "{% increment q %}",
    "{{ a[b] }}",
    "{{-",
    "-}}",
]


@settings(deadline=None)
@given(parts=st.lists(st.sampled_from(TOKENS), max_size=14), escaping=st.sampled_from(["markup", "text", "url"]))
def test_any_template_is_read_or_refused(language: Language, scope: object, parts: list[str], escaping: str) -> None:
    text = "".join(parts)
    try:
        template = language.parse(Source("t", text), escaping)  # type: ignore[arg-type]
        assert len(template.masked) == len(text)
        assert re.findall("\n", template.masked) == re.findall("\n", text)
        template.render({"a": {"b": "<x>"}, "y": [1, 2]}, scope)  # type: ignore[arg-type]
    except MailweaveError as error:
        assert all(problem.place and problem.what for problem in error.problems)


@settings(deadline=None)
@given(text=st.text(alphabet="{}%- \n|.:'\"abifendor=<>[]()1,", max_size=60))
def test_any_text_is_read_or_refused(language: Language, scope: object, text: str) -> None:
    for whole in (text, f"{{{{ {text} }}}}", f"{{% if {text} %}}{{% endif %}}", f"{{% liquid\n{text}\n%}}"):
        try:
            language.parse(Source("t", whole)).render({"a": "b"}, scope)  # type: ignore[arg-type]
        except MailweaveError as error:
            assert error.problems
