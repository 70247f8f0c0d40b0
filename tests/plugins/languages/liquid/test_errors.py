"""What Liquid templates get wrong: the message, the place, and all at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mailweave.errors import MailweaveError
from mailweave.source import Source
from mailweave_plugins.languages.liquid import Liquid

_DECLARE = "declare `{0}` under `variables` with a `fallback`, or put `{{% if {0} %}}` around it"
_SPELLING = "look at the tag's spelling"
_GIVEN = "look at the values that this tag is given"


def missing(path: str) -> str:
    return f"`{path}` is missing – {_DECLARE.format(path)}"


CASES: dict[str, list[str]] = {
    # Missing values
    "a\n b {{ customer.nope }}": [f"2:4 {missing('customer.nope')}"],
    "{{ customer.gone }} {{ customer.address.zip.code }}": [f"1:1 {missing('customer.gone')}", f"1:21 {missing('customer.address.zip.code')}"],
    "{{ customer.nope | upcase }}": [f"1:1 {missing('customer.nope')}"],
    "{{ 'a' | append: customer.nope }}": [f"1:1 {missing('customer.nope')}"],
    "{{ 't' | t: name: customer.nope }}": [f"1:1 {missing('customer.nope')}"],
    "{{ customer.nope | default: customer.gone }}": [f"1:1 {missing('customer.gone')}"],
    "{% assign x = customer.nope %}{{ x }}": [f"1:31 {missing('customer.nope')}"],
    "{% echo customer.nope %}{% cycle customer.nope %}": [f"1:1 {missing('customer.nope')}", f"1:25 {missing('customer.nope')}"],
    "{% liquid\n  echo customer.nope\n%}": [f"2:3 {missing('customer.nope')}"],
    "{% capture x %}{{ customer.nope }}{% endcapture %}": [f"1:16 {missing('customer.nope')}"],
    "{% for tag in customer.tags %}{{ tag.name }}{% endfor %}": ["1:31 `tag.name` is missing – put `{% if tag.name %}` around it"],
    "{{ nope }}": ["1:1 `nope` is missing – put `{% if nope %}` around it"],
    "{{ now }} {{ today }} {{ partial }}": [
        f"1:{column} `{name}` is missing – put `{{% if {name} %}}` around it" for column, name in ((1, "now"), (11, "today"), (23, "partial"))
    ],
    "{{ customer.none | first }}": ["1:1 `customer.none | first` gives nothing – give it a `default`, or put an `if` around it"],
    "{{ customer.tags[9] }}": [f"1:1 {missing('customer.tags.9')}"],
    # Values that their place can't hold
    '<a href="{{ customer.script }}">': [
        "1:10 `javascript:` isn't a kind of URL that mail may link to – use https:, http:, mailto:, tel:, sms: or a relative URL"
    ],
    '<p style="color: {{ block.bad }}">': ["1:18 'red;}' can't be a CSS value here – use only letters, digits, spaces and # . , % ( ) + - / ' !"],
    "{{ customer }}": ["1:1 an object has no text – name one of its values"],
    "{{ customer.since }}": ["1:1 a date has no text of its own – write it with a format, as in `{{ at | date: 'medium' }}`"],
    # Filters
    "{{ customer.total | shout }}": ["1:21 `shout`: Decimal('12.50') can't be shouted – give a text"],
    "{{ 1 | divided_by: 0 }}": ["1:8 `divided_by`: can't divide by 0 – look at what `divided_by` is given"],
    "{{ (1..100000) | join }}": ["1:18 `join`: a range of more than 10,000 numbers – use a shorter one, or raise `limits: {turns: …}` in mailweave.yaml"],
    "{{ 'a' | shuot }}": ["1:10 there is no filter `shuot` – did you mean 'shout'?"],
    "{{ 'a' | shout: 1, 2 }}": ["1:10 `shout` takes at most 1 argument, not 2 – remove what is too much"],
    "{{ 'a' | shout: loud: 1 }}": ["1:10 `shout` has no argument with the name `loud` – use one of: mark"],
    "{% if customer.tags > 'a' %}{% endif %}": ["1:21 a list is neither less nor more than the text 'a' – compare two numbers, two texts or two dates"],
    "{% for i in customer.tags limit: 'few' %}{% endfor %}": ["1:8 `limit`: 'few' is no whole number – give one such as 3"],
    "{% for i in customer.tags offset: true %}{% endfor %}": ["1:8 `offset`: true is no whole number – give one such as 3"],
    "{% tablerow i in customer.tags limit: customer.nope %}{% endtablerow %}": [
        "1:13 `limit` is missing, and a table of no cells is nobody's wish – give a whole number, or leave `limit` out"
    ],
    "{% if '150' >= 100 %}{% endif %}": [
        "1:13 the text '150' is neither less nor more than the number 100 – compare two numbers, two texts or two dates; `plus: 0` makes a number of a text"
    ],
    "{% if true > 0 %}{% endif %}": ["1:12 true is neither less nor more than the number 0 – compare two numbers, two texts or two dates"],
    "{% if 5 contains 5 %}{% endif %}": ["1:9 the number 5 contains nothing – give `contains` a text, a list or an object"],
    "{{ (1..customer.score) | join }}": ["1:4 3.5 is no whole number – give one such as 3; `round` makes one"],
    "{{ 'a' | default: 'b', 'c' }}": ["1:10 `default` takes at most 1 argument, not 2 – remove what is too much"],
    "{{ 'a' | append }}": ["1:10 `append` needs 1 argument, not 0 – write as in `| append: …`"],
    "{{ 'a' | replace: by: 'b' }}": ["1:10 `replace` has no argument with the name `by` – give the value without a name"],
    "{{ 'a' | upcase: 1, 2 }}": ["1:10 `upcase` takes no arguments, not 2 – remove what is too much"],
    "{{ customer.orders | sort | size }}": ["1:22 `sort`: an object and an object have no order – sort values of one kind"],
    "{{ customer.orders | map: 'id' | has: 'x' }}": [
        "1:34 `has`: an item of the list is 1, not an object, so it has no `x` – give a list of objects or of texts"
    ],
    "{{ self.customer }}": ["1:4 `self` isn't there – name the value itself, as in `customer.first_name`"],
    "{% for i in customer.none %}{% else %}{% break %}{% endfor %}": [f"1:4 `break` stands outside of a loop – {_GIVEN}"],
    # Places where no value may stand
    "<p {{ customer.first_name }}>": ['1:4 a value can\'t be an attribute – write the attribute out and put the value in its quotes: name="…"'],
    "<p>\n<p title={% echo customer.first_name %}>": ['2:10 a value can\'t stand in an attribute without quotes – put quotes around it: name="…"'],
    "{% if true %}<p {% endif %}": [
        "1:1 the branches of this `if` end in different places – let each branch close the same tags, quotes and comments; an `else` may be missing"
    ],
    '<a href="{% liquid\n echo customer.first_name\n echo customer.script %}" {{ customer.first_name }}>': [
        '3:27 a value can\'t be an attribute – write the attribute out and put the value in its quotes: name="…"'
    ],
    '{% for t in customer.tags %}<p title="{% if t %}{% break %}{% endif %}">{% endfor %}': [
        "1:49 this leaves the loop in another place than it begins – move it outside of the tags, quotes and comments that the loop opens"
    ],
    "{% capture x %}<p {{ customer.first_name }}>{% endcapture %}": [
        '1:19 a value can\'t be an attribute – write the attribute out and put the value in its quotes: name="…"'
    ],
    # Nesting
    "x {% if a %}": ["1:3 this `if` is never closed – add `{% endif %}`"],
    "{% if a %}{% for x in y %}{% endif %}": ["1:11 this `for` is never closed – add `{% endfor %}`"],
    "{% for x in y %}\n{% if a %}": ["2:1 this `if` is never closed – add `{% endif %}`", "1:1 this `for` is never closed – add `{% endfor %}`"],
    "{% endif %}": ["1:1 `endif` closes nothing – remove it, or open the block with `{% if … %}`"],
    "{% endcomment %}{% endraw %}": ["1:1 `endcomment` closes nothing – remove it", "1:17 `endraw` closes nothing – remove it"],
    "{% else %}": ["1:1 `else` stands outside of the block that it belongs to – move it into `if` or `unless` or `case` or `for`"],
    "{% for a in b %}{% elsif c %}{% endfor %}": ["1:17 `elsif` stands outside of the block that it belongs to – move it into `if` or `unless`"],
    "{% break %}": ["1:1 `break` stands outside of a loop – move it into `for`, or remove it"],
    "{% raw %}": ["1:1 this `raw` is never closed – add `{% endraw %}`"],
    "a\n  {% comment %} x": ["2:3 this `comment` is never closed – add `{% endcomment %}`"],
    "{% capture x %}{% if a %}{% endcapture %}": ["1:16 this `if` is never closed – add `{% endif %}`"],
    "{% liquid\n if a\n%}{% endif %}": [
        "2:2 this `if` is never closed – add `{% endif %}`",
        "3:3 `endif` closes nothing – remove it, or open the block with `{% if … %}`",
    ],
    "{% if a %}" * 31 + "{% endif %}" * 31: ["1:301 blocks are nested more than 30 deep – split the template"],
    # Tags
    "Hi {{ a": ["1:4 this `{{` is never closed – add `}}`"],
    "Hi {% if a": ["1:4 this `{%` is never closed – add `%}`"],
    "{% %}": ["1:1 `{% %}` is no tag – write the tag's name after `{%`"],
    "{% fro x in y %}{% endfor %}": [
        "1:1 there is no tag `fro` – did you mean 'for'?",
        "1:17 `endfor` closes nothing – remove it, or open the block with `{% for … %}`",
    ],
    "{% include 'a' %}": ["1:1 there is no partial 'a' – write partials/a.liquid"],
    "{% section 'a' %}": ["1:1 `section` belongs to Shopify's shops, not to mail – write what it gives, or `render` a partial"],
    "{% endrender %}": ["1:1 `endrender` closes nothing – remove it, or open the block with `{% render … %}`"],
    "{% liquid\n liquid echo 1\n%}": ["2:2 a `liquid` tag can't stand in another – write its lines without it"],
    # Expressions, all of them at once
    "{{ a | }}\n{{ | b }}\n{% assign = 2 %}\n{{ 'x' | upcas }}": [
        f"1:1 Liquid can't read this: expected a name, found the end of the tag – {_SPELLING}",
        f"2:4 Liquid can't read this: expected a value, found pipe – {_SPELLING}",
        f"3:11 Liquid can't read this: expected a value, found assign – {_SPELLING}",
        "4:10 there is no filter `upcas` – did you mean 'upcase'?",
    ],
    "{{ customer.limit }}": [
        "1:13 Liquid can't read this: expected an identifier, found limit – `limit` is a word of Liquid; as a name, put it in brackets: `['limit']`"
    ],
    "{{ }}": [f"1:1 Liquid can't read this: expected a value, found the end of the tag – {_SPELLING}"],
    # Limits
    "a{% for i in (1..20000) %}{% endfor %}": ["1:5 the loops of this template go round more than 10,000 times – loop over fewer items, or raise `limits: {turns: …}` in mailweave.yaml"],
    "{% for i in (1..101) %}{% for j in (1..100) %}{% endfor %}{% endfor %}": [
        "1:4 the loops of this template go round more than 10,000 times – loop over fewer items, or raise `limits: {turns: …}` in mailweave.yaml"
    ],
    "{% assign s = 'ab' %}{% for i in (1..99) %}{% assign s = s | append: s %}{% endfor %}": [
        "1:62 `append`: the result is longer than 2,000,000 characters – put out less, or raise `limits: {characters: …}` in mailweave.yaml"
    ],
    "{% assign s = 'ab' %}{% for i in (1..99) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}": [
        "1:25 the result is longer than 2,000,000 characters – put out less, or raise `limits: {characters: …}` in mailweave.yaml"
    ],
    "{% assign s = 'aaaaaaaaaaaaaaaaaaaa' | replace: 'a', 'bbbbbbbbbb' | replace: 'b', 'cccccccccc' %}{% assign s = s | replace: '', s %}": [
        "1:116 `replace`: the result is longer than 2,000,000 characters – put out less, or raise `limits: {characters: …}` in mailweave.yaml"
    ],
    "{% assign s = 'abcdefghijklmnopqrst' %}{% for i in (1..14) %}{% assign s = s | append: s %}{% endfor %}{% for i in (1..9) %}{{ s }}{% endfor %}": [
        "1:107 the result is longer than 2,000,000 characters – put out less, or raise `limits: {characters: …}` in mailweave.yaml"
    ],
}


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=[text[:60] for text in CASES])
def test_errors(complaints: Callable[..., list[str]], text: str, expected: list[str]) -> None:
    assert complaints(text) == expected


@pytest.mark.parametrize("text", ["{{ customer.script }}", "{% if true %}{{ customer.script }}{% endif %}"])
def test_a_whole_url_has_a_good_scheme(complaints: Callable[..., list[str]], text: str) -> None:
    assert "`javascript:` isn't a kind of URL" in complaints(text, "url")[0]


def test_problems_say_what_they_are() -> None:
    def codes(text: str) -> list[str]:
        with pytest.raises(MailweaveError) as caught:
            Liquid({}).parse(Source("t", text))
        return [problem.code for problem in caught.value.problems]

    assert codes("{{ a | nope }}<p {{ a }}>{{ | }}") == ["unknown-filter", "bad-place", "syntax"]
    assert codes("{% nope %}{% if a %}") == ["unknown-tag", "syntax"]


def test_the_caret_underlines_the_tag(fill: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        fill("Hi {{ customer.nope }}!")
    assert str(caught.value).endswith("1 | Hi {{ customer.nope }}!\n  |    ^^^^^^^^^^^^^^^^^^^")


@pytest.mark.parametrize("scrap", ["<", "<script", "<!--", "<style>", "&", "%", " ", "a b ", "\n", "<p>"])
def test_no_filter_is_slow_with_long_texts(fill: Callable[..., str], scrap: str) -> None:
    """Linear time: each of these took minutes where a pattern looked ahead again and again."""
    text = " ".join(f"{{{{ long | {name} | size }}}}" for name in ("strip_html", "escape_once", "strip", "newline_to_br", "truncatewords", "url_decode"))
    started = time.monotonic()
    fill(text, long=scrap * (250_000 // len(scrap)))
    assert time.monotonic() - started < 10
