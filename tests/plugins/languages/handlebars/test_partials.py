"""Partials: what is known of a template holds for what they put in, and nothing breaks out of its place in them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mailweave.errors import MailweaveError
from mailweave.partials import Partials
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars

ENTRIES = json.loads((Path(__file__).parents[3] / "hostile_values.json").read_text(encoding="utf-8"))
HOSTILE = [entry["value"] * entry.get("times", 1) for entry in ENTRIES]
PLACES = {
    "text": "<p>{{v}}</p>",
    "attribute": '<p title="{{v}}">a</p>',
    "url": '<a href="{{v}}">a</a>',
    "query": '<a href="https://x.example/?q={{v}}">a</a>',
    "style": '<p style="color: {{v}}">a</p>',
    "comment": "<!-- {{v}} -->",
    "subject": "Hello {{v}}",
}
CALLS = {
    "file": ("{{> p}}", {"p": "{{v}}"}),
    "computed": ('{{> (lookup . "which")}}', {"p": "{{v}}"}),
    "block": ("{{#> p}}{{v}}{{/p}}", {"p": "{{> @partial-block}}"}),
    "inline": ('{{#*inline "q"}}{{v}}{{/inline}}{{> q}}', {}),
}


def outcome(render: Callable[..., str], text: str, value: str, place: str, partials: dict[str, str]) -> str | set[str]:
    try:
        return render(text, {"v": value, "which": "p"}, "text" if place == "subject" else "markup", partials)
    except MailweaveError as error:
        return {problem.what for problem in error.problems}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_value_in_a_partial_is_escaped_as_it_is_without_one(place: str, call: str, render: Callable[..., str]) -> None:
    tag, partials = CALLS[call]

    for value in HOSTILE:
        plain = outcome(render, PLACES[place], value, place, {})
        assert plain == outcome(render, PLACES[place].replace("{{v}}", tag), value, place, partials)


def test_what_a_partial_reads_counts(handlebars: Handlebars, written: Callable[..., Partials]) -> None:
    files = written({"card": '{{name}} {{{html}}} {{t "hi"}} {{note}}'})
    template = handlebars.parse(Source("a.hbs", "{{x}}\n{{> card customer note=reason}}"), partials=files)

    assert {use.path for use in template.uses} == {"x", "customer", "reason", "customer.name", "customer.html"}
    assert [str(place) for place in template.raw] == ["partials/card.hbs:1:10"]
    assert [(key, place.path) for key, place in template.messages] == [("hi", "partials/card.hbs")]
    assert len(template.masked) == len(template.source.text)
    assert template.source.offset_of(template.raw[0]) == template.source.text.index("{{{html")


@pytest.mark.parametrize(
    ("text", "files", "problem"),
    [
        ("{{> p}}", {"p": "\n  {{v}}"}, "partials/p.hbs:2:3"),
        ("<p {{> p}}>", {"p": "{{v}}"}, "partials/p.hbs:1:1"),
        ("{{> p}}", {"p": "{{#if v}}"}, "partials/p.hbs:1:1"),
        ("{{> p}}", {"p": "{{> q}}"}, "partials/p.hbs:1:1"),
        ("{{> p}}", {"p": "{{> p}}"}, "partials/p.hbs:1:1"),
    ],
)
def test_a_mistake_in_a_partial_is_told_at_its_place(text: str, files: dict[str, str], problem: str, render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        render(text, {}, "markup", files)

    assert {str(found.place) for found in caught.value.problems} == {problem}
