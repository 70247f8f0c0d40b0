"""Why pybars3 doesn't fill the templates: these reasons are in docs/languages-handlebars.md. When one of them is gone, the decision can be looked at again."""

from typing import Any, NamedTuple

import pybars
import pytest


class Wrong(NamedTuple):
    template: str
    data: dict[str, Any]
    handlebars_js: str
    pybars3: str


WRONG = [
    Wrong("{{#if a}}A{{else if b}}B{{else}}C{{/if}}", {"b": 1}, "B", "C"),
    Wrong("{{#with a}}{{../b}}{{/with}}", {"a": {}, "b": 1}, "1", ""),
    Wrong("{{#unless a}}A{{else}}B{{/unless}}", {"a": 1}, "B", ""),
    Wrong("{{#with a}}A{{else}}B{{/with}}", {}, "B", "A"),
    Wrong("{{#each a}}A{{else}}B{{/each}}", {"a": "xy"}, "B", "AA"),
    Wrong("{{#if a}}A{{else}}B{{/if}}", {"a": {}}, "A", "B"),
    Wrong("\\{{a}}", {"a": 1}, "{{a}}", "\\1"),
    Wrong("{{#each a}}{{this}}\n{{/each}}", {"a": ["x", "y"]}, "x\ny\n", "xy"),
    Wrong("{{!-- {{a}} --}}", {"a": 1}, "", " --}}"),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.template)
def test_pybars3_is_silently_wrong(case: Wrong, render: Any) -> None:
    assert case.pybars3 == str(pybars.Compiler().compile(case.template)(case.data))
    assert case.handlebars_js == render(case.template, case.data)


@pytest.mark.parametrize(
    "template", ["{{#each a as |x|}}{{x}}{{/each}}", "{{#if a includeZero=true}}x{{/if}}", "{{a:b}}", '{{"n"}}', "{{#a.b}}x{{/a.b}}"]
)
def test_pybars3_refuses_what_handlebars_js_takes(template: str, render: Any) -> None:
    with pytest.raises((pybars.PybarsError, TypeError)):
        pybars.Compiler().compile(template)({})
    render(template, {"a": {"b": 1}, "a:b": 1, "n": 1})


def test_pybars3_reads_attributes_of_python_objects() -> None:
    with pytest.raises(TypeError):
        pybars.Compiler().compile("{{cart.items}}")({"cart": {}})


def test_pybars3_takes_an_unclosed_block() -> None:
    assert "x" not in str(pybars.Compiler().compile("{{#if a}}x")({"a": 1}))
