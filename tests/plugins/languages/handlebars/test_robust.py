"""Whatever somebody writes, the answer is text or a `MailweaveError`."""

from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.languages import Scope
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars
from mailweave_plugins.languages.handlebars_parser import parse

PARTS = [
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{{#",
    "{{/",
    "{{^",
    "{{else",
    "{{else}}",
    "{{>",
    "{{!",
    "{{!--",
    "--}}",
    "{{{{",
    "}}}}",
    "{{&",
    "~",
    "a",
    "b",
    "this",
    ".",
    "..",
    "@index",
    "@root",
    "[x",
    "]",
    "(",
    ")",
    "|",
    "as",
    "1",
    "-2",
    '"s"',
    "'",
    "=",
    "k=1",
    "if",
    "each",
    "with",
    "lookup",
    "upper",
    "join",
    "safe",
    "a.b",
    "../a",
    "\\",
    "<p>",
    "<a",
    "</a>",
    'href="',
    '"',
    ">",
    "{{a}}",
    "{{#if",
    "{{/if}}",
    "{{#each",
    "{{/each}}",
    "{{#a}}",
    "{{/a}}",
    "{{lookup",
    "{{upper",
    "{{{a}}}",
    "text",
    "{{.}}",
]
TEMPLATES = st.lists(st.sampled_from([*PARTS, " ", "\n"]), max_size=25).map(lambda parts: " ".join(parts).replace("{{ ", "{{")) | st.text(max_size=30)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
DATA: st.SearchStrategy[Any] = st.dictionaries(
    st.sampled_from(["a", "b", "x"]),
    st.recursive(
        PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "x"]), inner, max_size=2), max_leaves=5
    ),
)


@hypothesis_settings(max_examples=100, deadline=None)
@given(text=TEMPLATES, data=DATA)
def test_any_template_with_any_data(text: str, data: Any, handlebars: Handlebars, scope: Scope) -> None:
    try:
        template = handlebars.parse(Source("a.hbs", text))
        assert len(template.masked) == len(text)
        assert "{{" not in template.masked or "\\{{" in text
        template.render(data, scope)
    except MailweaveError as error:
        assert error.problems
        assert all((problem.place and problem.remedy) or problem.code == "bad-value" for problem in error.problems)


WORKING = st.lists(
    st.sampled_from(
        [
            "{{a}}", "{{b.x}}", "{{{a}}}", "{{#if a}}", "{{/if}}", "{{#each b}}", "{{/each}}", "{{else}}", "{{else if x}}", "{{this}}", "x", "\n", " ", "{{@index}}",
            "{{#with b}}", "{{/with}}", "{{../a}}", "{{upper a}}", "{{~a~}}", "{{!c}}", "{{lookup b 0}}", "{{#b}}", "{{/b}}", "{{b.length}}",
            '{{#*inline "p"}}', "{{/inline}}", "{{> p}}", "{{> p b}}", "{{> p x=a}}", "{{#> p}}", "{{/p}}", "{{> @partial-block}}", "{{> (lookup . 'a')}}",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@hypothesis_settings(max_examples=100, deadline=None)
@given(text=WORKING, data=DATA)
def test_templates_of_working_tags(text: str, data: Any, handlebars: Handlebars, scope: Scope) -> None:
    try:
        first, second = (handlebars.parse(Source("a.hbs", text)).render(data, scope) for _ in range(2))
        assert first == second
    except MailweaveError as error:
        assert error.problems


@hypothesis_settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab<>&\"' \n{}~"), max_size=40).filter(lambda text: "{{" not in text))
def test_a_text_without_tags_stays_as_it_is(text: str, handlebars: Handlebars, scope: Scope) -> None:
    template = handlebars.parse(Source("a.hbs", text), "text")

    assert template.render({}, scope) == text
    assert template.masked == text


@hypothesis_settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab<>&\"' \n}~#/"), max_size=40))
def test_an_escaped_tag_is_text(text: str) -> None:
    program = parse(Source("a.hbs", "\\{{" + text))

    assert "{{" + text == "".join(content.text for content in program.body)  # type: ignore[union-attr]
