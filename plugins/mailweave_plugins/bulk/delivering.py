"""Call a deliverer, and tell its failures from the world's."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from mailweave import MailweaveError, Problem
from mailweave.deliverers import FileDeliverer
from mailweave.errors import PASSING
from mailweave.plugins import failed
from mailweave_plugins.bulk.signals import OutOfMemoryError

if TYPE_CHECKING:
    from mailweave_plugins.bulk.job import Job

T = TypeVar("T")

# What the system says of a name that it can't take: the message's fault.
_NAMES: Final = (errno.ENAMETOOLONG, errno.EILSEQ)


class DelivererError(MailweaveError):
    """A deliverer's own code failed: perhaps because of a single message."""


# What mends what the system says.
_REMEDIES: Final = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free some space"),
    errno.EFBIG: "have the system allow larger files (ulimit -f)",
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "make it writable"),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST), "move it away"),
}


def undeliverable(error: OSError) -> MailweaveError:
    """A full disk, a connection that broke: the run stops, and can go on."""
    where = f" ({error.filename})" if error.filename else ""
    remedy = f"{_REMEDIES.get(error.errno or 0, 'mend that')}, and go on with the same command"
    # Python's semaphores fail without saying how; they are files in shared memory.
    what = (error.strerror or str(error)) if error.errno else f"no file or process can be made: {error} (is /dev/shm or the temporary folder full?)"
    return MailweaveError(Problem(f"{what}{where}", remedy, code="undeliverable"))


def delivering(job: Job, doing: str, call: Callable[[], T]) -> T:
    """Call a deliverer.

    Raises:
        DelivererError: its code failed; the problem names the plugin.
        MailweaveError: what it says itself, or the world's fault.
    """
    try:
        return call()
    except (MailweaveError, *PASSING):
        raise
    except MemoryError as error:
        raise OutOfMemoryError from error
    except OSError as error:
        if error.errno not in _NAMES:
            if error.filename is None and isinstance(job.deliverer, FileDeliverer):
                error.filename = str(job.folder / "messages")
            raise undeliverable(error) from error
        raise _failed(job, doing, error) from error
    except BaseException as error:  # a plugin may raise anything
        raise _failed(job, doing, error) from error



def plugin_of(job: Job) -> str:
    """The plugin that brings the run's deliverer."""
    name = job.deliverer.name
    return job.engine.registry.plugin_of.get(("deliverers", name), name)


def _failed(job: Job, doing: str, error: BaseException) -> DelivererError:
    return DelivererError(*failed(plugin_of(job), doing, error).problems)
