"""The generated code gives what the interpreter gives, or leaves a template to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from babel import Locale
from markupsafe import Markup

from mailweave.compiled.emitter import Emitter
from mailweave.compiled.purity import Person, StaticScope
from mailweave.compiled.residue import Code, Known, Scoped, Value
from mailweave.compiled.values import Bail
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import CannotCompile, Escaping, Language, Scope
from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars

FOLDER = Path(__file__).parent
AT = datetime(2026, 11, 24, tzinfo=UTC)
TABLE = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
RANDOM = json.loads((FOLDER / "random.json").read_text(encoding="utf-8"))
CASES = [(case["template"], case.get("data", TABLE["common"])) for case in TABLE["cases"] if "partials" not in case]
VALUES: dict[str, Any] = {
    "nil": None, "yes": True, "no": False, "zero": 0, "less": -1, "half": 1.5, "negzero": -0.0, "nan": float("nan"), "endless": float("inf"),
    "exact": Decimal("1.10"), "vast": 10**400, "dust": Decimal("1e-500"), "large": 1e300, "empty": "", "text": "text", "blank": " ", "line": "a\u2028b",
    "dotted": "İ", "half_pair": "a\ud800b", "mark": Markup("<b>"), "none": [], "list": [1, "a"], "gaps": [None], "nested": [[1], {}], "bare": {},
    "object": {"a": 1}, "day": date(2026, 1, 2), "moment": datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "naive": datetime(2026, 1, 2, 3, 4),
    "iso": "2026-01-02", "now": "now", "code": "EUR", "sign": "%", "digits": "9" * 5000,
}  # fmt: skip
# What no reader of an error or a mail should see of Python.
PYTHON = re.compile(
    r"\b(?:True|False|None|NoneType|Decimal|datetime|Markup|MISSING|dict|tuple|unhashable|argument|positional|keyword|iterable|subscriptable|operand)\b"
    r"|\b(?:int|str|float|bool)\b |(?:list|tuple|dict)' object|object has no attribute|<(?:object|class|function)|\{'|\['|\[1|range\(|__"
)


def translate(key: str, values: Mapping[str, Any]) -> str:
    if key == "text":
        return "Text"
    raise LookupError("there is no such text – write it into messages/en.yaml")


SCOPE = Scope(Locale("en", "US"), ZoneInfo("UTC"), AT, "USD", translate)


@pytest.fixture(scope="module")
def real(mailweave_engine: Engine) -> Language:
    return mailweave_engine.registry.languages["handlebars"]


def interpreted(template: Any, data: Mapping[str, Any]) -> str | list[str]:
    """The text, or what is wrong with it; each with a place, a remedy and no Python."""
    try:
        return str(template.render(data, SCOPE))
    except MailweaveError as error:
        assert all(problem.place and problem.remedy and problem.code for problem in error.problems)
        return [problem.sentence for problem in error.problems]


def coded(template: Any, data: Mapping[str, Any], known: bool) -> str | None:
    """What the code gives, with all values known when it is written or none; None where it leaves the template to the interpreter."""
    emitter = Emitter()
    roots: dict[str, Value] = {name: Known(value) if known else Code(f"R.customer[{name!r}]") for name, value in data.items()}
    static = StaticScope(SCOPE.locale, SCOPE.currency, SCOPE.translate, SCOPE.asset, SCOPE.limits)
    try:
        with emitter.string() as result:
            template.write_code(emitter, roots, Scoped(static))
        emitter.line(f"return {emitter.code(result())}")
        names = {**emitter.names, "bail": bail}
        exec(f"def fill(R):\n{emitter.source(traced=False)}", names)
        return str(names["fill"](Person(data, AT, SCOPE.zone, str)))
    except CannotCompile:
        return None
    except (Bail, MailweaveError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError):
        # Whatever the code raises, the interpreter is asked.
        return None


def bail() -> None:
    raise Bail


def assert_equal(language: Language, text: str, data: Mapping[str, Any], escaping: Escaping = "text") -> bool:
    """Compare both ways; whether the code gave a text."""
    try:
        template = language.parse(Source("t", text), escaping)
    except MailweaveError as error:
        assert [problem.sentence for problem in error.problems if PYTHON.search(problem.sentence) or not problem.place or not problem.remedy] == []
        return False
    wanted = interpreted(template, data)
    found = [coded(template, data, known) for known in (False, True)]
    assert [got for got in found if got is not None and got != wanted] == [], text
    assert not PYTHON.search(wanted if isinstance(wanted, str) else "\n".join(re.sub("`[^`]*`", "", line) for line in wanted)), (text, wanted)
    return found[0] is not None


@pytest.mark.parametrize("escaping", ["text", "url"])
def test_every_construct(handlebars: Handlebars, escaping: Escaping) -> None:
    pairs = [(text, data) for text, data in CASES if isinstance(data, Mapping)]
    pairs += [(case["template"], RANDOM["common"]) for case in RANDOM["cases"] if ">" not in case["template"]]
    pairs += [("{{#each list}}{{#if @root.on}}{{#if this}}y{{else}}n{{/if}}{{/if}}{{/each}}", {"list": [None, 1, {}], "on": True})]
    done = [assert_equal(handlebars, text, data, escaping) for text, data in pairs]
    assert sum(done) > 250


def parameters(counts: Iterable[int]) -> Iterable[str]:
    return (" ".join(chosen) for count in counts for chosen in product(VALUES, repeat=count))


@pytest.mark.parametrize("helper", ["asset", "date", "money", "number", "percent", "pluralise", "safe", "t", "lookup", "log"])
def test_every_helper_with_every_value(real: Language, helper: str) -> None:
    for given in parameters((0, 1)):
        for text in (f"{{{{{helper} {given}}}}}", f"{{{{#if ({helper} {given})}}}}x{{{{/if}}}}"):
            assert_equal(real, text, VALUES)
    for given in (*parameters((2,)), "iso text text", "iso text text text"):
        if given.split()[0] in ("zero", "text", "iso", "list", "object", "nil"):
            assert_equal(real, f"{{{{{helper} {given}}}}}", VALUES)
    for name in ("format", "currency", "decimals", "one", "count", "level", "nope"):
        for given in VALUES:
            assert_equal(real, f"{{{{{helper} zero {name}={given}}}}}", VALUES)


@pytest.mark.parametrize("block", ["if", "unless", "each", "with", "nope", "money"])
def test_every_block_with_every_value(real: Language, block: str) -> None:
    for given in VALUES:
        for text in (
            f"{{{{#{block} {given}}}}}{{{{this}}}}{{{{else}}}}n{{{{/{block}}}}}",
            f"{{{{#{block} {given} 1}}}}x{{{{/{block}}}}}",
            f"{{{{#{block} zero includeZero={given}}}}}x{{{{/{block}}}}}",
            f"{{{{#{block} {given} as |a b c|}}}}{{{{a}}}}{{{{/{block}}}}}",
            f"{{{{{block} {given}}}}}",
        ):
            assert_equal(real, text, VALUES)
    assert_equal(real, f"{{{{#{block}}}}}x{{{{/{block}}}}}", VALUES)


@pytest.mark.parametrize("form", ["{{%s}}", "{{{%s}}}", "{{#%s}}{{this}}{{/%s}}", "{{^%s}}n{{/%s}}", "{{%s.length}}", "{{%s.[0]}}", "{{%s.a.b}}", "{{#each %s as |v k|}}{{k}}={{v}};{{/each}}", "{{lookup %s @root.text}}"])
def test_every_value_in_every_form(real: Language, form: str) -> None:
    for name in VALUES:
        assert_equal(real, form.replace("%s", name), VALUES)


def test_what_a_filter_may_not_give(scope: Scope, written: Any) -> None:
    for odd in (object(), {1, 2}, b"bytes", range(3), lambda: 1):
        language = Handlebars({"odd": lambda scope, value, odd=odd: odd})
        with pytest.raises(MailweaveError) as caught:
            language.parse(Source("t", "Hi {{odd 1}}"), "text").render({}, scope)
        assert str(caught.value.problems[0]) == "t:1:4: this value is neither a text nor a number – mend the helper that gives it"


Broken = Callable[..., object]


@pytest.mark.parametrize("broken", [lambda scope, value: value.nope, lambda scope, value: value + None, lambda scope, value: 1 / 0, lambda scope, value: {}[value]])
def test_a_filter_that_fails_says_nothing_of_python(scope: Scope, broken: Broken) -> None:
    with pytest.raises(MailweaveError) as caught:
        Handlebars({"broken": broken}).parse(Source("t", "Hi {{broken 1}}"), "text").render({}, scope)
    assert str(caught.value.problems[0]) == "t:1:6: `broken`: it can't take these values – look at what `broken` is given"
