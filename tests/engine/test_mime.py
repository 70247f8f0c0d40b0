"""Quoted-printable that is encoded piece by piece says what the text says, whichever pieces came before."""

import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave import mime
from mailweave.mime import quoted_printable

# What matters: the borders of pieces, blanks at ends of lines, what is encoded, and characters of several bytes.
WORDS = st.lists(st.sampled_from(["><", ">", "<td>", "</td>", " ", "\t", "\n", "=", ".", "é", "🌿", "a" * 30, "x" * 401, "<p>" + "b" * 396 + "</p>", "\n.", " \n"]), max_size=12)


@settings(max_examples=200)
@given(WORDS.map("".join))
def test_decoded_it_is_the_text(text):
    data = text.encode()
    found = quoted_printable(data)
    assert quopri.decodestring(found) == data
    assert max(map(len, found.split(b"\n"))) <= 76
    assert not any(line.endswith((b" ", b"\t")) for line in found.split(b"\n"))


@pytest.mark.parametrize("text", ["", "\n", " ", "a \nb\t\n", "<p>" * 500, "<p></p>" * 500, "é" * 2000, "=" * 1000])
def test_the_same_from_new_pieces_and_kept_ones(text):
    mime._encoded.cache_clear()
    assert quoted_printable(text.encode()) == quoted_printable(text.encode())


def test_short_lines_are_as_the_standard_library_has_them():
    text = "".join(f"<p>Line {number} = é</p> \n" for number in range(100)).encode()
    assert quoted_printable(text) == quopri.encodestring(text)
