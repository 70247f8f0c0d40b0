"""The replaceable stages between a filled document and a finished one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Final

# A stylesheet that starts with this is for the inliner only (`<mj-style inline="inline">`): its rules are inlined and the stylesheet taken out.
INLINE_MARK: Final = "/* mailweave:inline */"


class StageError(Exception):
    """A stage can't take a document: what is wrong, and the character offset in the text it was given (None when unknown)."""

    def __init__(self, what: str, offset: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class Compiler(ABC):
    """Turns a whole MJML document into an HTML document."""

    name: ClassVar[str]

    @abstractmethod
    def compile(self, mjml: str) -> str:
        """Compile without reading a file or the network. Raises `StageError`."""


class Inliner(ABC):
    """Moves the rules of style sheets into `style` attributes, changing nothing that a reader sees."""

    name: ClassVar[str]

    @abstractmethod
    def inline(self, html: str) -> str:
        """Inline a whole HTML document without reading a file or the network. Raises `StageError`."""
