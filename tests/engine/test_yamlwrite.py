"""What is written as YAML reads back the same."""

from hypothesis import given
from hypothesis import strategies as st

from mailweave.source import Source
from mailweave.yamlfile import parse
from mailweave.yamlwrite import dump

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=20) | st.sampled_from(["1e5", "01067", "NO", "~", "0x1F", "1_000", "12:30", "2026-11-23", "null", "", "a: b", "- x", "{{ x }}", "#"])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
DATA = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=12)


@given(st.dictionaries(TEXT, DATA, max_size=4))
def test_reads_back_the_same(data):
    assert parse(Source("x.yaml", dump(data))).value == data
