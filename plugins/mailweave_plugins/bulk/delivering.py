"""Call a deliverer, and tell its failures from the world's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mailweave import MailweaveError, Problem
from mailweave.plugins import blame
from mailweave_plugins.bulk.job import Job

T = TypeVar("T")


def undeliverable(error: OSError) -> MailweaveError:
    """A full disk, a connection that broke: the run stops, and can go on."""
    where = f" ({error.filename})" if error.filename else ""
    return MailweaveError(Problem(f"{error.strerror or error}{where}", "mend that, and go on with the same command", code="undeliverable"))


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

    result: T = blame(plugin_of(job), doing, attempt)
    return result


def plugin_of(job: Job) -> str:
    """The plugin that brings the run's deliverer."""
    name = job.deliverer.name
    return job.engine.registry.plugin_of.get(("deliverers", name), name)
