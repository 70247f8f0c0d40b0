"""Processes that work on parts: this machine's, or those of a Dask cluster."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing.connection import wait as wait_for
from typing import Any, Final, TypeVar

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.extras import library
from mailweave_plugins.bulk.stop import Stop, allow_ctrl_c, without_ctrl_c

T = TypeVar("T")

_TICK: Final = 0.25  # seconds
_DEATHS: Final = 3
# How long a scheduler may take to answer.
_PATIENCE: Final = "10s"


@dataclass
class Workers:
    """Where the work is done: `jobs` processes here, or the workers of the Dask scheduler at an address. Use it in a `with`."""

    jobs: int
    scheduler: str | None = None
    _pool: Executor | None = field(default=None, init=False)
    _client: Any = field(default=None, init=False)
    _window: int = field(default=0, init=False)

    def __enter__(self) -> Workers:
        self._open()
        return self

    def __exit__(self, *error: object) -> None:
        # After an error nobody wants the rest, and a worker that doesn't answer must not keep us.
        self._close(wait=error[0] is None)

    def each(self, work: Callable[[Any], T], orders: Iterable[Any], stop: Stop) -> Iterator[T | None]:
        """What `work` gives for each order, as it comes, and None now and then while nothing comes. Nothing more is begun once it's time to stop.

        A process that dies has its order done again by another. When one fails the others are asked to stop, and come to a good end first; a
        signal gives them less time.

        Raises:
            MailweaveError: what `work` raised, or processes die again and again.
        """
        waiting, running, deaths = deque(orders), dict[Future[T], Any](), 0
        failures: list[BaseException] = []
        while running or (waiting and not stop):
            while waiting and len(running) < self._window and not stop:
                order = waiting.popleft()
                running[self._submit(work, order)] = order
            finished, _ = wait(running, _TICK, FIRST_COMPLETED)
            died = [running.pop(future) for future in finished if isinstance(_error(future), BrokenExecutor)]
            for future in finished & running.keys():
                del running[future]
                error, deaths = _error(future), 0
                if error:
                    stop.failure()
                    failures.append(error)
                else:
                    yield future.result()
            if died:
                deaths += 1
                waiting.extendleft([*died, *running.values()])
                running.clear()
                self._reopen(deaths)
            if stop.overdue:
                self._close(wait=False)
                return
            if not finished:
                yield None
        if failures:
            raise _told(failures[0]) from failures[0]

    def _submit(self, work: Callable[[Any], T], order: Any) -> Future[T]:
        assert self._pool is not None
        try:
            with without_ctrl_c():
                return self._pool.submit(work, order)
        except BrokenExecutor as error:
            broken: Future[T] = Future()
            broken.set_exception(error)
            return broken

    def _open(self) -> None:
        if self.scheduler:
            self._client = _connected(self.scheduler)
            self._pool = self._client.get_executor(pure=False)
            self._window = max(8, 4 * sum(self._client.nthreads().values()))
        else:
            # Not fork: libraries have started threads by now, and a forked lock may stay locked for ever.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.jobs, context, _begin)
            self._window = self.jobs + 1

    def _reopen(self, deaths: int) -> None:
        self._close(wait=True)
        if deaths > _DEATHS:
            what = f"{deaths} worker processes died one after another"
            raise MailweaveError(Problem(what, "look whether the machine has memory left, or use fewer --jobs", code="workers-died"))
        self._open()

    def _close(self, *, wait: bool) -> None:
        if isinstance(self._pool, ProcessPoolExecutor):
            processes = list((self._pool._processes or {}).values())
            self._pool.shutdown(wait=wait, cancel_futures=True)
            for process in processes if not wait else ():
                process.terminate()
        if self._client:
            self._client.close()


def _error(future: Future[T]) -> BaseException | None:
    """What a future failed with. A cluster cancels what it lost."""
    try:
        return future.exception()
    except CancelledError:
        remedy = "start it again, and go on with the same command"
        return MailweaveError(Problem("the connection to the cluster's scheduler broke", remedy, code="no-scheduler"))


def _told(error: BaseException) -> BaseException:
    """What a worker's failure is to a person."""
    if type(error).__name__ != "KilledWorker":
        return error
    what = "the cluster's workers died again and again on one part"
    return MailweaveError(Problem(what, "look into the workers' logs; is their memory enough?", code="workers-died"))


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


def _begin() -> None:
    """A new process: Ctrl-C is its parent's business, and it doesn't outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    allow_ctrl_c()
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()


def _die_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)
