"""Whatever stands in a template, there is a text or an error with its place; never anything else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.languages import Escaping, Language, Scope
from mailweave.source import Source

_SCRAPS = [
    *("{{", "}}", "{%", "%}", "{{-", "-}}", "{%-", "-%}", "|", ":", ",", ".", "..", "(", ")", "[", "]", "'", '"', "#", "-", " ", "\n", "<a href='", "<p", ">"),
    *("if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase", "for", "in", "endfor", "tablerow", "endtablerow", "cycle", "assign"),
    *("capture", "endcapture", "increment", "decrement", "echo", "liquid", "comment", "endcomment", "raw", "endraw", "doc", "enddoc", "ifchanged", "break"),
    *("continue", "render", "include", "endrender", "'p'", "'self'", "with", "as", "limit:", "offset:", "cols:", "reversed", "and", "or", "contains", "==", "<"),
    *("a", "b.c", "x", "list", "1", "-2.5", "(1..3)", "(1..99999999999)", "true", "nil", "blank", "empty", "=", "{% if a %}", "{% endif %}", "{% for x in list %}"),
    *("{% endfor %}", "{{ a }}", "{{ list }}", "{{ b | ", "{% render 'p', x: a %}", "{% include 'self' %}", "{% liquid\n", "\nrender 'p'\n", "é", "\x00", "{"),
]
_DATA: dict[str, Any] = {"a": "<A&'>", "b": {"c": 2, "d": None}, "x": 7, "list": [1, "two", None, [3], {"k": 1.5}], "huge": 10**400, "inf": 1e308}


class Shelf:
    def load(self, name: str, suffix: str) -> Source | None:
        return {"p": Source("p.liquid", "[{{ x }}{% if y %}{"), "self": Source("self.liquid", "{% include 'self' %}")}.get(name)

    def names(self, suffix: str) -> list[str]:
        return ["p", "self"]


@pytest.fixture(scope="module")
def liquid(mailweave_engine: Engine) -> Language:
    return mailweave_engine.registry.languages["liquid"]


def attempt(language: Language, scope: Scope, text: str, escaping: Escaping) -> None:
    source = Source("t", text)
    try:
        template = language.parse(source, escaping, Shelf())
        assert len(template.masked) == len(template.source.text)
        template.render(_DATA, scope)
    except MailweaveError as error:
        for problem in error.problems:
            assert problem.place
            assert problem.place.path in ("t", "p.liquid", "self.liquid")
            assert 1 <= problem.place.line <= text.count("\n") + 1 or problem.place.path != "t"


@settings(max_examples=400, deadline=None)
@given(scraps=st.lists(st.sampled_from(_SCRAPS), max_size=14), escaping=st.sampled_from(["markup", "text", "url", "html", "none"]), gaps=st.booleans())
def test_any_template(liquid: Language, scope: Scope, scraps: list[str], escaping: Escaping, gaps: bool) -> None:
    attempt(liquid, scope, (" " if gaps else "").join(scraps), escaping)


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="{}%-'\"|.:, abif\n<>=[]()#1", max_size=40), escaping=st.sampled_from(["markup", "none"]))
def test_any_text(liquid: Language, scope: Scope, text: str, escaping: Escaping) -> None:
    attempt(liquid, scope, text, escaping)


_VALUES = ["a", "b", "b.c", "b.d", "list", "huge", "inf", "missing", "'x'", "''", "0", "-1", "1.5", "'9'", "(1..4)", "true", "nil", "blank"]


@settings(max_examples=500, deadline=None)
@given(data=st.data(), escaping=st.sampled_from(["markup", "none"]))
def test_any_filter_with_any_values(liquid: Language, scope: Scope, data: st.DataObject, escaping: Escaping) -> None:
    values = st.sampled_from(_VALUES)
    names = sorted({*_filters(), *liquid.filters})
    chain = data.draw(st.lists(st.tuples(st.sampled_from(names), st.lists(values, max_size=3)), min_size=1, max_size=3))
    piped = "".join(f" | {name}{': ' * bool(args)}{', '.join(args)}" for name, args in chain)
    attempt(liquid, scope, f"{{{{ {data.draw(values)}{piped} }}}}", escaping)


def _filters() -> list[str]:
    from mailweave_plugins.languages.liquid_environment import LiquidEnvironment

    return list(LiquidEnvironment({}).filters)
