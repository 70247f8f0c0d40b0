"""Tokens: the placeholders of values in a document while the stages see it, and of what is made from values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mailweave.placeholders import Placeholders


class Found(NamedTuple):
    """A stretch of a text with tokens: literal (`number` is -1), a value, or something made of values."""

    text: str
    number: int = -1
    is_made: bool = False


@dataclass(frozen=True)
class Tokens:
    """Tokens that begin with a word of their own."""

    word: str

    @classmethod
    def unlike(cls, texts: Iterable[str]) -> Tokens:
        """Tokens for the values of a document that is made of texts and of them."""
        return cls(Placeholders.unlike("value", texts).word)

    def slot(self, number: int) -> str:
        """The token of a value."""
        return f"{self.word}{number}x"

    def made(self, number: int) -> str:
        """The token of something made of values. In a URL it reads like a scheme, so it isn't taken for a relative one."""
        return f"{self.word}u{number}x:"

    def has(self, text: str) -> bool:
        """Whether a text holds a token."""
        return self.word in text

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds tokens: group 1 is the number of a value, group 2 of something made."""
        return re.compile(rf"{self.word}(?:(\d+)x|u(\d+)x:)")

    def split(self, text: str) -> Iterator[Found]:
        """A text's stretches, none of them empty."""
        done = 0
        for found in self.pattern.finditer(text):
            if found.start() > done:
                yield Found(text[done : found.start()])
            yield Found(found[0], int(found[1])) if found[1] else Found(found[0], int(found[2]), True)
            done = found.end()
        if done < len(text):
            yield Found(text[done:])
