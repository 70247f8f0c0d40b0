"""Where the messages of a bulk run go.

There are two kinds, because there are two kinds of world. A file can be put in place whole or not at all, so a part that was interrupted is
simply written again. What was sent can't be taken back, so each message's intent is on the disk before it and its result after it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal, NamedTuple

from mailweave.errors import MailweaveError, Problem
from mailweave.message import Message

OutcomeKind = Literal["sent", "refused", "deferred", "in doubt"]


class Letter(NamedTuple):
    """A message with the number of its row (from 0) and the recipient's id, which no other letter of the run has.

    `passed` are the columns of `FileOptions.passed`: plain data, also decimals, dates, times and UUIDs.
    """

    row: int
    id: str
    message: Message
    hash: str
    passed: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class FileOptions:
    """How messages are written, where a person said so.

    `compression` is a codec, perhaps with a level (`gzip:9`). `passed` names columns that are written beside those of the message, and `types` is
    their schema for Arrow, serialized, where anybody needs it.
    """

    compression: str | None = None
    passed: tuple[str, ...] = ()
    types: bytes = b""


class Outcome(NamedTuple):
    """What became of a letter that was sent, and what the other side said.

    sent: it was accepted. refused: it never will be. deferred: not now, try again later. in doubt: nobody knows.

    `ours` says how likely the answer is about us, not about this recipient: a run stops when those of letters one after another come to
    `ENOUGH`. 0 is what is surely the recipient's, such as a mailbox that doesn't exist, and 1 what may be; with a budget of failures
    (`--max-rejects`) only what is more than 1 counts.
    """

    kind: OutcomeKind
    detail: str = ""
    ours: int = 0


# What `ours` of letters one after another, none of which was taken, may come to.
ENOUGH: Final = 20


class AwayError(MailweaveError):
    """Nobody takes letters at the moment. The run waits, as long as a person said, and calls again."""


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

    def configured(self, options: FileOptions) -> Deliverer:
        """The deliverer with these options.

        Raises:
            MailweaveError: naming each that it hasn't, or that is wrong; by default it has none.
        """
        tables = "leave it out, or write a table: --as parquet or --as ndjson"
        header = "leave it out, write a table (--as parquet, --as ndjson), or put the values into `headers` of the campaign"
        said = [("--compression", bool(options.compression), tables), ("--pass-through", bool(options.passed), header)]
        problems = [Problem(f"{option} isn't for '{self.name}'", remedy, code="wrong-option") for option, given, remedy in said if given]
        if problems:
            raise MailweaveError(*problems)
        return self


class FileDeliverer(Deliverer):
    """Writes the messages of a part into one file or folder below the run's `messages/`, whose name ends in `suffix`."""

    suffix: ClassVar[str]
    # Whether its files have types, so that it needs `FileOptions.types`.
    typed: ClassVar[bool] = False

    @abstractmethod
    def write(self, path: Path, letters: Iterable[Letter]) -> None:
        """Write all letters to a new file or folder `path`. It is put in place when this returns; hold few letters at a time.

        When it raises, it is called again with each letter alone, at another path, and those that it can't take are rejected.
        """


class Session(ABC):
    """An open connection."""

    @abstractmethod
    def send(self, letter: Letter, commit: Callable[[], None]) -> Outcome:
        """Send one letter. Call `commit` right before the point of no return: after it, a message whose result is lost is in doubt.

        What `commit` raises must come out of this, and nothing may be handed over then.

        Raises:
            AwayError: nobody is there now, and `commit` wasn't called; the same letter comes again.
            MailweaveError: nothing can be sent any more, whoever it is for; the run stops and can go on later.
        """


class SendingDeliverer(Deliverer):
    """Hands each message to somebody who can't give it back. One session a part."""

    needs_eml = True

    @abstractmethod
    def session(self, target: str) -> AbstractContextManager[Session]:
        """A session with what `--to` names.

        Raises:
            AwayError: nobody is there now.
            MailweaveError: we aren't wanted: a wrong password, a certificate that isn't trusted.
        """
