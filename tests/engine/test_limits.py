"""Everything that one message takes is counted: the same said, and the same built, the reference way and compiled."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailweave import MailweaveError
from mailweave.limits import Limits
from mailweave.profiles import Profile
from mailweave.work import OverLimit, Work, most_steps, most_turns, weight

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "limits.yaml").read_text())
MARKUPS = {
    "mjml": {
        "content_blocks/note/default.mjml": "<mj-section><mj-column><mj-text>{{ customer.v | safe }}</mj-text></mj-column></mj-section>",
        "layouts/base.mjml": "<mjml><mj-body><mw-slots /></mj-body></mjml>",
    },
    "html": {
        "content_blocks/note/default.mjml": "<mj-section><mj-column><mj-raw>{{ customer.v | safe }}</mj-raw></mj-column></mj-section>",
        "layouts/base.mjml": (
            '<mjml><mj-head><mj-style inline="inline">p { color: red }</mj-style></mj-head><mj-body><mw-slots /></mj-body></mjml>'
        ),
    },
}


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def outcomes(engine, shop, program, values: dict[str, Any]) -> tuple[str, str]:
    """What a customer's message says, or what is said of it, the reference way and by a program."""
    reference = _outcome(lambda profile: engine.render(shop, "hello", profile, AT, reference=True), values)
    return reference, _outcome(lambda profile: program.render(profile, AT), values)


def _outcome(build, values: dict[str, Any]) -> str:
    try:
        message = build(Profile.from_data({"id": "bob", **values}))
    except MailweaveError as error:
        assert all(problem.code in ("limit", "bad-value", "missing-value") for problem in error.problems)
        return "\n".join(map(str, error.problems))
    return f"{message.subject}\n{message.html}\n{message.text}"


def warm(engine, shop):
    """A program that has built a message, so that the next is filled into a compiled document where it can be."""
    program = engine.compile(shop, "hello")
    for _ in range(2):
        program.render(Profile.from_data({"id": "ann", "v": "x"}), AT)
    return program


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_document_is_bounded_before_a_native_parser_sees_it(mailweave_engine, make_workspace, markup):
    shop = make_workspace(MARKUPS[markup])
    program = warm(mailweave_engine, shop)
    for value, said in CASES["refused"][:: 1 if markup == "mjml" else 4]:
        reference, compiled = outcomes(mailweave_engine, shop, program, {"v": eval(value)})
        assert said in reference, value
        assert reference.startswith("content_blocks/note/default.mjml:1:")
        assert reference.endswith(("` in mailweave.yaml", "close the tags of what is put out unescaped"))
        assert compiled == reference


@pytest.mark.parametrize("markup", MARKUPS)
def test_what_is_within_the_limits_is_built(mailweave_engine, make_workspace, markup):
    shop = make_workspace(MARKUPS[markup])
    program = warm(mailweave_engine, shop)
    for value in CASES["built"]:
        reference, compiled = outcomes(mailweave_engine, shop, program, {"v": eval(value)})
        assert "<html" in reference, value
        assert compiled == reference


def test_a_profile_is_bounded(mailweave_engine, make_workspace):
    shop = make_workspace()
    program = warm(mailweave_engine, shop)
    for profile, said in CASES["profiles"]:
        reference, compiled = outcomes(mailweave_engine, shop, program, {"v": "x", **eval(profile)})
        assert said in reference, profile
        assert compiled == reference


def limited(engine, shop, limits: str):
    """The workspace, read again with these limits."""
    config = shop.root / "mailweave.yaml"
    config.write_text(config.read_text() + f"limits: {{{limits}}}\n")
    return engine.open(shop.root)


@pytest.mark.parametrize("tag", ["div", "ul><li", "table><tr><td"])
def test_the_largest_depth_is_safe_for_every_part(mailweave_engine, make_workspace, tag):
    shop = limited(mailweave_engine, make_workspace(MARKUPS["html"]), "depth: 500")
    names = tag.split("><")
    value = f"<{tag}>" * (360 // len(names)) + "word" + "".join(f"</{name}>" for name in reversed(names)) * (360 // len(names))
    message = mailweave_engine.render(shop, "hello", Profile.from_data({"id": "a", "v": value}), AT, reference=True)
    assert "word" in message.text


LOOPS = {
    "liquid": (
        "{% for a in customer.list %}{% for b in customer.list limit: customer.n %}{{ b }},{% endfor %}{% for c in customer.list %}{{ c | upcase }}{% endfor %}"
        "{% endfor %}{% assign d = customer.list | join: customer.text %}{% assign e = customer.text | append: d %}{{ e | truncate: 5 }}"
    ),
    "handlebars": "{{#each customer.list}}{{#each ../customer.list}}{{this}},{{/each}}{{/each}}{{customer.text}}",
}


@pytest.mark.parametrize("language", LOOPS)
def test_code_never_goes_further_than_the_interpreter(mailweave_engine, make_workspace, language):
    """With the least limits, lists and texts of lengths around what they allow."""
    name = "default.mjml" if language == "liquid" else "default.hbs.mjml"
    body = f"<mj-section><mj-column><mj-text>{LOOPS[language]}</mj-text></mj-column></mj-section>"
    shop = make_workspace({f"content_blocks/note/{name}": body, f"content_blocks/note/{name.replace('default', 'other')}": body})
    if language == "handlebars":
        for plain in ("default.mjml", "other.mjml"):
            (shop.root / "content_blocks/note" / plain).unlink()
    shop = limited(mailweave_engine, shop, "turns: 100, characters: 100000")
    chance = random.Random(7)
    program = mailweave_engine.compile(shop, "hello")
    seen = set()
    for _ in range(20):
        length = chance.choice([0, 1, 3, 6, 7, 8, 9, 10, 12, 60, 150])
        values = {"list": ["x" * chance.choice([1, 20])] * length, "n": chance.choice([1, 5, 200]), "text": "y" * chance.choice([1, 3_000, 40_000, 110_000])}
        reference, compiled = outcomes(mailweave_engine, shop, program, values)
        assert compiled == reference
        seen.add("go round more" in reference or ("characters" in reference and "limits" in reference) or "built")
    assert seen == {True, "built"}


def test_work_is_counted():
    limits = Limits(turns=100, characters=100_000)
    work = Work(limits)
    work.loop(60, 1)
    with pytest.raises(OverLimit, match=r"more than 100 times – loop over fewer items, or raise `limits: \{turns: …\}`"):
        work.loop(41, 1)
    with pytest.raises(OverLimit, match="more than 200,000 steps"):
        work.step(most_steps(limits))
    with pytest.raises(OverLimit, match="longer than 100,000 characters"):
        work.put_out(100_001)


@pytest.mark.parametrize(("value", "expected"), [("x" * 99, 9), ([1, [2, [3]]], 25), (range(10**15), 5 * 10**15), ({"a": [1] * 9}, 5), (None, 0), (10**300, 0)])
def test_weight(value, expected):
    assert weight(value) == expected


def test_so_many_turns_of_that_cost_are_within_the_limits():
    for turns, cost in ((100, 1), (100, 5_000), (10_000, 900), (10_000_000, 20_000)):
        limits = Limits(turns=turns)
        assert (most_turns(limits, cost) + 1) * cost + limits.characters <= most_steps(limits)
