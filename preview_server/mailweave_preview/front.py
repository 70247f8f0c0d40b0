"""What listens: it passes requests to the process that builds pages, ends that process when one takes too long, and says so on the page.

The pages are built in one process of their own (`worker.py`), with a thread for each request, as a plain server would. When it hangs or crashes,
another takes its place: whoever was at fault gets a page that says so, and all others that only look are answered by the new one.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from mailweave.errors import MailweaveError, Problem
from mailweave_preview.deaths import Death, Frame, read_death
from mailweave_preview.given import CUT_SHORT, FAILURE
from mailweave_preview.previewer import Options
from mailweave_preview.worker import Beginning, work

# Seconds: to start, between looks at the clock, and to write down where each thread was.
_START: Final = 60.0
_TICK: Final = 0.1
_LAST_WORDS: Final = 3.0
# Bytes of a request's body that are read; the app refuses fewer, and says how many it takes.
_LARGEST: Final = 4 * 1024 * 1024 + 1
_SAFE: Final = ("GET", "HEAD")

StartResponse = Callable[..., Any]


@dataclass
class _Asked:
    """A request, or (number 0) what is done in the background: the thread that is at it, since when, with what, and how long it may take."""

    number: int
    what: str = ""
    thread: int | None = None
    since: float = 0.0
    seconds: float = 0.0
    late: bool = False
    heard: SimpleQueue[tuple[str, tuple[Any, ...]]] = field(default_factory=SimpleQueue)


@dataclass
class _Process:
    """A process that builds pages, with what it is at."""

    process: SpawnProcess
    connection: Connection
    log: Path
    name: str = ""
    ended: bool = False
    asked: dict[int, _Asked] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, asked: _Asked, environ: dict[str, Any], body: bytes) -> bool:
        """Ask it; False when it has ended."""
        with self.lock:
            if self.ended:
                return False
            self.asked[asked.number] = asked
            self._send("ask", asked.number, environ, body)
            return True

    def gone(self, asked: _Asked) -> None:
        """Nobody wants this answer any more."""
        with self.lock:
            if self.asked.pop(asked.number, None):
                self._send("gone", asked.number, {}, b"")

    def bury(self) -> list[_Asked]:
        """It has ended: what it was at."""
        with self.lock:
            self.ended = True
            return list(self.asked.values())

    def end(self) -> None:
        """End it; it writes down first where each of its threads was."""
        if os.name == "posix" and self.process.pid:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGABRT)
            self.process.join(_LAST_WORDS)
        self.process.kill()

    def _send(self, kind: str, number: int, environ: dict[str, Any], body: bytes) -> None:
        # When it has ended, whoever listens to it says so.
        with suppress(OSError):
            self.connection.send((kind, number, environ, body))


class Front:
    """A WSGI app that has its answers from a process of its own. `token` is the guard's: pages that are open stay valid when the process changes.

    Raises:
        MailweaveError: the process can't be started.
    """

    def __init__(self, root: Path, options: Options, token: str) -> None:
        self._beginning = (root, options, token)
        self._numbers = itertools.count(1)
        self._generations = itertools.count()
        self._folder = tempfile.TemporaryDirectory(prefix="mailweave-preview-")
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self._closed = False
        self._audited: tuple[Problem, ...] = ()
        self._process: _Process | None = self._started()
        threading.Thread(target=self._watch, name="mailweave-clock", daemon=True).start()

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self._process.name if self._process else self._beginning[0].name

    def close(self) -> None:
        """End the process. Requests that are still open get no answer."""
        self._closed = True
        process = self._process
        if process:
            # It tidies up when nobody speaks to it any more; what it is busy with must not keep us.
            with suppress(OSError):
                process.connection.send(("close", 0, {}, b""))
            process.process.join(_LAST_WORDS)
            process.process.kill()
            process.process.join()
        self._folder.cleanup()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        asked = {key: value for key, value in environ.items() if isinstance(value, str)}
        try:
            body = _body(environ, asked)
        except OSError:
            return self._failed(asked, CUT_SHORT, start_response)
        for attempt in (1, 2):
            heard = self._ask(asked, body, alone=attempt > 1)
            if isinstance(heard, _Answer):
                return heard.given(start_response)
            if heard.problem or attempt > 1 or asked["REQUEST_METHOD"] not in _SAFE:
                return self._failed(asked, heard.problem or _unknown(asked), start_response)
        raise AssertionError("a second attempt gives an answer")

    def _failed(self, asked: dict[str, str], problem: Problem, start_response: StartResponse) -> Iterable[bytes]:
        """The page that says what failed; the process makes it, as every other."""
        heard = self._ask({**asked, FAILURE: problem}, b"", alone=False)
        if isinstance(heard, _Answer):
            return heard.given(start_response)
        text = f"{problem.what}.\n{problem.remedy}\n".encode()
        start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))])
        return [text]

    def _ask(self, environ: dict[str, Any], body: bytes, *, alone: bool) -> _Answer | _Lost:
        """What the process answers. `alone`: no other that was lost is asked for at the same time, so that it is known who is at fault."""
        if alone:
            with self._alone:
                return self._ask(environ, body, alone=False)
        asked = _Asked(next(self._numbers))
        process = self._running()
        while process and not process.ask(asked, environ, body):
            process = self._running()
        if process is None:
            return _Lost(Problem("the previewer can't build pages", "its terminal shows why; it tries again at the next request", code="no-process"))
        kind, more = asked.heard.get()
        if kind == "lost":
            return _Lost(*more)
        return _Answer(process, asked, kind, more)

    def _running(self) -> _Process | None:
        with self._lock:
            if (self._process is None or self._process.ended) and not self._closed:
                try:
                    self._process = self._started()
                except MailweaveError as error:
                    print(error, file=sys.stderr)
                    self._process = None
            return self._process

    def _started(self) -> _Process:
        generation = next(self._generations)
        log = Path(self._folder.name) / f"{generation}.log"
        log.touch()
        # Not fork: there are threads.
        context = multiprocessing.get_context("spawn")
        ours, its = context.Pipe()
        begun = context.Process(target=work, args=(its, Beginning(*self._beginning, generation, log, self._audited)), name="mailweave-pages")
        begun.start()
        its.close()
        process = _Process(begun, ours, log)
        try:
            if not ours.poll(_START):
                raise EOFError
            _, _, (process.name,) = ours.recv()
        except (EOFError, OSError) as error:
            begun.kill()
            begun.join()
            remedy = "what stands above says why"
            raise MailweaveError(Problem("the process that builds pages doesn't start", remedy, code="no-process")) from error
        threading.Thread(target=self._listen, args=(process,), name="mailweave-pages", daemon=True).start()
        return process

    def _listen(self, process: _Process) -> None:
        """Pass on what a process says until it ends; then another begins."""
        with suppress(EOFError, OSError):
            while True:
                kind, number, more = process.connection.recv()
                _note(process, kind, number, more)
        process.process.join(_LAST_WORDS)
        if not self._closed:
            self._mourn(process)

    def _mourn(self, process: _Process) -> None:
        death = read_death(process.process.exitcode, process.log.read_text(errors="replace"))
        with self._lock:
            asked = process.bury()
            guilty = [one for one in asked if one.late] or [one for one in asked if death.culprit and one.thread == death.culprit]
            # Who asked for the same waits for the same.
            found = {one.what: _problem(one, death) for one in guilty}
            problems = {one.number: found[one.what] for one in asked if one in guilty or (one.what and one.what in found)}
            self._audited = (problems[0],) if 0 in problems else ()
        for one in guilty:
            _print(found[one.what], death.threads.get(one.thread or 0, ()))
        self._running()
        for one in asked:
            one.heard.put(("lost", (problems.get(one.number),)))

    def _watch(self) -> None:
        """Look at the clock: what takes longer than it may ends the process."""
        while not self._closed:
            time.sleep(_TICK)
            process, now = self._process, time.monotonic()
            late = [one for one in list(process.asked.values()) if one.since and now > one.since + one.seconds] if process else []
            if process and late:
                min(late, key=lambda one: one.since + one.seconds).late = True
                process.end()
                while not process.ended and not self._closed:
                    time.sleep(_TICK)


@dataclass(frozen=True)
class _Lost:
    """No answer: the process ended. `problem` says how, when it was this request's fault."""

    problem: Problem | None


@dataclass(frozen=True)
class _Answer:
    """What a process answers: all at once, or as it comes."""

    process: _Process
    asked: _Asked
    kind: str
    more: tuple[Any, ...]

    def given(self, start_response: StartResponse) -> Iterable[bytes]:
        """The answer as a server wants it."""
        status, headers, *body = self.more
        start_response(status, headers)
        return body if self.kind == "whole" else self._coming()

    def _coming(self) -> Iterator[bytes]:
        try:
            while True:
                kind, more = self.asked.heard.get()
                if kind != "more":
                    return
                yield more[0]
        finally:
            self.process.gone(self.asked)


def _note(process: _Process, kind: str, number: int, more: tuple[Any, ...]) -> None:
    """Take in what a process says of a request, or of what it does in the background."""
    if kind == "busy":
        thread, seconds, what = more
        one = process.asked.setdefault(number, _Asked(0)) if number == 0 else process.asked.get(number)
        if one:
            one.thread, one.what = thread, what or one.what
            if seconds is not None:
                one.since, one.seconds = time.monotonic(), seconds
        return
    if kind == "idle":
        process.asked.pop(0, None)
        return
    one = process.asked.get(number)
    if one is None:
        return
    if kind in ("whole", "failed", "end"):
        del process.asked[number]
    # Whatever is told piece by piece has begun to be answered; how long it goes on is its own business.
    one.since = 0.0
    one.heard.put(("lost", (_ended(one, more[0]),)) if kind == "failed" else (kind, more))


def _print(problem: Problem, frames: tuple[Frame, ...]) -> None:
    """Tell the terminal, with where it was, the innermost last, as Python does."""
    print(problem, *(f"  {frame.file}:{frame.line} in {frame.function}" for frame in reversed(frames[:20])), sep="\n", file=sys.stderr)


def _problem(one: _Asked, death: Death) -> Problem:
    what = one.what or "this page"
    frame = death.at(one.thread)
    at = f"it was busy in {frame}" if frame else "it was busy outside of Python"
    if one.late:
        remedy = f"{at}; mend that, or allow more with `limits: {{seconds: …}}` in mailweave.yaml"
        return Problem(f"{what} took longer than {one.seconds:g} seconds, and was stopped", remedy, code="too-slow")
    return Problem(f"the process that built {what} crashed ({death.how})", f"{at}; the terminal may show more", code="crashed")


def _ended(one: _Asked, said: str) -> Problem:
    return Problem(f"{one.what or 'this page'} ended with {said}", "the terminal shows where", code="crashed")


def _unknown(asked: dict[str, str]) -> Problem:
    if asked["REQUEST_METHOD"] not in _SAFE:
        what = "the process that builds pages ended while this was being done"
        return Problem(what, "look whether it was done, and try again", code="crashed")
    remedy = "try again; if it goes on, look whether the machine has memory left"
    return Problem("the process that builds pages ended twice while it built this page", remedy, code="crashed")


def _body(environ: dict[str, Any], asked: dict[str, str]) -> bytes:
    """A request's body, as far as any may be long; its length is in `asked` then. One that is longer isn't read: the app refuses it by its length.

    Raises:
        OSError: it is cut short, or isn't what HTTP calls chunks.
    """
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body: bytes = stream.read(_LARGEST)
        asked["CONTENT_LENGTH"] = str(len(body))
        asked.pop("HTTP_TRANSFER_ENCODING", None)
        return body
    length = environ.get("CONTENT_LENGTH") or "0"
    return stream.read(int(length)) if length.isascii() and length.isdigit() and len(length) < 9 and int(length) < _LARGEST else b""
