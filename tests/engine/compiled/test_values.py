"""What is said to be safe at one look really is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.compiled.values import is_harmless, is_opaque, is_plain
from mailweave.contexts import Context
from mailweave.escape import escape

PIECES = st.lists(st.sampled_from(["a", "Z", "9", "-", ".", "_", "~", "/", "https://", "http://", "url", "mailweave-raw-", "@", "&", " ", "ſ", "K", "\n", "%"]))
CONTEXTS = st.sampled_from([context for context in Context if context not in (Context.STYLE, Context.COMMENT)])


@settings(max_examples=600)
@given(PIECES.map("".join), CONTEXTS)
def test_what_is_harmless_stays_as_it_is(text, context):
    if is_harmless(text, context):
        assert escape(text, context) == text
        assert context is Context.LINE or (is_opaque(text, context) and is_plain(text, context))


def test_most_values_are():
    assert all(is_harmless("c-1234", context) for context in (Context.TEXT, Context.URL_PART, Context.URL_QUERY, Context.ATTRIBUTE))
    assert is_harmless("https://juniper.example/p/mug", Context.URL_START)


def test_styles_and_comments_are_always_looked_at():
    assert not is_harmless("red", Context.STYLE)
    assert not is_harmless("a", Context.COMMENT)
