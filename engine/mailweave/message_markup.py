"""Markup in translations: each value in it is escaped for the place where it stands, as in a template."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from mailweave.contexts import Context, Piece, find_contexts
from mailweave.errors import MailweaveError, Problem
from mailweave.escape import MessageMarkup, escape
from mailweave.nesting import OPTIONAL_END, VOID, nesting_of
from mailweave.source import Source
from mailweave.tags import tags

PIECE: Final = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}")


def filled_markup(text: str, value: Callable[[str], Any]) -> MessageMarkup:
    """A message with the values of its names, each escaped for its place.

    Raises:
        ValueError: a value can't stand there ("what – remedy").

    Example:
        >>> filled_markup('Read <a href="{url}">{title}</a>', {"url": "/a b", "title": "<Terms>"}.get)
        MessageMarkup('Read <a href="/a%20b">&lt;Terms&gt;</a>')
    """
    contexts = _contexts(text)

    def put(found: re.Match[str]) -> str:
        if found["name"] is None:
            return found[0][0]
        shown = value(found["name"])
        return escape(shown if isinstance(shown, str) else str(shown), contexts[found.start()])

    return MessageMarkup(PIECE.sub(put, text))


@lru_cache(maxsize=4096)
def _contexts(text: str) -> Mapping[int, Context]:
    return find_contexts(Source("", text), list(_pieces(text)))


def _pieces(text: str) -> Iterator[Piece]:
    done = 0
    for found in PIECE.finditer(text):
        if found["name"] is not None:
            yield Piece("text", done, found.start())
            yield Piece("output", *found.span())
            done = found.end()
    yield Piece("text", done, len(text))


def markup_problems(source: Source) -> Sequence[Problem]:
    """What is wrong with a message: values where none can be made safe, and tags that end or begin something outside of it."""
    try:
        find_contexts(source, list(_pieces(source.text)))
    except MailweaveError as error:
        return error.problems
    problems = nesting_of(source, source.text, lambda tag: tag.empty or tag.name in VOID).problems
    return problems or list(_left_open(source))


def _left_open(source: Source) -> Iterator[Problem]:
    """Elements whose end tag HTML lets one leave out: what follows the message would be in them."""
    found = [tag for tag in tags(source.text) if tag.name in OPTIONAL_END and not tag.empty]
    opened = Counter(tag.name for tag in found if not tag.closing)
    closed = Counter(tag.name for tag in found if tag.closing)
    for name in opened:
        if opened[name] > closed[name]:
            last = next(tag for tag in reversed(found) if tag.name == name and not tag.closing)
            remedy = f"put `</{name}>` where it ends"
            yield source.problem(last.start, f"`<{name}>` is never closed", remedy, code="unclosed-tag", length=len(name) + 1)
