"""What listens: it passes requests to the process that builds pages, ends that process when one takes too long, and says so on the page.

The pages are built in one process of their own (`worker.py`), with a thread for each request, as a plain server would. When it hangs or crashes,
another takes its place: whoever was at fault gets a page that says so, and all others that only look are answered by the new one.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailweave.errors import MailweaveError, Problem
from mailweave_preview.deaths import Death
from mailweave_preview.given import CUT_SHORT, FAILURE
from mailweave_preview.previewer import Options
from mailweave_preview.process import LAST_WORDS, Asked, Pages, guilty, problem_of, tell
from mailweave_preview.worker import Beginning

# Seconds between looks at the clock.
_TICK: Final = 0.1
# Bytes of a request's body that are read; the app refuses fewer, and says how many it takes.
_LARGEST: Final = 4 * 1024 * 1024 + 1
_SAFE: Final = ("GET", "HEAD")

_UNDONE: Final = Problem("the process that builds pages ended while this was being done", "look whether it was done, and try again", code="crashed")
_NO_PROCESS: Final = Problem("the previewer can't build pages", "its terminal shows why; it tries again at the next request", code="no-process")

StartResponse = Callable[..., Any]


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
        self._pages: Pages | None = self._started()
        threading.Thread(target=self._watch, name="mailweave-clock", daemon=True).start()

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self._pages.name if self._pages else self._beginning[0].name

    def close(self) -> None:
        """End the process. Requests that are still open get no answer."""
        self._closed = True
        if self._pages:
            self._pages.close()
        # It reads what the process wrote there at its end.
        self._follower.join(LAST_WORDS)
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
            safe = asked["REQUEST_METHOD"] in _SAFE
            if heard.guilty or attempt > 1 or not safe:
                return self._failed(asked, heard.problem if heard.guilty or safe else _UNDONE, start_response)
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
        asked = Asked(next(self._numbers))
        pages = self._running()
        while pages and not pages.ask(asked, environ, body):
            pages = self._running()
        if pages is None:
            return _Lost(_NO_PROCESS, guilty=True)
        kind, more = asked.heard.get()
        if kind == "lost":
            return _Lost(*more)
        return _Answer(pages, asked, kind, more)

    def _running(self) -> Pages | None:
        with self._lock:
            if (self._pages is None or self._pages.ended) and not self._closed:
                try:
                    self._pages = self._started()
                except MailweaveError as error:
                    print(error, file=sys.stderr)
                    self._pages = None
            return self._pages

    def _started(self) -> Pages:
        generation = next(self._generations)
        log = Path(self._folder.name) / f"{generation}.log"
        log.touch()
        pages = Pages.start(Beginning(*self._beginning, generation, log, self._audited))
        self._follower = threading.Thread(target=self._follow, args=(pages,), name="mailweave-pages", daemon=True)
        self._follower.start()
        return pages

    def _follow(self, pages: Pages) -> None:
        """Listen to a process until it ends; then another begins."""
        death = pages.listen()
        if not self._closed:
            self._mourn(pages, death)

    def _mourn(self, pages: Pages, death: Death) -> None:
        with self._lock:
            asked = pages.bury()
            blamed = guilty(asked, death)
            self._audited = tuple(problem_of(one, death) for one in blamed if one.number == 0)
        for one in blamed:
            tell(problem_of(one, death), death.threads.get(one.thread or 0, ()))
        self._running()
        found = {one.what: one for one in blamed if one.what}
        for one in asked:
            # Who asked for the same as the one at fault waits for the same.
            same = one if one in blamed else found.get(one.what)
            one.heard.put(("lost", (problem_of(same or one, death), same is not None)))

    def _watch(self) -> None:
        """Look at the clock: what takes longer than it may ends the process."""
        while not self._closed:
            time.sleep(_TICK)
            pages = self._pages
            late = pages.late() if pages else None
            if pages and late:
                late.late = True
                pages.end()
                while not pages.ended and not self._closed:
                    time.sleep(_TICK)


@dataclass(frozen=True)
class _Lost:
    """No answer: the process ended. `problem` says how; `guilty`: this request made it."""

    problem: Problem
    guilty: bool


@dataclass(frozen=True)
class _Answer:
    """What a process answers: all at once, or as it comes."""

    pages: Pages
    asked: Asked
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
            self.pages.gone(self.asked)


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
