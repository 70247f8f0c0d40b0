"""The replaceable stages between a filled document and a finished one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Final, NamedTuple

# A stylesheet that starts with this is for the inliner only (`<mj-style inline="inline">`): its rules are inlined and the stylesheet taken out.
INLINE_MARK: Final = "/* mailweave:inline */"


class StageError(Exception):
    """A stage can't take a document: what is wrong, and the character offset in the text it was given (None when unknown)."""

    def __init__(self, what: str, offset: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class LimitError(StageError):
    """A document is more than any stage can take, whatever the settings."""


class Compiler(ABC):
    """Turns a whole MJML document into an HTML document."""

    name: ClassVar[str]

    @abstractmethod
    def compile(self, mjml: str) -> str:
        """Compile without reading a file or the network. Raises `StageError`."""


class Inlining(NamedTuple):
    """Which inliner takes a document, and the reason, a clause."""

    name: str
    because: str


class Inliner(ABC):
    """Moves the rules of style sheets into `style` attributes, changing nothing that a reader sees.

    Text, URLs and attribute values that no selector asks for are opaque to it: they come out as they went in. `instead` names the inliner that
    takes the documents that this one is `unfit` for.
    """

    name: ClassVar[str]
    instead: ClassVar[str | None] = None

    @abstractmethod
    def inline(self, html: str) -> str:
        """Inline a whole HTML document without reading a file or the network. Raises `StageError`."""

    def unfit(self, html: str) -> str | None:
        """Why this document's style sheets are better inlined by `instead`, a clause; None when they aren't."""
        return None


def inlining_of(inliners: Mapping[str, Inliner], wanted: str, html: str) -> Inlining:
    """The inliner for a document where `wanted` is set; it must be there. Nothing but the document's style sheets decides.

    Example:
        inlining_of(registry.inliners, "premailer", "<style>td:nth-child(2) { color: red }</style>…").name == "css-inline"
    """
    first = inliners[wanted]
    because = first.unfit(html) if first.instead in inliners else None
    return Inlining(first.instead, because) if because and first.instead else Inlining(wanted, f"'inliner' is {wanted}")
