"""Call a deliverer, and tell its failures from the world's."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Final, TypeVar

from mailweave import MailweaveError, Problem
from mailweave.deliverers import FileDeliverer
from mailweave.plugins import blame
from mailweave_plugins.bulk.job import Job

T = TypeVar("T")


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
    """Call a deliverer; what fails names its plugin, unless it is the world's fault.

    Raises:
        MailweaveError: in both cases.
    """

    def attempt() -> T:
        try:
            return call()
        except OSError as error:
            if error.filename is None and isinstance(job.deliverer, FileDeliverer):
                error.filename = str(job.folder / "messages")
            raise undeliverable(error) from error

    name = job.deliverer.name
    result: T = blame(job.engine.registry.plugin_of.get(("deliverers", name), name), doing, attempt)
    return result
