"""Call a deliverer, and tell its failures from the world's."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Final, TypeVar

from mailweave import MailweaveError, Problem
from mailweave.deliverers import Letter, Outcome, Session
from mailweave.plugins import failed
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.signals import OutOfMemoryError, StoppedError

T = TypeVar("T")

# What the system says of a name that it can't take: the message's fault.
_NAMES: Final = (errno.ENAMETOOLONG, errno.EILSEQ)


class DelivererError(MailweaveError):
    """A deliverer's own code failed: perhaps because of a single message."""


def undeliverable(error: OSError) -> MailweaveError:
    """A full disk, a connection that broke: the run stops, and can go on."""
    where = f" ({error.filename})" if error.filename else ""
    return MailweaveError(Problem(f"{error.strerror or error}{where}", "mend that, and go on with the same command", code="undeliverable"))


def delivering(job: Job, doing: str, call: Callable[[], T]) -> T:
    """Call a deliverer.

    Raises:
        DelivererError: its code failed; the problem names the plugin.
        MailweaveError: what it says itself, or the world's fault.
    """
    try:
        return call()
    except (MailweaveError, StoppedError, OutOfMemoryError, KeyboardInterrupt, GeneratorExit):
        raise
    except MemoryError as error:
        raise OutOfMemoryError from error
    except OSError as error:
        if error.errno not in _NAMES:
            raise undeliverable(error) from error
        raise _failed(job, doing, error) from error
    except BaseException as error:  # a plugin may raise anything
        raise _failed(job, doing, error) from error


def hand_over(job: Job, session: Session, letter: Letter, commit: Callable[[], None]) -> Outcome:
    """Have a session send a letter. When the deliverer's own code fails, that concerns this letter alone.

    Raises:
        MailweaveError: what the deliverer says itself, or the world's fault.
    """
    committed: list[bool] = []

    def committing() -> None:
        committed.append(True)
        commit()

    try:
        return delivering(job, "send", lambda: session.send(letter, committing))
    except DelivererError as error:
        # Before it was committed nothing of it went out.
        return Outcome("in doubt" if committed else "deferred", error.problems[0].sentence)


def _failed(job: Job, doing: str, error: BaseException) -> DelivererError:
    name = job.deliverer.name
    return DelivererError(*failed(job.engine.registry.plugin_of.get(("deliverers", name), name), doing, error).problems)
