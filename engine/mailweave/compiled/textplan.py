"""The text part of a compiled document: which lines it has, and where in them values stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mailweave.compiled.tokens import Found, Tokens
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
    texts: list[Made] = field(default_factory=list)

    def link(self, said: str, url: str, label: str) -> str:
        if not (said or clean(label)) or not self._open(said, url, label):
            return super().link(said, url, label)
        return self._token(_LINK, tuple(self.parts(text) for text in (said, url, label)))

    def line(self, lines: list[str]) -> str:
        filled = [line for line in lines if line]
        # One line's own blanks are looked after where it ends up; those of several have to be kept apart.
        if not self._open(*filled) or (len(filled) == 1 and not self._holds_made(filled[0])):
            return super().line(lines)
        return self._token(_line, tuple(map(self.parts, filled)))

    def table(self, rows: list[list[str]]) -> list[str]:
        if not any(self._open(*row) for row in rows):
            return super().table(rows)
        return [self._token(_lines, tuple(tuple(map(self.parts, row)) for row in rows))]

    def _holds_made(self, text: str) -> bool:
        return any(found.is_made for found in self.tokens.split(text))

    def _open(self, *texts: str) -> bool:
        return any(map(self.tokens.has, texts))

    def _token(self, function: Callable[..., str], arguments: tuple[Any, ...]) -> str:
        self.texts.append(Made(function, arguments))
        return self.tokens.made(len(self.texts) - 1)

    def parts(self, text: str) -> Parts:
        """A text with tokens, taken apart."""
        return tuple(self._part(found) for found in self.tokens.split(text))

    def _part(self, found: Found) -> str | int | Made:
        if found.is_made:
            return self.texts[found.number]
        return found.number if found.number >= 0 else found.text


def _line(*lines: str) -> str:
    return Words().line(list(lines))


def _lines(*rows: Sequence[str]) -> str:
    return "\n".join(Words().table([list(row) for row in rows]))


_LINK: Final = Words().link
_FINISHED: Final = (_line, _lines)


def text_plan(html: str, tokens: Tokens) -> tuple[Parts, ...]:
    """The lines of the text part of a document with tokens."""
    words = _Collected(tokens)
    return tuple(words.parts(line) for line in text_of(html, words)[:-1].split("\n"))


def exact_text(lines: tuple[Parts, ...], values: Sequence[str]) -> str:
    """The text part for values of which some hold white space or invisible characters: each line cleaned again."""
    return "\n".join(_again(line, values) for line in lines) + "\n"


def _again(line: Parts, values: Sequence[str]) -> str:
    filled = _filled(line, values)
    # What was made of several lines is finished, and a line without values is clean.
    if not any(isinstance(part, int | Made) for part in line) or (len(line) == 1 and isinstance(line[0], Made) and line[0].function in _FINISHED):
        return filled
    return cleaned(filled, line[0] if isinstance(line[0], str) else "")


def cleaned(line: str, start: str) -> str:
    """A line cleaned again; the blanks with which it starts show how deep it is in a list."""
    return start[: len(start) - len(start.lstrip(" "))] + clean(line)


def is_loose(parts: Parts) -> bool:
    """Whether a line may have to be cleaned again, even with plain values: several lines have become one in it."""
    return any(isinstance(part, Made) and part.function is not _lines and _has_line(part) for part in parts)


def _has_line(made: Made) -> bool:
    inner = [part for argument in made.arguments for part in argument if isinstance(part, Made)]
    return made.function is _line or any(map(_has_line, inner)) or any(_blanks(argument) for argument in made.arguments)


def _blanks(argument: Parts) -> bool:
    return any(isinstance(part, str) and ("  " in part or clean(part) != part.strip(" ")) for part in argument)


def _filled(parts: Parts, values: Sequence[str]) -> str:
    return "".join(part if isinstance(part, str) else values[part] if isinstance(part, int) else _called(part, values) for part in parts)


def _called(made: Made, values: Sequence[str]) -> str:
    if made.function is _lines:
        return _lines(*[[_again(cell, values) if cell else "" for cell in row] for row in made.arguments])
    if made.function is _line:
        return _line(*[_again(line, values) for line in made.arguments])
    said, url, label = made.arguments
    return made.function(_again(said, values) if said else "", _filled(url, values).strip(), _filled(label, values))
