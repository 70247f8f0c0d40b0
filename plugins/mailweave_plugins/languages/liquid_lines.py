"""The lines of `{% liquid %}` and of `{% # %}`, read in one pass. python-liquid's patterns look at runs of blanks again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from liquid import Environment
from liquid.builtin.tags.inline_comment_tag import InlineCommentNode, InlineCommentTag
from liquid.builtin.tags.liquid_tag import LiquidTag
from liquid.exceptions import LiquidSyntaxError
from liquid.stream import TokenStream
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

_NAME: Final = re.compile(r"#|\w++")
_BREAKS: Final = re.compile("\n*")


class Line(NamedTuple):
    """A line that has a tag's name: where it starts, its name, its expression without the blanks around it, and where the next one starts."""

    start: int
    name: tuple[int, int]
    expression: tuple[int, int]
    end: int


def lines(text: str, at: int, end: int) -> Iterator[Line]:
    """The lines of a `liquid` tag whose inside is `text[at:end]`."""
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        breaks = _BREAKS.match(text, stop, end)
        after = breaks.end() if breaks else end
        if name := _NAME.search(text, at, stop):
            before, rest = text[at : name.start()], text[name.end() : stop]
            expression = rest.lstrip(" \t").rstrip(" \t\r")
            first = name.end() + len(rest) - len(rest.lstrip(" \t"))
            start = at + len(before.rstrip(" \t"))
            yield Line(start, name.span(), (first, first + len(expression)), after)
        at = after


def _tokens(source: str, token: Token) -> Iterator[Token]:
    done = 0
    for line in lines(source, 0, len(source)):
        _check_between(source[done : line.start], token)
        done = line.end
        (start, end), (first, last) = line.name, line.expression
        yield Token(TOKEN_TAG, source[start:end], token.start_index + start, token.source)
        if first < last:
            yield Token(TOKEN_EXPRESSION, source[first:last], token.start_index + first, token.source)
    _check_between(source[done:], token)


def _check_between(text: str, token: Token) -> None:
    if strange := text.strip("\r\n"):
        raise LiquidSyntaxError(f"expected newline delimited tag expressions, found {strange[0]!r}", token=token)


class LinesTag(LiquidTag):
    """`liquid`."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self._tokenize = _tokens  # type: ignore[assignment]


class CommentTag(InlineCommentTag):
    """`#`, each of whose lines begins with one."""

    def parse(self, stream: TokenStream) -> InlineCommentNode:
        """The comment's node."""
        token = stream.expect(TOKEN_TAG)
        if stream.peek.kind == TOKEN_EXPRESSION:
            next(stream)
            later = [line.strip() for line in stream.current.value.split("\n")[1:]]
            if not all(line.startswith("#") for line in later if line):
                raise LiquidSyntaxError("every line of an inline comment must start with a '#' character", token=stream.current)
        return self.node_class(token, text=stream.current.value)
