"""One text made of parts of several files: each offset's place is that of its own file, and leads back."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.pieces import Piece, PiecedSource
from mailweave.source import Source

_TEXTS = st.text(alphabet="ab \n", max_size=12)


class Char(NamedTuple):
    """What a character of a text made of pieces is, and where it is from."""

    text: str
    source: Source
    offset: int


def _inside(number: int, text: str, margin: str, *, block: bool) -> Source:
    """A text that stands inside another file, as a scalar of a YAML file does."""
    head = f"- {number}\n"
    if block:
        around = head + "key: |\n" + "\n".join(margin + line for line in text.split("\n"))
        return Source(f"{number}.yaml", text, 3, len(margin) + 1, len(margin), around)
    text = text.replace("\n", " ")
    return Source(f"{number}.yaml", text, 2, 6, 0, f"{head}key: {text}\n")


@st.composite
def files(draw: st.DrawFn) -> list[Source]:
    kinds = draw(st.lists(st.sampled_from(["file", "block", "line"]), min_size=1, max_size=3))
    return [
        Source(f"{number}", draw(_TEXTS))
        if kind == "file"
        else _inside(number, draw(_TEXTS), draw(st.sampled_from(["  ", "    "])), block=kind == "block")
        for number, kind in enumerate(kinds)
    ]


@st.composite
def texts(draw: st.DrawFn) -> tuple[Source, list[Char]]:
    """A text of files' parts and words of ours, each of which may come twice; parts of that text in another one; and what each character is."""
    sources = draw(files())
    known = {id(source): [Char(char, source, offset) for offset, char in enumerate(source.text)] for source in sources}
    for _ in range(draw(st.integers(1, 3))):
        pieces, chars = [], []
        for _ in range(draw(st.integers(0, 5))):
            source = draw(st.sampled_from(sources))
            start, end = sorted(draw(st.lists(st.integers(0, len(source.text)), min_size=2, max_size=2)))
            written = draw(st.none() | st.text("xy", max_size=3))
            if written is None:
                pieces.append(Piece(source, start, end))
                chars += known[id(source)][start:end]
            else:
                at = _origin(known[id(source)], source, start)
                pieces.append(Piece(source, start, start, written))
                chars += [Char(char, *at) for char in written]
        whole = PiecedSource.of(sources[0], pieces)
        sources.append(whole)
        known[id(whole)] = chars
    return whole, chars


def _origin(chars: list[Char], source: Source, offset: int) -> tuple[Source, int]:
    if offset < len(chars):
        return chars[offset].source, chars[offset].offset
    last = source.pieces[-1] if isinstance(source, PiecedSource) else Piece(source, 0, offset)
    return last.source, last.offset(len(last.text))


@settings(deadline=None)
@given(texts())
def test_each_offset_is_told_as_its_own_file_tells_it(made: tuple[Source, list[Char]]) -> None:
    whole, chars = made
    assert whole.text == "".join(char.text for char in chars)
    for offset, char in enumerate(chars):
        assert whole.place(offset) == char.source.place(char.offset)
        assert whole.line_at(offset) == char.source.line_at(char.offset)


@settings(deadline=None)
@given(texts())
def test_each_place_leads_back(made: tuple[Source, list[Char]]) -> None:
    whole, chars = made
    for offset in range(len(whole.text) + 1):
        place = whole.place(offset)
        found = whole.offset_of(place)
        assert whole.place(found) == place
        if offset < len(chars) and sum(whole.place(other) == place for other in range(len(chars) + 1)) == 1:
            assert found == offset


@settings(deadline=None)
@given(texts(), st.integers(-50, 0), st.integers(0, 50))
def test_an_offset_outside_is_the_nearest_one(made: tuple[Source, list[Char]], before: int, after: int) -> None:
    whole, _ = made
    assert whole.place(before) == whole.place(0)
    assert whole.place(len(whole.text) + after) == whole.place(len(whole.text))


@settings(deadline=None)
@given(files(), st.data())
def test_a_part_of_a_part_is_a_part(sources: list[Source], data: st.DataObject) -> None:
    whole = PiecedSource.of(sources[0], [Piece(source, 0, len(source.text)) for source in sources * 2])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole.text)), max_size=4)))
    again = PiecedSource.of(whole, [Piece(whole, start, end) for start, end in zip([0, *cuts], [*cuts, len(whole.text)], strict=True)])
    assert again.text == whole.text
    assert [again.place(offset) for offset in range(len(again.text))] == [whole.place(offset) for offset in range(len(whole.text))]
    assert all(not isinstance(piece.source, PiecedSource) for piece in again.pieces)


def test_a_file_that_stands_twice_answers_with_its_first() -> None:
    main, part = Source("main", "<>"), Source("part", "abc")
    source = PiecedSource.of(main, [Piece(main, 0, 1), Piece(part, 0, 3), Piece(part, 0, 3), Piece(main, 1, 2)])
    assert source.text == "<abcabc>"
    assert [source.offset_of(source.place(offset)) for offset in range(8)] == [0, 1, 2, 3, 1, 2, 3, 7]


def test_characters_of_the_file_come_before_words_of_ours() -> None:
    main = Source("main", "ab")
    source = PiecedSource.of(main, [Piece(main, 0, 1), Piece(main, 1, 1, "xx"), Piece(main, 1, 2)])
    assert (source.text, [str(source.place(offset)) for offset in range(4)]) == ("axxb", ["main:1:1", "main:1:2", "main:1:2", "main:1:2"])
    assert source.offset_of(main.place(1)) == 3


def test_what_is_left_of_a_file_with_nothing_in_it_is_its_beginning() -> None:
    whole = PiecedSource.of(Source("main", "ab", 3, 5, 2, "1\n2\n    ab\n"), [])
    assert (whole.text, str(whole.place(0)), whole.line_at(0)) == ("", "main:3:5", "    ab")
    assert (whole.line, whole.column, whole.indent, whole.around) == (3, 5, 2, "1\n2\n    ab\n")
