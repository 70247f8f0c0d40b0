"""Every filter and tag with every kind of value in every place: a text or a clear error with its place, and never a word of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from mailweave import hookimpl
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Escaping, Language, Scope
from mailweave.plugins import installed
from mailweave.source import Source
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment

from .compiled import compiled

DATA: dict[str, Any] = {
    "gone": None,
    "yes": True,
    "no": False,
    "one": 1,
    "half": 1.5,
    "exact": Decimal("12.50"),
    "huge": 10**400,
    "vast": 1e308,
    "inf": float("inf"),
    "nan": float("nan"),
    "nan_text": "nan",
    "digits": "12",
    "word": "Zebra, 12 o'clock & <b>",
    "hollow": "",
    "blank": " \u00a0",
    "surrogate": "a\ud800b",
    "list": [3, None, "b", True],
    "nested": [[1, [2]], [], [[{"a": 1}]]],
    "texts": ["b", "a"],
    "object": {"a": 1, "b": [1]},
    "objects": [{"a": 2}, {"b": 1}, {"a": None}],
    "bare": {},
    "none": [],
    "day": date(2026, 1, 2),
    "moment": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "naive": datetime(2026, 1, 2, 3, 4),
}
VALUES = [*(f"['{name}']" for name in DATA), "missing", "(1..3)", "nil", "blank", "empty", "'x'", "-2"]
# What only Python says. `True` and `None` in a text may be a filter's doing: `true | capitalize`.
GIVEAWAYS = re.compile(
    r"object at 0x|<class|NoneType|Traceback|\w+Error\b|unhashable|positional|keyword arg|Decimal\(|datetime\b|Undefined|<built-in|islice"
    r"|'(?:str|int|float|list|dict|tuple|bool|range|object|Missing)'|\b(?:None|True|False|Missing|dict_items|mappingproxy|liquid\.|Python)\b|\[<|not supported between"
    r"|iterable|subscriptable|has no attribute|unsupported operand|invalid literal|codec|tuple|\brange\(|__\w+__|lambda|failed:|\{'|\['|\('|Literal\b|\b[A-Z]\w+Node\b"
)

# How a name that is a word of Liquid is written.
_IN_BRACKETS = re.compile(r"`\['\w+'\]`")


@pytest.fixture(scope="module")
def liquid(mailweave_engine: Engine) -> Language:
    language = mailweave_engine.registry.languages["liquid"]
    return language.configured(language.Config(sets=("braze", "customer_io")))


def check(language: Language, scope: Scope, template: str, escaping: Escaping) -> None:
    """A text without Python in it, the same as the code's, or problems that have a place and a remedy."""
    try:
        parsed = language.parse(Source("t", template), escaping)
        text = parsed.render(DATA, scope)
    except MailweaveError as error:
        for problem in error.problems:
            assert problem.place, template
            assert problem.place.line == 1, template
            assert problem.remedy, template
            told = f"{problem.what} {_IN_BRACKETS.sub('', problem.remedy)}"
            assert not GIVEAWAYS.search(told), f"{template}: {problem}"
        if escaping == "text" and "syntax" not in [problem.code for problem in error.problems]:
            _same(language, scope, template, None)
        return
    assert not GIVEAWAYS.search(re.sub("True|False|None", "", text)), f"{template}: {text}"
    if escaping == "text":
        _same(language, scope, template, text)


def _same(language: Language, scope: Scope, template: str, text: str | None) -> None:
    try:
        parsed = language.parse(Source("t", template), "text")
    except MailweaveError:
        return
    found = compiled(parsed, DATA, scope)
    assert found is None or found == text, template


def filters(language: Language) -> list[str]:
    return sorted({*LiquidEnvironment(language.filters).filters, *language.filters})


def calls(names: list[str], *, every: int) -> Iterator[str]:
    """Each filter with each value, alone and with each value as its argument, of which only every so-many-th is taken; and with wrong numbers of them."""
    for count, (name, value, given) in enumerate(product(names, VALUES, VALUES)):
        if count % every == 0:
            yield f"{value} | {name}: {given}"
            yield f"'a,b' | {name}: {given}, {value}"
            yield f"{value} | {name}: {given}, {value}, {given}"
    for count, (name, value) in enumerate(product(names, VALUES)):
        if every < 100 or count % 7 == 0:
            yield f"{value} | {name}"
    for name in names:
        yield from (f"'x' | {name}: {given}" for given in ("1, 2, 3, 4", "nope: 1", "'a', nope: 1", "a: 1, a: 2", "allow_false: true", "'a', 'b', nope: ['list']"))


@pytest.mark.parametrize("every", [797, pytest.param(11, marks=pytest.mark.deep)])
def test_no_filter_speaks_python(liquid: Language, scope: Scope, every: int) -> None:
    for count, call in enumerate(calls(filters(liquid), every=every)):
        check(liquid, scope, f"{{{{ {call} }}}}", "none" if count % 2 else "text")


TAGS = [
    "{{% if {0} {2} {1} %}}a{{% else %}}b{{% endif %}}",
    "{{% unless {0} %}}a{{% elsif {1} %}}b{{% endunless %}}",
    "{{% case {0} %}}{{% when {1} %}}a{{% when 'x', {0} %}}b{{% else %}}c{{% endcase %}}",
    "{{% for i in {0} limit: {1} %}}{{{{ i }}}}{{% else %}}none{{% endfor %}}",
    "{{% for i in {0} offset: {1} %}}{{{{ i }}}}{{% endfor %}}",
    "{{% for i in {0} reversed limit: {1} offset: {1} %}}{{{{ i | join }}}}{{% endfor %}}",
    "{{% tablerow i in {0} cols: {1} limit: {1} offset: {1} %}}{{{{ i }}}}{{% endtablerow %}}",
    "{{% cycle {0}: {1}, {0} %}}{{% cycle {1}, {0} %}}",
    "{{% assign a = {0} %}}{{{{ a[{1}] }}}}{{{{ a.first }}}}{{{{ a.size }}}}{{{{ a.last.b }}}}",
    "{{% echo {0} %}}{{% capture a %}}{{{{ {1} }}}}{{% endcapture %}}{{{{ a }}}}{{% ifchanged %}}{{{{ {0} }}}}{{% endifchanged %}}",
    "{{% for i in ({0}..{1}) limit: 2 %}}{{{{ i }}}}{{% endfor %}}",
]


@pytest.mark.parametrize("every", [53, pytest.param(11, marks=pytest.mark.deep)])
def test_no_tag_speaks_python(liquid: Language, scope: Scope, every: int) -> None:
    for count, (tag, one, other) in enumerate(product(TAGS, VALUES, VALUES)):
        if count % every == 0:
            sign = ("==", "!=", "<", ">", "<=", ">=", "contains")[(count // every) % 7]
            check(liquid, scope, tag.format(one, other, sign), "none" if count % 2 else "text")


BROKEN = [
    *("{% capture 'x' %}{% endcapture %}", "{% assign nil = 2 %}", "{% assign true = 2 %}", "{% assign (1..2) = 1 %}", "{% assign a.b = 2 %}", "{% increment 'a' %}"),
    *("{% for i in a limit %}{% endfor %}", "{% for a.b in c %}{% endfor %}", "{% tablerow x %}{% endtablerow %}", "{% cycle %}", "{% case %}{% endcase %}", "{% if %}{% endif %}"),
    *("{{ a[ }}", "{{ a[1.5] }}", "{{ 'a }}", "{{ a | b: : }}", "{{ | }}", "{{ a.limit }}", "{% case a %}{% when 1 and 2 %}{% endcase %}", "{% liquid assign x %}", "{% ifchanged 1 %}{% endifchanged %}"),
    *("{{ %s }}" % ("9" * 5000), "{{ a[%s] }}" % ("9" * 5000), "{%- -%}", "{% raw 1 %}{% endraw %}", "{% endfor a %}", "{% render 1 %}", "{% include a.b %}", "{{ a == b }}", "{% if a = b %}{% endif %}"),
]


@pytest.mark.parametrize("template", BROKEN, ids=[template[:40] for template in BROKEN])
def test_what_cannot_be_read_speaks_no_python(liquid: Language, scope: Scope, template: str) -> None:
    check(liquid, scope, template, "none")
    with pytest.raises(MailweaveError):
        liquid.parse(Source("t", template))


def strange(scope: Scope, value: Any) -> Any:
    return [object()] if value == "list" else object()


def crashing(scope: Scope, value: Any) -> Any:
    return value.nope


class Plugin:
    @hookimpl
    def register_filters(self) -> dict[str, Any]:
        return {"strange": strange, "crashing": crashing}


@pytest.mark.parametrize("language", ["liquid", "handlebars"])
@pytest.mark.parametrize("escaping", ["text", "markup", "none"])
def test_what_a_plugins_filter_gives_is_data(scope: Scope, language: str, escaping: Escaping) -> None:
    engine = Engine([*installed(), ("acme", Plugin())])
    for template, what in (
        ("'object' | strange", "`strange`: the plugin 'acme' gave what no template can show (class object)"),
        ("'list' | strange", "`strange`: the plugin 'acme' gave what no template can show (class list)"),
        ("'word' | crashing", "`crashing`: the plugin 'acme' failed: AttributeError: 'str' object has no attribute 'nope'"),
    ):
        written = template if language == "liquid" else " ".join(reversed(template.split(" | ")))
        with pytest.raises(MailweaveError) as caught:
            engine.registry.languages[language].parse(Source("t", f"{{{{{written}}}}}"), escaping).render({}, scope)
        (problem,) = caught.value.problems
        assert (problem.what, problem.remedy) == (what, "report it to the plugin's author")
        assert problem.place
