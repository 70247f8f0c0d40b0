"""Serve the previewer: one thread a request, one that watches the files, and an end that leaves nothing running."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave_preview.app import create_app
from mailweave_preview.front import Front
from mailweave_preview.previewer import EXTENSION, Options, Previewer
from mailweave_preview.security import new_token
from mailweave_preview.watch import start

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    """Keeps connections open and says nothing: the pages themselves tell what fails."""

    protocol_version = "HTTP/1.1"
    # What can't be read as HTTP never comes to the app.
    error_message_format = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%(message)s</title></head><body><h1>This request can\'t be read</h1>'
        '<p>%(message)s (%(code)d). Copy the address again, or begin at <a href="/campaigns/">the campaigns</a>.</p></body></html>\n'
    )

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Running:
    """A server that listens. `name` is the workspace's, `url` where it is."""

    server: BaseWSGIServer
    url: str
    name: str


@dataclass(frozen=True)
class Here(Running):
    """A server whose pages are built in this process."""

    previewer: Previewer


@contextmanager
def listening(engine: Engine, root: Path, options: Options, port: int) -> Iterator[Here]:
    """A server of the workspace in `root` that listens and whose files are watched; `port` 0 takes any that is free. Pages are built in this
    process, and nothing ends what takes too long.

    Raises:
        MailweaveError: the port is taken, or the host isn't this machine's.
    """
    with _bound(options.host, port) as bound:
        app = create_app(engine, root, options)
        previewer: Previewer = app.extensions[EXTENSION]
        workspace = previewer.live.workspace
        stop = start(previewer.live)
        server = _server(options.host, bound, app)
        try:
            yield Here(server, _url(options.host, bound), workspace.config.name if workspace else previewer.live.root.name, previewer)
        finally:
            stop.set()
            server.server_close()


@contextmanager
def fronted(root: Path, options: Options, port: int) -> Iterator[Running]:
    """The same with every installed plugin, and pages built in a process of their own: one that takes longer than `limits.seconds`, or crashes, is
    ended, and its page says so.

    Raises:
        MailweaveError: the port is taken, the host isn't this machine's, or the process doesn't start.
    """
    with _bound(options.host, port) as bound:
        front = Front(root, options, new_token())
        server = _server(options.host, bound, front)
        try:
            yield Running(server, _url(options.host, bound), front.name)
        finally:
            front.close()
            server.server_close()


def _server(host: str, bound: socket.socket, app: WSGIApplication) -> BaseWSGIServer:
    server = make_server(host, bound.getsockname()[1], app, threaded=True, request_handler=_Quiet, fd=bound.fileno())
    server.daemon_threads = True  # type: ignore[attr-defined]
    return server


def serve(running: Running) -> None:
    """Answer requests until somebody presses Ctrl-C or the server is shut down."""
    with suppress(KeyboardInterrupt):
        running.server.serve_forever()


def serve_in_thread(running: Running) -> threading.Thread:
    """Answer requests in a thread until `running.server.shutdown()`."""
    thread = threading.Thread(target=running.server.serve_forever, name="mailweave-serve", daemon=True)
    thread.start()
    return thread


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise MailweaveError(Problem(f"'{host}' is no address of this machine", "use 127.0.0.1", code="bad-host")) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        what = f"can't listen at {host}:{port}: {(error.strerror or str(error)).lower()}"
        raise MailweaveError(Problem(what, f"choose another port, like `--port {port + 1 if port < 65535 else 0}`", code="port")) from error
    return bound


def _url(host: str, bound: socket.socket) -> str:
    port = bound.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/"
