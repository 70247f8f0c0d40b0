"""The tree of a template: whole, with true positions."""

from typing import NamedTuple

import pytest

from mailweave.facts import MISSING
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import (
    Block,
    Call,
    Comment,
    Content,
    DecoratorBlock,
    Literal,
    Mustache,
    Partial,
    PartialBlock,
    Path,
    Program,
    RawBlock,
    inside,
    walk,
)
from mailweave_plugins.languages.handlebars_parser import parse

EVERYTHING = """
{{! comment }}<p>{{~ customer.[first name] ~}}</p>{{{raw}}}{{& raw}}
  {{> footer this kind="small" n=1.5}}
{{#> layout}}none{{/layout}}{{#*inline "row"}}<b>{{.}}</b>{{/inline}}
{{#each orders as |order i|}}{{helper (inner ../a @root.b) true null undefined -3 key=(x y)}}{{else}}-{{/each}}
{{^if a}}1{{else}}2{{/if}}{{#if a}}3{{else if b}}4{{else}}5{{/if}}{{{{raw a}}}} {{x}} {{{{/raw}}}}\\{{text}}
"""


def tree(text: str) -> Program:
    return parse(Source("a.hbs", text))


def test_every_node_knows_where_it_stands() -> None:
    for statement in walk(tree(EVERYTHING)):
        written = EVERYTHING[statement.start : statement.end]
        if isinstance(statement, Content):
            assert statement.original == written
        else:
            assert written.startswith("{{")
            assert written.endswith("}}") or isinstance(statement, Block)


def test_every_expression_knows_where_it_stands() -> None:
    calls = [statement.call for statement in walk(tree(EVERYTHING)) if not isinstance(statement, Content | Comment)]
    found = [expression for call in calls for expression in inside(call) if not isinstance(expression, Call)]

    assert len(found) > 20
    for expression in found:
        written = EVERYTHING[expression.start : expression.end]
        assert written.strip("\"'").replace("[", "").replace("]", "") == expression.text


def test_the_kinds_of_node() -> None:
    kinds = [type(node).__name__ for node in tree(EVERYTHING).body if not isinstance(node, Content)]

    blocks = ["PartialBlock", "DecoratorBlock", "Block", "Block", "Block", "RawBlock"]
    assert ["Comment", "Mustache", "Mustache", "Mustache", "Partial", *blocks] == kinds


class Named(NamedTuple):
    text: str
    path: Path


PATHS = [
    Named("a", Path(2, 3, "a", ("a",))),
    Named("a.b/c", Path(2, 7, "a.b/c", ("a", "b", "c"))),
    Named("this", Path(2, 6, "this", (), scoped=True)),
    Named(".", Path(2, 3, ".", (), scoped=True)),
    Named("this.a", Path(2, 8, "this.a", ("a",), scoped=True)),
    Named("./a", Path(2, 5, "./a", ("a",), scoped=True)),
    Named("../../a.b", Path(2, 11, "../../a.b", ("a", "b"), depth=2, scoped=True)),
    Named("@index", Path(2, 8, "@index", ("index",), data=True)),
    Named("@../index", Path(2, 11, "@../index", ("index",), depth=1, data=True)),
    Named("a.[b c].[d]", Path(2, 13, "a.b c.d", ("a", "b c", "d"))),
    Named("[this]", Path(2, 8, "this", ("this",), scoped=True)),
    Named("[a\\]b]", Path(2, 8, "a]b", ("a]b",))),
    Named("1st", Path(2, 5, "1st", ("1st",))),
    Named("thisness", Path(2, 10, "thisness", ("thisness",))),
]


@pytest.mark.parametrize("case", PATHS, ids=lambda case: case.text)
def test_names(case: Named) -> None:
    (mustache,) = tree("{{" + case.text + "}}").body

    assert isinstance(mustache, Mustache)
    assert case.path == mustache.call.callee


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a b"', "a b"),
        ("'a\"b'", 'a"b'),
        (r'"a\"b"', 'a"b'),
        ("12", 12),
        ("-3", -3),
        ("true", True),
        ("false", False),
        ("null", None),
        ("undefined", MISSING),
    ],
)
def test_literals(text: str, value: object) -> None:
    (mustache,) = tree("{{helper " + text + "}}").body

    assert isinstance(mustache, Mustache)
    (literal,) = mustache.call.params
    assert isinstance(literal, Literal)
    assert value == literal.value
    assert type(value) is type(literal.value)


def test_a_fraction_is_exact() -> None:
    (mustache,) = tree("{{helper 0.1}}").body

    assert isinstance(mustache, Mustache)
    assert str(mustache.call.params[0].value) == "0.1"  # type: ignore[union-attr]


def test_a_block_with_everything() -> None:
    text = "{{#each a as |x i|}}1{{else if b}}2{{else}}3{{/each}}"
    (block,) = tree(text).body

    assert isinstance(block, Block)
    assert block.program
    assert block.inverse
    assert block.program.names == ("x", "i")
    assert block.inverse.chained
    assert [text[slice(*tag)] for tag in (block.opening, block.middle or (0, 0), block.closing)] == [
        "{{#each a as |x i|}}",
        "{{else if b}}",
        "{{/each}}",
    ]
    (inner,) = block.inverse.body
    assert isinstance(inner, Block)
    assert [branch.body[0].text for branch in inner.branches if isinstance(branch.body[0], Content)] == ["2", "3"]


def test_a_standalone_partial_keeps_its_indentation() -> None:
    partial = next(node for node in tree("a\n   {{> row}}\nb").body if isinstance(node, Partial))

    assert partial.indent == "   "


def test_a_raw_block_keeps_what_is_in_it() -> None:
    (block,) = tree("{{{{raw a}}}}{{x}} {{{{in}}}} {{{{/in}}}}{{{{/raw}}}}").body

    assert isinstance(block, RawBlock)
    assert block.program
    assert "".join(part.text for part in block.program.body if isinstance(part, Content)) == "{{x}} {{{{in}}}} {{{{/in}}}}"


def test_partial_and_decorator_blocks_keep_their_content() -> None:
    partial, decorator = tree("{{#> p a}}x{{/p}}{{#*inline 'n'}}y{{/inline}}").body

    assert isinstance(partial, PartialBlock)
    assert isinstance(decorator, DecoratorBlock)
    assert decorator.call.params[0].text == "n"  # type: ignore[union-attr]
