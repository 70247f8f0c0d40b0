"""Merge patches: RFC 7396's own cases, and the difference of any two profiles puts the one into the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave_preview.patches import difference, merge

# RFC 7396, appendix A.
CASES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
PLAIN = st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
DATA = st.dictionaries(st.text(max_size=3), st.recursive(PLAIN, lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6), max_size=4)


@pytest.mark.parametrize(("target", "patch", "result"), CASES)
def test_merges_as_the_rfc_says(target, patch, result):
    assert merge(target, patch) == result


@given(DATA, DATA)
def test_the_difference_makes_the_other(before, after):
    assert merge(before, difference(before, after)) == after


@given(DATA)
def test_nothing_differs_from_itself(data):
    assert difference(data, data) == {}
