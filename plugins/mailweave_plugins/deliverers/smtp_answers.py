"""What a mail server's answers mean: whose fault one is, the recipient's or that of everything that we send.

RFC 5321 4.2.1 says what 2yz (done), 4yz (not now) and 5yz (never) mean, RFC 3463 the codes like 5.1.1 that many servers add. docs/run.md has the
table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from mailweave.deliverers import AwayError, Outcome
from mailweave.errors import Problem
from mailweave_plugins.deliverers.smtp_server import wrong

# Where in a message's delivery an answer came; "size" is before anything was said, as the server had told what is too large.
Stage = Literal["size", "MAIL", "RCPT", "DATA", "text"]

_CLOSING: Final = 421  # the server closes the connection
_FULL: Final = 452  # no room, or enough messages on this connection
_TOO_LARGE: Final = 552
# Answers to what we did, not to whom it is for: unknown command, wrong order, no mail here, login needed or too weak, unknown parameter.
_OURS: Final = (500, 502, 503, 504, 521, 530, 534, 535, 538, 555)
# Those of three recipients, one after another, say that nothing can be sent; those that may be anybody's say so of twenty.
_SURELY, _MAYBE = 7, 1
# RFC 3463: the address (X.1.X) and the mailbox (X.2.X) are the recipient's.
_THEIRS: Final = re.compile(r"[45]\.[12]\.\d{1,3}\b")


@dataclass(frozen=True)
class Answer:
    """An answer, and to what. Code 0 is none: the connection broke."""

    stage: Stage
    code: int
    said: str = ""

    @property
    def is_smtp(self) -> bool:
        """Whether it is an answer at all, by which we know what the server did."""
        return 200 <= self.code < 600

    @property
    def ready(self) -> bool:
        """Whether the server waits for the text."""
        return self.stage == "DATA" and self.code // 100 == 3

    @property
    def leaves_it_open(self) -> bool:
        """Whether the connection can be used further. One whose answers we don't understand can't."""
        taken = self.stage == "text" and self.code // 100 == 2
        return taken or (self.code // 100 in (4, 5) and self.code != _CLOSING)

    @property
    def worth_a_new_connection(self) -> bool:
        """Whether it may be about this connection alone, before the text was sent."""
        if not self.is_smtp or self.code in (_CLOSING, _FULL):
            return True
        return self.code in _OURS or (self.stage == "MAIL" and 400 <= self.code < 500)

    def __str__(self) -> str:
        if self.code == 0:
            return f"the connection broke at {self.stage}: {self.said}"
        said = " ".join(f"{self.code} {self.said}".split())
        return said if self.is_smtp else f"the server's answer at {self.stage} isn't SMTP"


def meaning(answer: Answer, server: str) -> Outcome:
    """What an answer means for its message.

    Raises:
        AwayError: the server takes nothing at the moment.
        MailweaveError: the server takes nothing from us.
    """
    code, kind = answer.code, answer.code // 100
    if answer.stage == "text" and kind == 2:
        return Outcome("sent", str(answer))
    if answer.stage == "text" and kind not in (4, 5):
        return Outcome("in doubt", str(answer), _MAYBE)
    if answer.stage == "MAIL" and code not in (_FULL, _TOO_LARGE):
        # Nobody was named yet, so it is nobody's.
        _refuse(answer, server)
    if code in _OURS:
        return Outcome("deferred", str(answer), _SURELY)
    ours = 0 if answer.stage == "size" or _THEIRS.match(answer.said) else _MAYBE
    return Outcome("refused" if kind == 5 else "deferred", str(answer), ours)


def _refuse(answer: Answer, server: str) -> None:
    if answer.code // 100 == 5:
        remedy = "look at sender.email, at the login and at what the server asks for; then go on with the same command"
        raise wrong(f"{server} takes no message from this sender: {answer}", remedy)
    what = f"{server} takes no messages now: {answer}"
    raise AwayError(Problem(what, "go on later with the same command, or have it wait longer with --patience", code="smtp"))
