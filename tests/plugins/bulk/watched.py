"""A run that was watched in every way, and folders of runs that no worker has written."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from mailweave.readers import Part
from mailweave_plugins.bulk.counts import Counts
from mailweave_plugins.bulk.journal import Files, Journal
from mailweave_plugins.bulk.kept import write_kept
from mailweave_plugins.bulk.manifest import MANIFEST, Manifest, marker
from mailweave_plugins.bulk.sight.snapshots import Tally, write_snapshot

RUN = "0" * 32


@dataclass
class Hooked:
    """An HTTP server. `answers` are the statuses that it gives, the last one from then on; `got` has path, headers and JSON of each POST."""

    answers: list = field(default_factory=lambda: [204])
    got: list = field(default_factory=list)
    port: int = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @contextmanager
    def up(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                outer.got.append((self.path, self.headers, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0])
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def manifest(rows=(3, 3), *, target="smtp://mail.example", campaign="hello"):
    """A manifest of parts with so many rows."""
    parts, row = [], 0
    for count in rows:
        parts.append(Part(start=row, stop=row + count, line=row + 1, row=row, rows=count))
        row += count
    settings = {"campaign": campaign, "at": "2026-11-23T10:00:00+00:00", "workspace": "/w", "base": "/w", "reader": "ndjson", "profiles": "p.ndjson", "path": "/p.ndjson"}
    return Manifest(run=RUN, **settings, mapped=(), limit=None, deliverer="smtp", target=target, inputs={}, parts=tuple(parts))


def entries(first, outcomes):
    """Lines of the ledger from a row on, one for each outcome."""
    details = {"refused": "550 5.1.1 <x@y.example>: nobody", "deferred": "450 not now"}
    for row, outcome in enumerate(outcomes, first):
        yield {"row": row, "id": f"p{row}", "email": f"u{row}@test.example", "outcome": outcome, "detail": details.get(outcome, "")}


def mark_done(folder: Path, index: int, lines, *, snapshot=True):
    """Have a part be done."""
    counts, tally = Counts(), Tally()
    for line in lines:
        counts.add(line)
        tally.add(line)
    write_kept(marker(folder, index), {"run": RUN, "part": index, "counts": counts.json(), "files": {}})
    if snapshot:
        write_snapshot(folder, RUN, index, tally)


def journal(folder: Path, index: int, lines):
    """Have a part be begun."""
    for path in (Files(folder, index).main, Files(folder, index).copy):
        path.parent.mkdir(parents=True, exist_ok=True)
    with Journal.opened(Files(folder, index), RUN, lambda _: ()) as opened:
        for line in lines:
            opened.result(line)


def make_run(folder: Path, **options) -> Manifest:
    """A run's folder with nothing done."""
    folder.mkdir(parents=True)
    found = manifest(**options)
    found.write(folder / MANIFEST)
    return found


def table(text: str, heading: str) -> set[str]:
    """The names in the first column of the tables behind a heading of a page of docs/, up to the next heading of that level."""
    level = re.match("#+", heading)[0]
    section = re.split(rf"\n#{{1,{len(level)}}} ", text.split(f"\n{heading}\n", 1)[1])[0]
    cells = [line.split("|")[1] for line in section.split("\n") if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
