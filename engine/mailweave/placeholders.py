"""Placeholders: words that stand for something in a text while somebody works on that text, and give way to it in a single pass.

No value can be one, nor make one together with what stands around it:

1. A word is a digest of everything that goes into the text, values included. Who wants to put it into a value has to find a value whose digest it
   holds; 128 bits of BLAKE2b leave no way but trying. Half of it, in other letters, or as entities is no easier: each value makes another word.
2. Begun in front of a placeholder or ended behind it, a word can't stand anywhere either. It has one "m", its first letter, so no end of a word
   is a beginning of one, and what surrounds placeholders never meets in the middle.
3. All are replaced in one pass, and what is put in isn't looked at again.

Each use has its `purpose`, so that the words of two never are alike. The same text gets the same words everywhere: there is nothing random in them.

All of them, and what goes into their digests:

- "html" (`compose`): plain HTML in an MJML document; the layout's text and all slots' bodies.
- "slot" (`marks`): the slot of a marked MJML element; the same.
- "value" (`compiled.tracing`): free values. Only what the document holds besides them goes in: they themselves are put in when no stage looks any
  more. With a letter more, the word stands for the title, for URLs that get an asset base, and for what is made of several values.
- "content", "component" (`mrml_compiler`): HTML and attribute values that mrml doesn't see, and components that are mended; the whole document.
- "sheet" (`inline_style`): style sheets that wait; the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Final

# Without "m" and "w", with which words begin; `compiled` puts "t", "u" and "a" behind them.
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklnopq")


@dataclass(frozen=True)
class Placeholders:
    """Numbered placeholders of one word: letters and digits only, so that every stage takes them for text, for a class and for a relative URL."""

    word: str

    @classmethod
    def unlike(cls, purpose: str, texts: Iterable[str]) -> Placeholders:
        """Those of a purpose for a text that is made of others."""
        digest = blake2b(purpose.encode(), digest_size=16)
        for text in texts:
            part = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(part))
            digest.update(part)
        return cls("mw" + digest.hexdigest().translate(_LETTERS))

    def of(self, number: int) -> str:
        """The placeholder with a number."""
        return f"{self.word}{number}x"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds placeholders; the group `number` is theirs."""
        return re.compile(rf"{self.word}(?P<number>\d+)x")

    def replaced(self, text: str, content: Callable[[int], str]) -> str:
        """The text with contents, by number, in their places."""
        return self.pattern.sub(lambda found: content(int(found["number"])), text)
