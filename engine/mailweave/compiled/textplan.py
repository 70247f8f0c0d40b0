"""The text part of a compiled document: which lines it has, and where in them values stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailweave.compiled.tokens import Tokens
from mailweave.textpart import Words, clean, text_of

# A text with values in it: literal text, the number of a value, or something made from such texts.
Parts = tuple[Any, ...]


@dataclass(frozen=True)
class Made:
    """A text that depends on more than one value: a link's words and URL, a table's columns."""

    function: Callable[..., str]
    arguments: tuple[Any, ...]


@dataclass
class _Collected(Words):
    """Stands in for the words that can't be known yet."""

    tokens: Tokens
    made: list[Made] = field(default_factory=list)

    def link(self, said: str, url: str, label: str) -> str:
        if not (said or label) or not any(map(self.tokens.has, (said, url, label))):
            return super().link(said, url, label)
        return self._token(Words().link, tuple(self.parts(text) for text in (said, url, label)))

    def table(self, rows: list[list[str]]) -> list[str]:
        if not any(self.tokens.has(cell) for row in rows for cell in row):
            return super().table(rows)
        whole = tuple(tuple(self.parts(cell) for cell in row) for row in rows)
        return [self._token(_lines, whole)]

    def _token(self, function: Callable[..., str], arguments: tuple[Any, ...]) -> str:
        self.made.append(Made(function, arguments))
        return self.tokens.made(len(self.made) - 1)

    def parts(self, text: str) -> Parts:
        """A text with tokens, taken apart."""
        return tuple(self.made[found.number] if found.is_made else found.number if found.number >= 0 else found.text for found in self.tokens.split(text))


def _lines(*rows: Sequence[str]) -> str:
    return "\n".join(Words().table([list(row) for row in rows]))


def text_plan(html: str, tokens: Tokens) -> tuple[Parts, ...]:
    """The lines of the text part of a document with tokens."""
    words = _Collected(tokens)
    return tuple(words.parts(line) for line in text_of(html, words)[:-1].split("\n"))


def exact_text(lines: tuple[Parts, ...], values: Sequence[str]) -> str:
    """The text part for values of which some hold white space or invisible characters: each line cleaned again."""
    return "\n".join(_again(line, values) for line in lines) + "\n"


def _again(line: Parts, values: Sequence[str]) -> str:
    filled = _filled(line, values)
    # A table's lines are finished, and a line without values is clean. Blanks before a line show how deep it is in a list.
    if all(isinstance(part, str) or (isinstance(part, Made) and part.function is _lines) for part in line):
        return filled
    first = line[0] if isinstance(line[0], str) else ""
    return first[: len(first) - len(first.lstrip(" "))] + clean(filled)


def _filled(parts: Parts, values: Sequence[str]) -> str:
    return "".join(part if isinstance(part, str) else values[part] if isinstance(part, int) else _called(part, values) for part in parts)


def _called(made: Made, values: Sequence[str]) -> str:
    if made.function is _lines:
        return _lines(*[[clean(_filled(cell, values)) for cell in row] for row in made.arguments])
    said, url, label = (_filled(argument, values) for argument in made.arguments)
    return made.function(clean(said), url.strip(), label)


