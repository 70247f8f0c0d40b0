"""Look ahead in a text without ever looking at the same stretch twice, so that a text of tags that never end takes no longer than any other.

A pattern that needs an end somewhere behind (`<!--.*?-->`) looks for it again from each beginning when there is none: the work grows with the
square of the length. What is here remembers what was found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property


class Ahead:
    """The first match of a pattern from a place on, for places that only move forward."""

    def __init__(self, pattern: re.Pattern[str], text: str, stop: int | None = None) -> None:
        self._pattern, self._text = pattern, text
        self._stop = len(text) if stop is None else stop
        self._from = self._stop + 1
        self._found: re.Match[str] | None = None

    def first(self, at: int) -> re.Match[str] | None:
        """The match that begins at this place or after it."""
        known = self._from <= at and (self._found is None or at <= self._found.start())
        if not known:
            self._from, self._found = at, self._pattern.search(self._text, at, self._stop)
        return self._found


def until(pattern: re.Pattern[str], text: str, end: str, start: int = 0, stop: int | None = None) -> Iterator[re.Match[str]]:
    """Every match of a pattern that ends with `end`, and needs nothing else from where it begins on: not looked for beyond the last of those.

    Example:
        >>> [found[0] for found in until(re.compile("<!--.*?-->"), "<!-- a --> <!-- b", "-->")]
        ['<!-- a -->']
    """
    last = text.rfind(end, start, len(text) if stop is None else stop)
    return pattern.finditer(text, start, last + len(end)) if last >= 0 else iter(())


def enclosed(text: str, pairs: Sequence[tuple[str, str]], start: int = 0, stop: int | None = None) -> Iterator[tuple[int, int]]:
    """Where each stretch from an opening to its closing starts and ends. Of openings that begin alike, the longer one comes first in `pairs`.

    Example:
        >>> text = "{{ a }} {{ b {{{ c }}} {% d"
        >>> [text[begin:end] for begin, end in enclosed(text, [("{{{", "}}}"), ("{{", "}}"), ("{%", "%}")])]
        ['{{ a }}', '{{ b {{{ c }}']
    """
    stop = len(text) if stop is None else stop
    opening = re.compile("|".join(re.escape(opener) for opener, _ in pairs))
    closings = [(opener, Ahead(re.compile(re.escape(closer)), text, stop)) for opener, closer in pairs]
    while found := opening.search(text, start, stop):
        begin = found.start()
        ends = (ahead.first(begin + len(opener)) for opener, ahead in closings if text.startswith(opener, begin, stop))
        end = next((end.end() for end in ends if end), None)
        start = begin + 1 if end is None else end
        if end is not None:
            yield begin, end


def markup_spans(text: str, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, int]]:
    """Where whatever looks like a comment or a tag starts and ends."""
    stop = len(text) if stop is None else stop
    comments, tags = Ahead(re.compile("-->"), text, stop), Ahead(re.compile(">"), text, stop)
    while (begin := text.find("<", start, stop)) >= 0:
        comment = comments.first(begin + 4) if text.startswith("<!--", begin) else None
        end = comment or tags.first(begin + 1)
        if end is None:
            return
        start = end.end()
        yield begin, start


class TagEnds:
    """Where tags end: at the first `>` outside of quotes. `never` are characters that no tag holds outside of them."""

    def __init__(self, text: str, never: str = "") -> None:
        self._text, self._never = text, never
        # Quotes from which no `>` follows, as seen from outside of quotes.
        self._dead: set[int] = set()

    def end(self, at: int) -> int | None:
        """The end of the tag that one is in at this place, outside of quotes; None when it never ends."""
        passed: list[int] = []
        while (mark := self._mark(at)) is not None and mark not in self._dead:
            char = self._text[mark]
            if char == ">":
                return mark + 1
            if char in self._never:
                break
            passed.append(mark)
            closing = self._text.find(char, mark + 1)
            if closing < 0:
                break
            at = closing + 1
        self._dead.update(passed)
        return None

    @cached_property
    def _marks(self) -> list[int]:
        return [found.start() for found in re.finditer(f"[>\"'{re.escape(self._never)}]", self._text)]

    def _mark(self, at: int) -> int | None:
        index = bisect_left(self._marks, at)
        return self._marks[index] if index < len(self._marks) else None
