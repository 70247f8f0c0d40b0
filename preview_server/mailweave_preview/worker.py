"""The process that builds the previewer's pages. Whoever started it can end it at any time: everything that must last is with the parent."""

from __future__ import annotations

import faulthandler
import io
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mailweave.engine import Engine
from mailweave.errors import Problem
from mailweave.limits import Limits
from mailweave_preview.app import create_app
from mailweave_preview.busy import telling
from mailweave_preview.previewer import EXTENSION, Options, Previewer
from mailweave_preview.watch import start


@dataclass(frozen=True)
class Beginning:
    """What a new process is told. `generation` counts the processes, so that no version and no id comes twice; `audited` is what ended the
    last one while it looked the workspace over: it isn't looked over again until a file changes. `log` takes what faulthandler says."""

    root: Path
    options: Options
    token: str
    generation: int
    log: Path
    audited: tuple[Problem, ...] = ()


def work(connection: Connection, beginning: Beginning) -> None:
    """Answer what comes over the connection until it ends."""
    _prepare(beginning.log)
    app = create_app(Engine(), beginning.root, beginning.options, token=beginning.token, generation=beginning.generation)
    previewer: Previewer = app.extensions[EXTENSION]
    if beginning.audited:
        previewer.audits.problems, previewer.audits.version = beginning.audited, previewer.live.version
    worker = _Worker(connection, app, previewer)
    previewer.audits.tell = worker.audit
    start(previewer.live)
    workspace = previewer.live.workspace
    worker.send("ready", 0, workspace.config.name if workspace else previewer.live.root.name)
    try:
        worker.listen()
    except (EOFError, OSError):
        # The parent was ended, too quickly to tidy up.
        shutil.rmtree(beginning.log.parent, ignore_errors=True)


def _prepare(log: Path) -> None:
    """A process of our own: what ends it is written down, Ctrl-C is its parent's business."""
    # What is left behind by a process that is ended goes with its parent's folder.
    tempfile.tempdir = str(log.parent)
    faulthandler.enable(log.open("wb", buffering=0), all_threads=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ImportError, ValueError, OSError):
        import resource

        # An end that we asked for leaves no core dump.
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@dataclass
class _Worker:
    connection: Connection
    app: Any
    previewer: Previewer
    gone: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def listen(self) -> None:
        """Take in what the parent says, until it has nothing more to say."""
        while True:
            kind, number, environ, body = self.connection.recv()
            if kind == "ask":
                threading.Thread(target=self.answer, args=(number, environ, body), daemon=True).start()
            elif kind == "gone":
                self.gone.add(number)
            else:
                return

    def send(self, kind: str, number: int, *more: Any) -> None:
        with self._lock, suppress(OSError):
            self.connection.send((kind, number, more))

    @property
    def seconds(self) -> float:
        workspace = self.previewer.live.workspace
        return (workspace.config.limits if workspace else Limits()).seconds

    def audit(self, what: str) -> None:
        """What is looked over now in the background; nothing when that is done. 0 is the number of no request."""
        self.send("busy" if what else "idle", 0, threading.get_ident(), self.seconds, what)

    def answer(self, number: int, environ: dict[str, Any], body: bytes) -> None:
        """Answer a request, and say when it begins and with what it is busy."""
        ident = threading.get_ident()
        self.send("busy", number, ident, self.seconds, "")
        environ |= {
            "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        with telling(lambda what: self.send("busy", number, ident, None, what)):
            try:
                self._answered(number, environ)
            except BaseException as error:  # a plugin may call sys.exit
                traceback.print_exception(error, file=sys.stderr)
                self.send("failed", number, f"{type(error).__name__}: {error}")

    def _answered(self, number: int, environ: dict[str, Any]) -> None:
        begun: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self.app(environ, lambda status, headers, *_: begun.append((status, list(headers))))
        try:
            self._send_all(number, *begun[0], chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()

    def _send_all(self, number: int, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
        if any(name.lower() == "content-length" for name, _ in headers):
            self.send("whole", number, status, headers, b"".join(chunks))
            return
        self.send("head", number, status, headers)
        for chunk in chunks:
            if number in self.gone:
                break
            self.send("more", number, chunk)
        self.gone.discard(number)
        self.send("end", number)
