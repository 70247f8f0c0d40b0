"""The workers of a Dask cluster."""

from __future__ import annotations

import logging
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.crew import Crew, Death, Ending, Work
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.signals import OutOfMemoryError

# How long a scheduler may take to answer.
_PATIENCE: Final = "10s"


class Cluster(Crew):
    """The workers of the scheduler at an address. Which one does what is the scheduler's business; it gives the order of one that died to others,
    some times.
    """

    def __init__(self, address: str) -> None:
        self._client = _connected(address)
        self._window: int = max(8, 4 * sum(self._client.nthreads().values()))
        self._executor = self._client.get_executor(pure=False)
        self._running: dict[Any, Order] = {}

    @property
    def busy(self) -> int:
        return len(self._running)

    @property
    def free(self) -> int:
        return max(0, self._window - len(self._running))

    def begin(self, work: Work, order: Order) -> None:
        self._running[self._executor.submit(work, order)] = order

    def wait(self, seconds: float) -> list[Ending]:
        finished, _ = wait(self._running, seconds, FIRST_COMPLETED)
        return [_ending(future, self._running.pop(future)) for future in finished]

    def close(self, *, wait: bool) -> None:
        self._client.close()


def _ending(future: Future[Any], order: Order) -> Ending:
    try:
        error = future.exception()
    except CancelledError:  # a cluster cancels what it lost
        remedy = "start it again, and go on with the same command"
        return Ending(order, error=MailweaveError(Problem("the connection to the cluster's scheduler broke", remedy, code="no-scheduler")))
    if error is None:
        return Ending(order, result=future.result())
    if type(error).__name__ == "KilledWorker":
        return Ending(order, death=Death("died, and so did those of the cluster that had its order after it", tries=1))
    if isinstance(error, MemoryError | OutOfMemoryError):
        return Ending(order, death=Death("had no memory left"))
    return Ending(order, error=error)


def _connected(address: str) -> Any:
    distributed = library("distributed", "cluster")
    # We say ourselves, in a line, when the connection breaks.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        what = f"there is no Dask scheduler at {address}: {error}"
        raise MailweaveError(Problem(what, "start one with `dask scheduler`; its first lines name the address", code="no-scheduler")) from error
    if not client.nthreads():
        client.close()
        what = f"the scheduler at {address} has no workers"
        raise MailweaveError(Problem(what, f"start some with `dask worker {address} --nthreads 1`", code="no-workers"))
    return client
