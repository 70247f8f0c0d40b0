"""mailweave.yaml's `limits`: how much one message may ask for.

Everything but `seconds` is counted, so that a message can be built on every machine or on none. `seconds` is for whoever can end a process:
a bulk run's workers and the previewer; nothing in the library looks at a clock.

The largest `depth` was measured (css-inline 0.24, mjml-python 1.4.2, libxml2 2.14; see docs/files.md): on a stack of 512 kB, which is what
threads get on macOS, css-inline dies at 600 to 700 elements in one another.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from mailweave.plugged import Settings


class Limits(Settings):
    """The most that one message may take. The defaults are far beyond any mail that people send.

    `depth`: elements of a document that stand in one another. `elements`: elements of a document. `characters`: of a document, a text that a
    template puts out, or what `assign` and `capture` hold. `turns`: of all loops of a template together, and items that a filter takes.
    `seconds`: wall time for a message in a bulk run's worker, or for an answer of the previewer.
    """

    depth: int = Field(default=200, ge=20, le=500)
    elements: int = Field(default=50_000, ge=1_000, le=1_000_000)
    characters: int = Field(default=2_000_000, ge=100_000, le=100_000_000)
    turns: int = Field(default=10_000, ge=100, le=10_000_000)
    seconds: float = Field(default=60, gt=0, le=86_400)


def setting(limits: Limits, name: str) -> str:
    """The end of a remedy: the setting to raise, when it can be raised."""
    return "" if getattr(limits, name) == getattr(LARGEST, name) else f", or raise `limits: {{{name}: …}}` in mailweave.yaml"


# What holds where there is no workspace.
DEFAULT: Final = Limits()
LARGEST: Final = Limits(depth=500, elements=1_000_000, characters=100_000_000, turns=10_000_000, seconds=86_400)
