"""The line that stands in an inbox, cut as clients cut it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailweave.message import Message

# Client → about how many characters of the subject it shows, and of the preheader. They vary with screen and font: measured by senders of
# e-mail, promised by nobody.
CUTS: Final = {"iPhone Mail": (38, 88), "Gmail on a phone": (36, 42), "Gmail in a browser": (70, 70), "Outlook": (56, 53)}


@dataclass(frozen=True)
class Line:
    """One client's line. The texts are cut; `subject_whole` and `preheader_whole` say whether nothing was."""

    client: str
    subject: str
    preheader: str
    subject_whole: bool
    preheader_whole: bool


def lines(message: Message) -> Iterator[Line]:
    """How each client shows the message in its list."""
    for client, (subject, preheader) in CUTS.items():
        first, second = cut(message.subject, subject), cut(message.preheader, preheader)
        yield Line(client, first, second, first == message.subject, second == message.preheader)


def cut(text: str, length: int) -> str:
    """A text of at most so many characters, with an ellipsis where it was cut.

    Example:
        >>> cut("Spring is here", 8), cut("Spring", 8)
        ('Spring…', 'Spring')
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
