"""The process that builds the previewer's pages, as whoever started it sees it: what it is asked, what it is at, and whose fault its end was."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from mailweave.errors import MailweaveError, Problem
from mailweave.limits import Limits
from mailweave_preview.deaths import Death, Frame, read_death
from mailweave_preview.worker import Beginning, work

# Seconds: to start, and to write down where each thread was.
_START: Final = 60.0
LAST_WORDS: Final = 3.0


@dataclass
class Asked:
    """A request, or (number 0) what is done in the background: the thread that is at it, since when, with what, and how long it may take."""

    number: int
    what: str = ""
    thread: int | None = None
    since: float = 0.0
    seconds: float = 0.0
    late: bool = False
    heard: SimpleQueue[tuple[str, tuple[Any, ...]]] = field(default_factory=SimpleQueue)


@dataclass
class Pages:
    """A process that builds pages, with what it is at."""

    process: SpawnProcess
    connection: Connection
    log: Path
    name: str
    seconds: float = Limits().seconds
    ended: bool = False
    asked: dict[int, Asked] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, beginning: Beginning) -> Pages:
        """A new process, when it is ready.

        Raises:
            MailweaveError: it doesn't come so far.
        """
        # Not fork: there are threads.
        context = multiprocessing.get_context("spawn")
        ours, its = context.Pipe()
        begun = context.Process(target=work, args=(its, beginning), name="mailweave-pages")
        begun.start()
        its.close()
        try:
            if not ours.poll(_START):
                raise EOFError
            _, _, (name,) = ours.recv()
        except (EOFError, OSError) as error:
            begun.kill()
            begun.join()
            what = "the process that builds pages doesn't start"
            raise MailweaveError(Problem(what, "what stands above says why", code="no-process")) from error
        return cls(begun, ours, beginning.log, name)

    def listen(self) -> Death:
        """Pass on what it says until it ends; how it did."""
        with suppress(EOFError, OSError):
            while True:
                self._heard(*self.connection.recv())
        self.process.join(LAST_WORDS)
        try:
            log = self.log.read_text(errors="replace")
        except FileNotFoundError:  # whoever started it has tidied up
            log = ""
        return read_death(self.process.exitcode, log)

    def late(self) -> Asked | None:
        """What it has been at for longer than that may take; of several, what should have ended first."""
        now = time.monotonic()
        over = [one for one in list(self.asked.values()) if one.since and now > one.since + one.seconds]
        return min(over, key=lambda one: one.since + one.seconds, default=None)

    def ask(self, asked: Asked, environ: dict[str, Any], body: bytes) -> bool:
        """Ask it; False when it has ended."""
        with self.lock:
            if self.ended:
                return False
            # Until it says that it begins: it may be kept from even that.
            asked.since, asked.seconds = time.monotonic(), self.seconds
            self.asked[asked.number] = asked
            self._send("ask", asked.number, environ, body)
            return True

    def gone(self, asked: Asked) -> None:
        """Nobody wants this answer any more."""
        with self.lock:
            if self.asked.pop(asked.number, None):
                self._send("gone", asked.number, {}, b"")

    def bury(self) -> list[Asked]:
        """It has ended: what it was at."""
        with self.lock:
            self.ended = True
            return list(self.asked.values())

    def end(self) -> None:
        """End it; it writes down first where each of its threads was."""
        if os.name == "posix" and self.process.pid:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGABRT)
            self.process.join(LAST_WORDS)
        self.process.kill()

    def close(self) -> None:
        """Let it tidy up, and end it."""
        self._send("close", 0, {}, b"")
        self.process.join(LAST_WORDS)
        self.process.kill()
        self.process.join()

    def _send(self, kind: str, number: int, environ: dict[str, Any], body: bytes) -> None:
        # When it has ended, whoever listens to it says so.
        with suppress(OSError):
            self.connection.send((kind, number, environ, body))

    def _heard(self, kind: str, number: int, more: tuple[Any, ...]) -> None:
        """Take in what a process says of a request, or of what it does in the background."""
        if kind == "busy":
            thread, seconds, what = more
            one = self.asked.setdefault(number, Asked(0)) if number == 0 else self.asked.get(number)
            if one:
                one.thread, one.what = thread, what or one.what
                if seconds is not None:
                    self.seconds = seconds
                    one.since, one.seconds = time.monotonic(), seconds
            return
        if kind == "idle":
            self.asked.pop(0, None)
            return
        one = self.asked.get(number)
        if one is None:
            return
        if kind in ("whole", "failed", "end"):
            self.asked.pop(number, None)
        # Whatever is told piece by piece has begun to be answered; how long it goes on is its own business.
        one.since = 0.0
        one.heard.put(("lost", (_ended(one, more[0]), True)) if kind == "failed" else (kind, more))


def tell(problem: Problem, frames: Iterable[Frame]) -> None:
    """Tell the terminal, with where it was, the innermost last, as Python does."""
    print(problem, *(f"  {frame.file}:{frame.line} in {frame.function}" for frame in reversed(tuple(frames)[:20])), sep="\n", file=sys.stderr)


def problem_of(one: Asked, death: Death) -> Problem:
    """What a request that was lost is answered with."""
    what = one.what or "this page"
    frame = death.at(one.thread)
    at = f"it was busy in {frame}" if frame else "where it was isn't known"
    if one.late:
        remedy = f"{at}; mend that, or allow more with `limits: {{seconds: …}}` in mailweave.yaml"
        return Problem(f"{what} took longer than {one.seconds:g} seconds, and was stopped", remedy, code="too-slow")
    return Problem(f"the process that built {what} crashed ({death.how})", f"{at}; the terminal may show more", code="crashed")


def _ended(one: Asked, said: str) -> Problem:
    return Problem(f"{one.what or 'this page'} ended with {said}", "the terminal shows where", code="crashed")


def guilty(asked: Iterable[Asked], death: Death) -> list[Asked]:
    """Whose fault a death is: who took too long; else who was at it; else, if nobody knows, what is done in the background, as that would be done
    again and again. Nobody's: each is asked for once more, alone."""
    asked = list(asked)
    late = [one for one in asked if one.late]
    culprits = [one for one in asked if death.culprit is not None and one.thread == death.culprit]
    return late or culprits or [one for one in asked if one.number == 0]
