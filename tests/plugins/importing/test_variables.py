"""The types that import declares: by a value's name, by the filter that takes it, by how it is counted; and a customer who has each."""

from __future__ import annotations

import pytest

from mailweave.declarations import type_error
from mailweave.source import Source
from mailweave.templates import parse_template
from mailweave_plugins.importing.variables import sample_of, variables_of


@pytest.mark.parametrize(
    ("language", "text", "types"),
    [
        ("liquid", "{{ customer.joined | date: '%Y' }}{{ customer.birthday | date: '%B' }}", {"joined": "datetime", "birthday": "date"}),
        ("liquid", "{{ customer.spent | money }}{{ customer.left | plus: 1 }}", {"spent": "number", "left": "number"}),
        ("liquid", "{{ customer.likes | join: ', ' }}{{ customer.cards.size }}", {"likes": "list", "cards": "list"}),
        ("liquid", "{{ customer.city }}{{ customer.moreMoney }}", {"city": "string", "moreMoney": "string"}),
        ("handlebars", '{{date customer.joined "%Y"}}{{money customer.spent}}', {"joined": "datetime", "spent": "number"}),
        ("handlebars", "{{customer.orders.length}}{{#if (gt customer.cards.length 2)}}x{{/if}}", {"orders": "list"}),
        ("handlebars", '{{#if (eq customer.plan "gold")}}x{{/if}}', {}),
        ("liquid", "{{ customer.timezone }}{{ customer.locale }}{{ customer.email }}", {"timezone": "string", "locale": "string", "email": "string"}),
    ],
)
def test_types_and_samples(mailweave_engine, make_workspace, language, text, types):
    workspace = make_workspace()
    template = parse_template(Source("m", text), language, workspace.registry)
    variables = variables_of([template], text)
    assert {path.removeprefix("customer."): info["type"] for path, info in variables.items()} == types
    sample = sample_of(variables)
    assert [type_error(kind, sample[name]) for name, kind in types.items()] == [None] * len(types)
    assert sample.get("timezone", "UTC") == "UTC"
