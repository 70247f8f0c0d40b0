"""The previewer's flask app: an engine and a workspace in, a WSGI application out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask, redirect

from mailweave.engine import Engine
from mailweave_preview import answers
from mailweave_preview.given import check_address, fail
from mailweave_preview.live import GENERATION, Live
from mailweave_preview.pages import assets, events, messages, nearest, overview, profiles, sending, static, workbench
from mailweave_preview.previewer import EXTENSION, Options, Previewer

# What every page leans on; the pages of the navigation come from the hook `register_pages`, ours too.
_PARTS: Final = (workbench, nearest, messages, profiles, assets, events, sending, overview, static)


def create_app(
    engine: Engine, root: Path, options: Options | None = None, *, base: Path | None = None, token: str | None = None, generation: int = 0
) -> Flask:
    """The previewer of the workspace in `root`; `base` is the folder that messages name files from (default: the workspace's).

    `token` and `generation` are for a process that takes another's place: pages that are open stay valid, and no version or id comes twice.
    A workspace with a broken mailweave.yaml is served, too: as a page that says what is wrong with it and goes away when it is mended.
    """
    previewer = Previewer(Live(engine, root, base, generation * GENERATION), options or Options(), *([token] if token else []))
    app = Flask("mailweave_preview", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = previewer
    previewer.guard.install(app)
    app.before_request(fail)
    app.before_request(check_address)
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    for page in previewer.pages:
        app.register_blueprint(page.blueprint(), url_prefix=f"/{page.name}")
    app.add_url_rule("/", "home", lambda: redirect("/campaigns/"))
    answers.install(app, lambda title, problems: previewer.page("error.html", title=title, problems=problems))
    return app
