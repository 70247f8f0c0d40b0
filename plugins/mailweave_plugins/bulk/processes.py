"""Worker processes on this machine, each with a pipe of its own: when one dies, the others don't notice."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from typing import Any, Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.crew import Crew, Death, Ending, Work
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.position import position_of
from mailweave_plugins.bulk.signals import OutOfMemoryError
from mailweave_plugins.bulk.stop import allow_ctrl_c, without_ctrl_c
from mailweave_plugins.bulk.watch import Watch

# Not fork: libraries have started threads by now, and a forked lock may stay locked for ever.
_CONTEXT: Final = multiprocessing.get_context("spawn")
# How long a process may take to end itself.
_PATIENCE: Final = 5.0  # seconds


class _Process:
    """One process, and the order that it is busy with."""

    def __init__(self) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process: BaseProcess = _CONTEXT.Process(target=_serve, args=(theirs,))
        with without_ctrl_c():
            self.process.start()
        theirs.close()
        self.order: Order | None = None
        self.watch: Watch | None = None

    def begin(self, work: Work, order: Order, seconds: float | None) -> None:
        self.order = order
        self.watch = Watch(self.process.pid or 0, seconds) if seconds else None
        with suppress(OSError):  # it is dead, which its end of the pipe tells
            self.pipe.send((work, order))

    def ending(self) -> Ending | None:
        """How the order ended, when it did. A process that died has said nothing, or half of it."""
        order = self.order
        assert order is not None
        try:
            if self.pipe.poll():
                kind, answer = self.pipe.recv()
                return Ending(order, **{kind: answer})
        except (EOFError, OSError, pickle.UnpicklingError):
            self.process.join(_PATIENCE)
            return Ending(order, death=Death.of(self.process.exitcode))
        except Exception as error:  # an answer that only its own process understands
            what = f"a worker's answer can't be read: {type(error).__name__}: {error}"
            return Ending(order, error=MailweaveError(Problem(what, "report it", code="internal")))
        return None if self.process.is_alive() or self.pipe.poll() else Ending(order, death=Death.of(self.process.exitcode))

    def overdue(self) -> Ending | None:
        """The process ended, when it is at one row for too long."""
        order, watch = self.order, self.watch
        if order is None or watch is None or not watch.overdue(position_of(order.folder, order.index)):
            return None
        self.end()
        return Ending(order, death=Death(f"was at it for more than {watch.seconds:g} s", late=True, tries=1))

    def end(self) -> None:
        """At once, also when it is in native code."""
        self.process.kill()
        self.process.join()

    def dismiss(self) -> None:
        """Have an idle process end itself, and any other end."""
        with suppress(OSError):
            self.pipe.send(None)
        if self.order:
            self.process.terminate()

    def end_soon(self) -> None:
        """At the latest after a while."""
        self.process.join(_PATIENCE)
        self.end()
        self.pipe.close()


@dataclass
class Processes(Crew):
    """At most `jobs` processes. One that is at a row for longer than `seconds` is ended."""

    jobs: int
    seconds: float | None = None
    _all: list[_Process] = field(default_factory=list)

    @property
    def _busy(self) -> list[_Process]:
        return [process for process in self._all if process.order]

    @property
    def busy(self) -> int:
        return len(self._busy)

    @property
    def free(self) -> int:
        return self.jobs - self.busy

    def begin(self, work: Work, order: Order) -> None:
        idle = [process for process in self._all if not process.order]
        if idle and order.alone is not None:
            self._remove(idle[0])
            idle[0].dismiss()
            idle[0].end_soon()
            idle = []
        if not idle:
            idle = [_Process()]
            self._all += idle
        idle[0].begin(work, order, self.seconds)

    def wait(self, seconds: float) -> list[Ending]:
        busy = self._busy
        wait_for([waitable for process in busy for waitable in (process.pipe, process.process.sentinel)], seconds)
        endings = []
        for process in busy:
            ending = process.ending() or process.overdue()
            if ending:
                endings.append(ending)
                process.order = None
            if ending and ending.death:
                self._remove(process)
                process.end()
        return endings

    def _remove(self, process: _Process) -> None:
        self._all.remove(process)

    def close(self, *, wait: bool) -> None:
        for process in self._all:
            process.dismiss()
        for process in self._all:
            if not wait:
                process.process.terminate()
            process.end_soon()
        self._all.clear()


def _serve(pipe: Connection) -> None:
    """A process's life: one order after the other."""
    _begin()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        if task is None:
            return
        _answer(pipe, _done(*task))


def _done(work: Work, order: Order) -> tuple[str, Any]:
    try:
        return "result", work(order)
    except (MemoryError, OutOfMemoryError):
        return "death", Death("had no memory left")
    except BaseException as error:  # whatever it is, the parent tells it
        return "error", error


def _answer(pipe: Connection, answer: tuple[str, Any]) -> None:
    try:
        pickle.loads(pickle.dumps(answer))
        pipe.send(answer)
    except Exception:  # an exception of a plugin that can't be sent, or not be read again
        what = f"a worker failed: {type(answer[1]).__name__}: {answer[1]}"
        pipe.send(("error", MailweaveError(Problem(what, "report it", code="internal"))))


def _begin() -> None:
    """A new process: Ctrl-C is its parent's business, and it doesn't outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    allow_ctrl_c()
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()
    _die_in_native_code()


def _die_in_native_code() -> None:
    """The same when no thread of Python gets a turn: Linux ends the process itself (prctl(2), PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _die_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)
