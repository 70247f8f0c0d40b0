from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave import Rule, Settings, hookimpl, match, no_match
from mailweave.conditions import parse_condition
from mailweave.errors import MailweaveError
from mailweave.facts import Situation
from mailweave.plugins import components, manager
from mailweave.source import Source
from mailweave.yamlfile import Document

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


class FieldSettings(Settings):
    field: str


class Has(Rule[FieldSettings]):
    """The profile has a field."""

    name = "has"
    Settings = FieldSettings

    def decide(self, settings, facts):
        found = facts.read(settings.field)
        if found == "boom":
            raise RuntimeError("boom")
        if found == "exit":
            raise SystemExit("boom")
        return match(f"{settings.field} is there") if found else no_match(f"{settings.field} isn't there")

    def domain(self, settings, at):
        return {settings.field: [True, False]}


REGISTRY = components(manager([("tests", SimpleNamespace(register_rules=hookimpl(lambda: [Has]), __name__="tests"))])).configured({})


def condition(data):
    return parse_condition(Document(Source("a.yaml", ""), {"when": data}, None), ("when",), data, REGISTRY)


def test_of(data, profile):
    parsed, problems = condition(data)
    assert not problems
    return parsed.test(Situation(profile, AT, REGISTRY))


test_of.__test__ = False


def has(field):
    return {"has": {"field": field}}


@pytest.mark.parametrize(
    ("data", "profile", "matched", "because", "read"),
    [
        (has("a"), {"a": 1}, True, "a is there", ["a"]),
        ({"all": [has("a"), has("b")]}, {"a": 1, "b": 1}, True, "a is there and b is there", ["a", "b"]),
        ({"all": [has("a"), has("b")]}, {"b": 1}, False, "a isn't there", ["a"]),
        ({"any": [has("a"), has("b")]}, {"b": 1}, True, "b is there", ["a", "b"]),
        ({"any": [has("a"), has("b")]}, {"a": 1}, True, "a is there", ["a"]),
        ({"any": [has("a"), has("b")]}, {}, False, "a isn't there and b isn't there", ["a", "b"]),
        ({"not": has("a")}, {}, True, "a isn't there", ["a"]),
        ({"not": {"any": [has("a"), {"not": has("b")}]}}, {"b": 1}, True, "a isn't there and b is there", ["a", "b"]),
        ({**has("a"), "not": has("b")}, {"a": 1}, True, "a is there and b isn't there", ["a", "b"]),
    ],
)
def test_combines_rules_and_their_reasons(data, profile, matched, because, read):
    outcome = test_of(data, profile)
    assert (outcome.matched, outcome.because, [entry.name for entry in outcome.inputs]) == (matched, because, read)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "a condition must be a mapping of rules – like `{location: {country: US}}`"),
        ([], "a condition must be a mapping of rules – like `{location: {country: US}}`"),
        ({"hass": {}}, "there is no rule 'hass' – did you mean 'has'?"),
        ({"all": {}}, "'all' must be a list of conditions – put each after a dash"),
        ({"any": [{"not": {"has": {"feild": "a"}}}]}, "unknown key 'feild' – did you mean 'field'?"),
    ],
)
def test_says_what_is_wrong(data, problem):
    parsed, problems = condition(data)
    assert parsed is None
    assert problem in [found.sentence for found in problems]


def test_a_rule_that_raises_is_named_with_its_plugin():
    with pytest.raises(MailweaveError, match=r"the plugin 'tests' failed in rule 'has' at a.yaml:1:1: RuntimeError: boom – report it"):
        test_of(has("a"), {"a": "boom"})
    with pytest.raises(MailweaveError, match=r"the plugin 'tests' failed in rule 'has' at a.yaml:1:1: SystemExit: boom – report it"):
        test_of(has("a"), {"a": "exit"})


CONDITIONS = st.recursive(
    st.sampled_from([has("a"), has("b"), has("c")]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


def holds(data, profile):
    """The plain meaning of a condition, without short cuts or reasons."""
    ((name, inner),) = data.items()
    if name == "has":
        return bool(profile.get(inner["field"]))
    return not holds(inner, profile) if name == "not" else (all if name == "all" else any)(holds(part, profile) for part in inner)


@given(CONDITIONS, st.dictionaries(st.sampled_from("abc"), st.just(1)))
def test_means_what_logic_says(data, profile):
    outcome = test_of(data, profile)
    assert outcome.matched == holds(data, profile)
    assert outcome.because
    assert len({entry.name for entry in outcome.inputs}) == len(outcome.inputs)
