"""How much work a regular expression is: Python's backtracking, step by step, over the tree that `re` itself makes of a pattern.

Time says little on a busy machine, and the work of `re` can't be counted from outside. Each character that is looked at counts, and each attempt.
What `re` saves by its shortcuts (a literal that is looked for first) isn't counted off, so that a count is never too small.
"""

from __future__ import annotations

import re
import re._constants as op
import re._parser as parser
from collections.abc import Callable
from typing import Any

Next = Callable[[int], bool]


class Work:
    """One pattern over one text. `steps` grows with each thing that is tried."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.tree, self.flags, self.text = parser.parse(pattern.pattern, pattern.flags), pattern.flags, text
        self.steps = 0
        self.groups: dict[int, tuple[int, int]] = {}

    def match(self, at: int = 0) -> int | None:
        """The end of the match that begins here."""
        self.groups.clear()
        ends: list[int] = []

        def done(end: int) -> bool:
            ends.append(end)
            return True

        return ends[0] if self._all(list(self.tree), 0, at, done) else None

    def finditer(self) -> int:
        """Look for every match; how many there are."""
        at = found = 0
        while at <= len(self.text):
            end = self.match(at)
            found += end is not None
            at = max(at + 1, end or 0)
        return found

    def _all(self, nodes: list[Any], index: int, at: int, then: Next) -> bool:
        if index == len(nodes):
            return then(at)
        kind, value = nodes[index]
        return self._one(kind, value, at, lambda end: self._all(nodes, index + 1, end, then))

    def _one(self, kind: Any, value: Any, at: int, then: Next) -> bool:
        self.steps += 1
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(kind, value, at, then)
        if kind is op.SUBPATTERN:
            return self._group(value, at, then)
        if kind is op.BRANCH:
            return any(self._all(list(branch), 0, at, then) for branch in value[1])
        if kind is op.ATOMIC_GROUP:
            end = self._alone(list(value), at)
            return end is not None and then(end)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return self._around(kind, value, at) and then(at)
        if kind is op.AT:
            return self._position(value, at) and then(at)
        if kind is op.GROUPREF:
            start, end = self.groups.get(value, (0, -1))
            said = self.text[start:end]
            self.steps += len(said)
            return end >= 0 and self.text.startswith(said, at) and then(at + len(said))
        return at < len(self.text) and self._char(kind, value, self.text[at]) and then(at + 1)

    def _group(self, value: Any, at: int, then: Next) -> bool:
        number, _, _, inner = value
        before = self.groups.get(number)

        def closed(end: int) -> bool:
            old = self.groups.get(number)
            if number is not None:
                self.groups[number] = (at, end)
            if then(end):
                return True
            self.groups.pop(number, None)
            if old is not None:
                self.groups[number] = old
            return False

        if self._all(list(inner), 0, at, closed):
            return True
        if before is not None:
            self.groups[number] = before
        return False

    def _repeat(self, kind: Any, value: tuple[int, Any, Any], at: int, then: Next) -> bool:
        least, most, inner = value
        nodes = list(inner)
        if kind is op.POSSESSIVE_REPEAT:
            count = 0
            while (most is op.MAXREPEAT or count < most) and (end := self._alone(nodes, at)) is not None and (end > at or count < least):
                at, count = end, count + 1
            return count >= least and then(at)
        if len(nodes) == 1 and nodes[0][0] in _CHARS:
            return self._run(kind, least, most, nodes[0], at, then)
        return self._again(kind, least, most, nodes, at, then, 0)

    def _run(self, kind: Any, least: int, most: Any, node: Any, at: int, then: Next) -> bool:
        """A repetition of one character, without a call for each."""
        last = len(self.text) if most is op.MAXREPEAT else min(len(self.text), at + most)
        if kind is op.MIN_REPEAT:
            end = at
            while True:
                if end - at >= least and then(end):
                    return True
                self.steps += 1
                if end >= last or not self._char(*node, self.text[end]):
                    return False
                end += 1
        end = at
        while end < last and self._char(*node, self.text[end]):
            end += 1
        self.steps += end - at
        return any(then(stop) for stop in range(end, at + least - 1, -1))

    def _again(self, kind: Any, least: int, most: Any, nodes: list[Any], at: int, then: Next, count: int) -> bool:
        def more() -> bool:
            if most is not op.MAXREPEAT and count >= most:
                return False
            step = lambda end: (end > at or count < least) and self._again(kind, least, most, nodes, end, then, count + 1)  # noqa: E731
            return self._all(nodes, 0, at, step)

        if count < least:
            return more()
        return (then(at) or more()) if kind is op.MIN_REPEAT else (more() or then(at))

    def _alone(self, nodes: list[Any], at: int) -> int | None:
        ends: list[int] = []

        def done(end: int) -> bool:
            ends.append(end)
            return True

        return ends[0] if self._all(nodes, 0, at, done) else None

    def _around(self, kind: Any, value: Any, at: int) -> bool:
        direction, inner = value
        if direction < 0:
            width = inner.getwidth()[0]
            found = at >= width and self._alone(list(inner), at - width) == at
        else:
            found = self._alone(list(inner), at) is not None
        return found is (kind is op.ASSERT)

    def _position(self, where: Any, at: int) -> bool:
        text, multiline = self.text, bool(self.flags & re.MULTILINE)
        if where is op.AT_BEGINNING:
            return at == 0 or (multiline and text[at - 1] == "\n")
        if where is op.AT_BEGINNING_STRING:
            return at == 0
        if where is op.AT_END:
            return at == len(text) or (text[at] == "\n" and (multiline or at == len(text) - 1))
        if where is op.AT_END_STRING:
            return at == len(text)
        edge = (at > 0 and _is_word(text[at - 1])) is not (at < len(text) and _is_word(text[at]))
        return edge is (where is op.AT_BOUNDARY)

    def _char(self, kind: Any, value: Any, char: str) -> bool:
        if kind is op.ANY:
            return char != "\n" or bool(self.flags & re.DOTALL)
        if kind is op.IN:
            negated = value[0][0] is op.NEGATE
            return any(self._char(*item, char) for item in value if item[0] is not op.NEGATE) is not negated
        if kind is op.RANGE:
            return value[0] <= ord(char) <= value[1] or (bool(self.flags & re.IGNORECASE) and value[0] <= ord(char.swapcase()[0]) <= value[1])
        if kind is op.CATEGORY:
            return _CATEGORIES[value](char)
        same = ord(char) == value or (bool(self.flags & re.IGNORECASE) and char.lower() == chr(value).lower())
        return same is (kind is not op.NOT_LITERAL)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


_CHARS = frozenset({op.ANY, op.IN, op.LITERAL, op.NOT_LITERAL})
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_NOT_DIGIT: lambda char: not char.isdecimal(),
    op.CATEGORY_WORD: _is_word,
    op.CATEGORY_NOT_WORD: lambda char: not _is_word(char),
}
