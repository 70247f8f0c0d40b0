from hypothesis import given
from hypothesis import strategies as st

from mailweave.source import Source


@given(st.text(alphabet="ab \n", max_size=40), st.integers(0, 40), st.integers(1, 5), st.integers(1, 9))
def test_a_place_leads_back_to_its_offset(text, offset, line, column):
    source = Source("a.mjml", text, line, column, indent=2)
    offset = min(offset, len(text))
    assert source.offset_of(source.place(offset)) == offset


def test_an_excerpt_shows_the_line_and_underlines_the_culprit():
    problem = Source("a.mjml", "one\n\ttwo three\n").problem(9, "bad word", "drop it", length=5)
    assert problem.excerpt == "a.mjml:2:6: bad word – drop it\n  |\n2 | \ttwo three\n  | \t    ^^^^^"
