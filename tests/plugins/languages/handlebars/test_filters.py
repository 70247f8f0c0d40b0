"""The shared filters are helpers, and what Handlebars puts out is what Liquid puts out."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from mailweave.engine import Engine
from mailweave.languages import Language, Scope
from mailweave.source import Source
from mailweave_plugins.filters import date, money, number, pluralise, safe, t
from mailweave_plugins.languages import handlebars, liquid

PLUGINS = {"date": date, "money": money, "number": number, "pluralise": pluralise, "safe": safe, "t": t, "handlebars": handlebars, "liquid": liquid}

DATA = {
    "price": Decimal("1234.5"),
    "n": 2,
    "whole": 3,
    "at": "2026-03-01T12:00:00Z",
    "name": "<Ann>",
    "yes": True,
    "list": ["a", "b"],
    "customer": {"address": {"city": "Graz"}},
}


@pytest.fixture(scope="module")
def languages() -> Mapping[str, Language]:
    return Engine(PLUGINS.items()).registry.languages


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hi {{name}}!", "Hi {{ name }}!"),
        ("{{n}} {{whole}} {{yes}} {{price}}", "{{ n }} {{ whole }} {{ yes }} {{ price }}"),
        ("{{customer.address.city}}", "{{ customer.address.city }}"),
        ("{{money price}}", "{{ price | money }}"),
        ('{{money price "EUR"}}', "{{ price | money: 'EUR' }}"),
        ('{{date at "medium"}}', "{{ at | date: 'medium' }}"),
        ('{{pluralise n "cup" "cups"}}', "{{ n | pluralise: 'cup', 'cups' }}"),
        ("{{number price}}", "{{ price | number }}"),
        ("<p>{{safe name}}</p>", "<p>{{ name | safe }}</p>"),
        ('{{t "hello" name=name}}', "{{ 'hello' | t: name: name }}"),
        ("{{#if yes}}a{{else}}b{{/if}}", "{% if yes %}a{% else %}b{% endif %}"),
        (
            "{{#each list}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}",
            "{% for x in list %}{{ x }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
        ),
        ('<a href="https://x.example/{{name}}">', '<a href="https://x.example/{{ name }}">'),
    ],
)
def test_both_languages_agree(one: str, other: str, languages: Mapping[str, Language], scope: Scope) -> None:
    filled = languages["handlebars"].parse(Source("a", one)).render(DATA, scope)

    assert filled == languages["liquid"].parse(Source("a", other)).render(DATA, scope)
    assert filled.strip()


def test_a_helper_inside_a_block(languages: Mapping[str, Language], scope: Scope) -> None:
    text = '{{#each items}}{{money price "EUR"}} {{/each}}'
    template = languages["handlebars"].parse(Source("a", text))

    assert template.render({"items": [{"price": 1}, {"price": "2.50"}]}, scope) == "€1.00 €2.50 "
