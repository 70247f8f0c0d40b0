"""Where the messages of a bulk run go.

There are two kinds, because there are two kinds of world. A file can be put in place whole or not at all, so a part that was interrupted is
simply written again. What was sent can't be taken back, so each message's intent is on the disk before it and its result after it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from mailweave.message import Message

OutcomeKind = Literal["sent", "refused", "deferred", "in doubt"]


class Letter(NamedTuple):
    """A message with the number of its row (from 0) and the recipient's id, which no other letter of the run has."""

    row: int
    id: str
    message: Message
    hash: str


class Outcome(NamedTuple):
    """What became of a letter that was sent, and what the other side said.

    sent: it was accepted. refused: it never will be. deferred: not now, try again later. in doubt: nobody knows.
    """

    kind: OutcomeKind
    detail: str = ""


class Deliverer(ABC):
    """A kind of place that messages go to. `--as NAME` selects it, or `--to SCHEME://…` with one of its `schemes`.

    Implement `FileDeliverer` or `SendingDeliverer`. With `needs_eml`, messages whose `.eml` can't be built (no address) are rejected before
    the deliverer sees them.
    """

    name: ClassVar[str]
    schemes: ClassVar[tuple[str, ...]] = ()
    needs_eml: ClassVar[bool] = False

    def check(self, target: str) -> None:  # noqa: B027 – most have nothing to check
        """Look at what stands after `--to` before a run begins.

        Raises:
            MailweaveError: it is wrong, or a library is missing.
        """


class FileDeliverer(Deliverer):
    """Writes the messages of a part into one file or folder below the run's `messages/`, whose name ends in `suffix`."""

    suffix: ClassVar[str]

    @abstractmethod
    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        """Write all letters to a new file or folder `path`. It is put in place when this returns; hold few letters at a time."""


class Session(ABC):
    """An open connection."""

    @abstractmethod
    def send(self, letter: Letter, commit: Callable[[], None]) -> Outcome:
        """Send one letter. Call `commit` right before the point of no return: after it, a message whose result is lost is in doubt.

        Raises:
            MailweaveError: nothing can be sent any more; the run stops and can go on later.
        """


class SendingDeliverer(Deliverer):
    """Hands each message to somebody who can't give it back. One session a part."""

    needs_eml = True

    @abstractmethod
    def session(self, target: str) -> AbstractContextManager[Session]:
        """A session with what `--to` names.

        Raises:
            MailweaveError: there is nobody.
        """
