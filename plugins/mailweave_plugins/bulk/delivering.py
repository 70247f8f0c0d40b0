"""Call a deliverer, and tell its failures from the world's."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Final, TypeVar

from mailweave import MailweaveError, Problem
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
    return MailweaveError(Problem(f"{error.strerror or error}{where}", remedy, code="undeliverable"))


def delivering(job: Job, doing: str, call: Callable[[], T]) -> T:
    """Call a deliverer; what fails names its plugin, unless it is the world's fault.

    Raises:
        MailweaveError: in both cases.
    """

    def attempt() -> T:
        try:
            return call()
        except OSError as error:
            raise undeliverable(error) from error

    name = job.deliverer.name
    result: T = blame(job.engine.registry.plugin_of.get(("deliverers", name), name), doing, attempt)
    return result
