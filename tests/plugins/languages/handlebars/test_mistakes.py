"""Every mistake in a template is reported, with its place and what to write instead."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from mailweave.errors import MailweaveError
from mailweave.languages import Scope
from mailweave.limits import DEFAULT
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars
from mailweave_plugins.languages.handlebars_expressions import MAX_NESTING

MISTAKES = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text(encoding="utf-8"))


def told(error: MailweaveError) -> list[str]:
    return [f"{problem.place.line}:{problem.place.column}: {problem.sentence}" for problem in error.problems if problem.place]


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["template"])
def test_a_mistake_in_the_template(case: dict[str, Any], handlebars: Handlebars) -> None:
    with pytest.raises(MailweaveError) as caught:
        handlebars.parse(Source("a.hbs", case["template"]))

    assert case["problems"] == told(caught.value)


class Filling(NamedTuple):
    template: str
    problem: str


DATA = {"name": "Ann", "customer": {}, "orders": [{"total": 1}, {}], "nil": None, "address": {"city": "Graz"}, "bad": "javascript:x"}
CUSTOMER = "`customer.first_name` is missing – declare `customer.first_name` under `variables` with a `fallback`, or put "
FILLINGS = [
    Filling("Hi\n {{customer.first_name}}", "2:2: " + CUSTOMER + "`{{#if customer.first_name}}` around it"),
    Filling("{{{customer.first_name}}}", "1:1: " + CUSTOMER + "`{{#if customer.first_name}}` around it"),
    Filling("{{upper customer.first_name}}", "1:1: " + CUSTOMER + "`{{#if customer.first_name}}` around it"),
    Filling("{{#with address}}{{@root.customer.first_name}}{{/with}}", "1:18: " + CUSTOMER + "`{{#if @root.customer.first_name}}` around it"),
    Filling("{{#with address}}{{../customer.first_name}}{{/with}}", "1:18: " + CUSTOMER + "`{{#if ../customer.first_name}}` around it"),
    Filling("{{#with @root as |all|}}{{all.customer.first_name}}{{/with}}", "1:25: " + CUSTOMER + "`{{#if all.customer.first_name}}` around it"),
    Filling('{{lookup customer "first_name"}}', "1:1: " + CUSTOMER + '`{{#if lookup customer "first_name"}}` around it'),
    Filling(
        "{{#with address}}{{street}}{{/with}}",
        "1:18: `address.street` is missing – declare `address.street` under `variables` with a `fallback`, or put `{{#if street}}` around it",
    ),
    Filling("{{nil}}", "1:1: `nil` is missing – put `{{#if nil}}` around it"),
    Filling("{{#each orders}}{{total}}{{/each}}", "1:17: `total` is missing – put `{{#if total}}` around it"),
    Filling("{{#each orders as |o|}}{{o.total}}{{/each}}", "1:24: `o.total` is missing – put `{{#if o.total}}` around it"),
    Filling(
        "{{#each orders}}{{name}}{{/each}}",
        "1:17: `name` is missing – a block such as `each` is around it; write `@root.name` for the value from outside, or put `{{#if name}}` around it",
    ),
    Filling("{{@index}}", "1:1: `@index` is missing – put `{{#if @index}}` around it"),
    Filling("{{address}}", "1:1: an object has no text – name one of its values"),
    Filling("{{upper (picky name)}}", "1:10: `picky`: 'Ann' won't do – write something else"),
    Filling("{{#if (picky name)}}{{/if}}", "1:8: `picky`: 'Ann' won't do – write something else"),
    Filling('{{t "nowhere"}}', "1:3: `t`: there is no text 'nowhere' – look at what `t` is given"),
    Filling("{{log name level=address}}", "1:1: `log` has no level an object – use one of: debug, info, warn, error"),
    Filling('{{log name level="loud"}}', "1:1: `log` has no level 'loud' – use one of: debug, info, warn, error"),
]


@pytest.mark.parametrize("case", FILLINGS, ids=lambda case: case.template)
def test_a_mistake_that_shows_when_the_template_is_filled(case: Filling, render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        render(case.template, DATA)

    assert [case.problem] == told(caught.value)


def test_a_value_that_its_place_cannot_hold_is_reported_at_its_tag(render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        render('<p>\n<a href="{{bad}}">x</a>', DATA)

    assert [problem.code for problem in caught.value.problems] == ["bad-value"]
    assert told(caught.value)[0].startswith("2:10: ")


def test_every_missing_value_is_reported_once(render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError) as caught:
        render("{{a}} {{#each orders}}{{x}}{{/each}} {{b}}", DATA)

    assert [problem.what.split()[0] for problem in caught.value.problems] == ["`a`", "`x`", "`b`"]


def test_loops_that_never_seem_to_end_are_stopped(render: Callable[..., str]) -> None:
    many = list(range(DEFAULT.turns // 10))

    with pytest.raises(MailweaveError, match="loops of this template go round more than"):
        render("{{#each many}}{{#each ../many}}{{/each}}{{/each}}", {"many": many})


@pytest.mark.parametrize(("opening", "closing"), [("{{#each a}}", "{{/each}}"), ("{{#if a}}", "{{/if}}"), ("{{#a}}", "{{/a}}")])
def test_blocks_may_be_nested_deep_but_not_without_end(opening: str, closing: str, render: Callable[..., str]) -> None:
    endless: dict[str, Any] = {}
    endless["a"] = [endless]

    assert render(opening * MAX_NESTING + "x" + closing * MAX_NESTING, endless) == "x"

    with pytest.raises(MailweaveError, match="deeper than"):
        render(opening * 5000 + closing * 5000)


def test_a_long_chain_of_else_tags(render: Callable[..., str]) -> None:
    chain = "{{#if a}}a" + "".join("{{else if b}}b" for _ in range(MAX_NESTING - 2))

    assert render(chain + "{{else}}c{{/if}}") == "c"
    with pytest.raises(MailweaveError, match="deeper than"):
        render(chain + "{{else if b}}" * 5000 + "{{/if}}")


def test_parentheses_nested_without_end(render: Callable[..., str]) -> None:
    with pytest.raises(MailweaveError, match="parentheses are nested deeper"):
        render("{{upper " + "(upper " * 5000 + "1" + ")" * 5000 + "}}")


def test_whatever_a_filter_raises_is_reported_at_its_name(scope: Scope) -> None:
    def broken(scope: Scope, value: object) -> object:
        return {}[value]

    with pytest.raises(MailweaveError) as caught:
        Handlebars({"broken": broken}).parse(Source("a.hbs", "{{broken 'x'}}")).render({}, scope)

    assert told(caught.value) == ["1:3: `broken`: it can't take these values – look at what `broken` is given"]
