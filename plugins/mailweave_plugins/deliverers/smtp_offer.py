"""Offer a message to a mail server: name its sender and its recipient, and ask to send the text."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import NamedTuple

from mailweave_plugins.deliverers.smtp_answers import Answer, Stage


class Step(NamedTuple):
    """Where in a delivery we are, what we say, and the first digit of the answer with which it goes on."""

    stage: Stage
    command: str
    kind: int


def offer(smtp: smtplib.SMTP, sender: str, recipient: str, size: int | None) -> Answer:
    """What the server says: that it waits for the text (`Answer.ready`), or the first answer that says something else.

    `size` in bytes is announced (RFC 1870), unless it is None. A server that can is told all three in one go (RFC 2920), which takes one wait
    instead of three.
    """
    announced = "" if size is None else f" SIZE={size}"
    steps = (Step("MAIL", f"MAIL FROM:<{sender}>{announced}", 2), Step("RCPT", f"RCPT TO:<{recipient}>", 2), Step("DATA", "DATA", 3))
    return _at_once(smtp, steps) if smtp.has_extn("pipelining") else _one_by_one(smtp, steps)


def _one_by_one(smtp: smtplib.SMTP, steps: tuple[Step, ...]) -> Answer:
    for step in steps:
        answer = asked(step.stage, lambda command=step.command: smtp.docmd(command))  # type: ignore[misc]
        if answer.code // 100 != step.kind:
            break
    return answer


def _at_once(smtp: smtplib.SMTP, steps: tuple[Step, ...]) -> Answer:
    def begin() -> tuple[int, bytes]:
        smtp.send("".join(f"{step.command}\r\n" for step in steps))
        return smtp.getreply()

    refused: Answer | None = None
    for step in steps:
        answer = asked(step.stage, smtp.getreply if step is not steps[0] else begin)
        if answer.code // 100 == step.kind:
            continue
        refused = refused or answer
        if not answer.leaves_it_open:
            break
    if refused and answer.ready:
        _refuse_nothing(smtp)
    return refused or answer


def _refuse_nothing(smtp: smtplib.SMTP) -> None:
    """A server may ask for the text though it refused the only recipient (RFC 2920 3.1). It gets none, and refuses that."""

    def end() -> tuple[int, bytes]:
        smtp.send(b".\r\n")
        return smtp.getreply()

    asked("text", end)


def asked(stage: Stage, ask: Callable[[], tuple[int, bytes]]) -> Answer:
    """The answer to what `ask` says; a connection that breaks is one too."""
    try:
        code, said = ask()
    except (smtplib.SMTPException, OSError) as error:
        return Answer(stage, 0, str(error) or type(error).__name__)
    return Answer(stage, code, said.decode("utf-8", "replace"))
