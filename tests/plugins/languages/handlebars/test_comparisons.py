"""The helpers that compare: what they give for each kind of value, in the interpreter and compiled."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from mailweave.compiled.program import Program
from mailweave.errors import MailweaveError
from mailweave.profiles import Profile
from mailweave.render import render as reference
from mailweave.testing import AT, write_files

ASKED = "{{#if (%s)}}yes{{else}}no{{/if}}"
VALUES = {"one": 1, "same": Decimal("1.0"), "more": 2.5, "text": "1", "ann": "Ann", "yes": True, "no": False, "zero": 0, "empty": "", "list": [1], "nothing": None}


@pytest.mark.parametrize(
    ("test", "is_true"),
    [
        ("eq one 1", True),
        ("eq one same", True),
        ("eq one more", False),
        ("eq ann \"Ann\"", True),
        ("eq ann \"ann\"", False),
        ("eq yes true", True),
        ("eq yes no", False),
        ("eq gone 1", False),
        ("eq 1 gone", False),
        ("eq nothing \"\"", False),
        ("ne one 1", False),
        ("ne gone 1", True),
        ("gt more 1", True),
        ("gt one same", False),
        ("gte one same", True),
        ("lt one more", True),
        ("lte more one", False),
        ("gt gone 1", False),
        ("lte gone 1", False),
        ("and yes one ann", True),
        ("and yes zero", False),
        ("and yes gone", False),
        ("or empty gone one", True),
        ("or empty zero no", False),
        ("not gone", True),
        ("not ann", False),
        ("and (gt more 1) (not (eq ann \"Bob\"))", True),
        ("gt list.length 0", True),
    ],
)
def test_compares(render, test, is_true):
    assert render(ASKED % test, VALUES) == ("yes" if is_true else "no")


@pytest.mark.parametrize(
    ("test", "what"),
    [
        ("eq one text", "`eq`: a number can't be compared with a text – give two numbers, two texts, or two of true and false"),
        ("ne text 1", "`ne`: a text can't be compared with a number – give two numbers, two texts, or two of true and false"),
        ("eq yes one", "`eq`: true or false can't be compared with a number – give two numbers, two texts, or two of true and false"),
        ("eq list list", "`eq`: a list, an object or a date can't be compared with a list, an object or a date – give two numbers, two texts, or two of true and false"),
        ("eq gone nothing", "`eq`: both values are missing – put an `if` around it, or declare a fallback for one of them"),
        ("gt text 0", "`gt`: '1' is a text – give a number, without quotes"),
        ("lt 1 yes", "`lt`: True is true or false – give a number, without quotes"),
        ("gt gone ann", "`gt`: 'Ann' is a text – give a number, without quotes"),
    ],
)
def test_what_cannot_be_compared_is_an_error(render, test, what):
    with pytest.raises(MailweaveError) as caught:
        render(ASKED % test, VALUES)
    assert [problem.sentence for problem in caught.value.problems] == [what]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{#eq a 1}}x{{/eq}}", "`eq` isn't a block helper – write `{{#if (eq …)}}`"),
        ("{{#if (eq a)}}x{{/if}}", "it takes: first, second"),
        ("{{#if (not a b)}}x{{/if}}", "it takes: value"),
    ],
)
def test_mistakes_are_found_before_filling(handlebars, render, text, what):
    with pytest.raises(MailweaveError) as caught:
        render(text)
    assert [what in problem.sentence for problem in caught.value.problems] == [True]


def test_a_bare_name_is_a_value(render):
    assert render("{{eq}} {{#or}}{{this}}{{/or}}", {"eq": "a", "or": ["b"]}) == "a b"


def test_what_is_only_compared_may_be_missing(handlebars, render):
    assert render("{{#if (eq customer.plan 'gold')}}a{{else}}b{{/if}}", {"customer": {}}) == "b"


def test_compiled_they_give_the_same(tmp_path, mailweave_engine):
    """One program for every pair of values, in any order, against the reference."""
    body = "".join(f"<p>{ASKED % f'{helper} customer.a customer.b'}</p>" for helper in ("eq", "ne", "gt", "gte", "lt", "lte", "and", "or"))
    files = {
        "mailweave.yaml": "name: T\nbrand: {name: T}\nsender: {name: T, email: t@test.example}\n",
        "layouts/base.html": "<html><head><title>T</title></head><body><mw-slots></mw-slots></body></html>",
    }
    write_files(tmp_path, {**files, "campaigns/c.yaml": "subject: S\nlayout: base\nslots: {a: {block: b}}\n"})
    # Some can be compared by all helpers, others only by some.
    for helper in ("numbers", "any"):
        text = body if helper == "numbers" else "".join(f"<p>{ASKED % f'{name} customer.a customer.b'}</p>" for name in ("and", "or")) + f"<p>{ASKED % 'not customer.a'}</p>"
        write_files(tmp_path, {"content_blocks/b/block.yaml": "description: x\nvariants: {default: {}}\n", "content_blocks/b/default.hbs.html": text})
        workspace = mailweave_engine.open(tmp_path)
        campaign = workspace.campaign("c")
        program = Program(workspace, campaign, workspace.config.assets)
        values = [1, 1.0, 2.5, 0, "1", "Ann", "", True, False, [1], None]
        compared = 0
        for first, second in product(values, repeat=2):
            profile = Profile.from_data({name: value for name, value in (("a", first), ("b", second)) if value is not None})
            assert outcome(program.build, profile, AT) == outcome(reference, workspace, campaign, profile, AT)
            compared += 1
        assert compared == len(values) ** 2
        assert program.counts.hits > 0


def outcome(build, *arguments):
    try:
        built = build(*arguments)
        return getattr(built, "message", built).html
    except MailweaveError as error:
        return [str(problem) for problem in error.problems]
