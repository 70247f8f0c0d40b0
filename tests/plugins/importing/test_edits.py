from hypothesis import given
from hypothesis import strategies as st

from mailweave.source import Source
from mailweave_plugins.importing.edits import Draft


@st.composite
def steps(draw, length=40):
    """Some rounds of changes of a text, each as cuts that don't overlap; what is put in is in capital letters."""
    rounds = []
    for _ in range(draw(st.integers(0, 3))):
        edges = sorted(draw(st.lists(st.integers(0, length), max_size=6, unique=True)))
        rounds.append([(start, end, draw(st.text("XYZ", max_size=5))) for start, end in zip(edges[::2], edges[1::2], strict=False)])
        length += sum(len(new) - (end - start) for start, end, new in rounds[-1])
    return rounds


@given(steps())
def test_what_was_not_changed_is_found_again(rounds):
    text = "".join(chr(ord("a") + index % 26) for index in range(40))
    draft = Draft(Source("f", text), text)
    for edits in rounds:
        draft.edit(edits)
    kept = [offset for offset, char in enumerate(draft.text) if char.islower()]
    assert [text[draft.original(offset)] for offset in kept] == [draft.text[offset] for offset in kept]
    assert all(0 <= draft.original(offset) <= len(text) for offset in range(len(draft.text)))
