"""Changes of a text, made all at once."""

from __future__ import annotations

from collections.abc import Iterable

# Start and end in the text, and what stands there afterwards.
Edit = tuple[int, int, str]


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """A text with parts replaced; the edits don't overlap."""
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])
