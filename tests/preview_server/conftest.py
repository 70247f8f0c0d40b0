"""The storefront in a folder of its own, previewed: in a test client, or by a real server in a real browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from mailweave.testing import AT
from mailweave_preview.app import create_app
from mailweave_preview.previewer import EXTENSION, Options
from mailweave_preview.security import TOKEN_HEADER
from mailweave_preview.server import listening, serve_in_thread

from .bulk_runs import make_run

# Milliseconds for what takes a tenth of a second on a machine that isn't busy.
PATIENCE = 20_000
# What a browser says of answers and pictures that we refuse on purpose.
EXPECTED = re.compile(r"status of (409|422)|img-src 'none'")
STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"


@pytest.fixture
def shop(tmp_path):
    """A copy of the storefront, to be changed."""
    return shutil.copytree(STOREFRONT, tmp_path / "shop", ignore=shutil.ignore_patterns("tools", "build"))


def client_of(engine, root, **options):
    """A test client; its `previewer` and its `token` are attributes."""
    app = create_app(engine, root, Options(at=AT, **options))
    client = app.test_client()
    client.previewer = app.extensions[EXTENSION]
    client.token = {TOKEN_HEADER: client.previewer.guard.token}
    return client


@pytest.fixture(scope="session")
def client(mailweave_engine):
    """A client for tests that only look, all of them."""
    return client_of(mailweave_engine, STOREFRONT, read_only=True)


@pytest.fixture
def make_client(mailweave_engine, shop):
    """Make a client of a shop of one's own, or of another folder, for tests that change something."""

    def make(root=shop, engine=None, **options):
        return client_of(engine or mailweave_engine, root, **options)

    return make


@pytest.fixture
def own(make_client):
    """A client of a shop of one's own."""
    return make_client()


@pytest.fixture(scope="module")
def served(mailweave_engine, tmp_path_factory):
    """A server of a copy of the storefront and of a bulk run, for all tests of a module: whoever changes a file puts it back."""
    root = shutil.copytree(STOREFRONT, tmp_path_factory.mktemp("served") / "shop", ignore=shutil.ignore_patterns("tools", "build"))
    make_run(root.with_name("runs") / "sent")
    with listening(mailweave_engine, root, Options(at=AT, runs=(root.with_name("runs"),)), 0) as running:
        thread = serve_in_thread(running)
        yield running
        running.server.shutdown()
        thread.join(5)


@pytest.fixture
def page(browser, served):
    """A page of the browser; whatever a script of ours complains about fails the test."""
    pytest.importorskip("playwright.sync_api").expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=served.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" and not EXPECTED.search(message.text) else None)
    yield page
    context.close()
    assert page.complaints == []
