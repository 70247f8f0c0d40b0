"""The report in a real browser: looked through, approved and rejected by mouse and by keyboard, and closed to everybody else."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from shutil import copytree

import pytest
from werkzeug.serving import make_server

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files
from mailweave.whole import write_whole
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.report_server import report_app

SETTINGS = MINIMAL["mailweave.yaml"].rstrip() + "\n        viewports: {phone: 375, desktop: 700}\n        shots: {at: 2026-11-23T10:00:00Z, schemes: [light]}\n"
FILES = {
    **MINIMAL,
    "mailweave.yaml": SETTINGS,
    "campaigns/hello.yaml": """
        subject: Hello
        slots:
          top: {block: note, parameters: {text: Welcome}}
          bye: {block: note, variant: other}
        """,
    "campaigns/bye.yaml": """
        subject: Bye
        slots:
          bye: {block: note, variant: other}
        """,
}


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory, mailweave_engine, chromium):
    """A workspace with two blocks changed since its pictures were approved, and with a new message."""
    tmp_path = tmp_path_factory.mktemp("report") / "shop"
    write_files(tmp_path, FILES)
    assert shots(tmp_path, mailweave_engine) == 1
    assert run(["approve", "--all", "-w", str(tmp_path)], mailweave_engine) == 0
    for name, more in (("default", "<br />and more"), ("other", "!")):
        path = tmp_path / f"content_blocks/note/{name}.mjml"
        path.write_text(path.read_text().replace("!</mj-text>", f"!{more}</mj-text>"))
    write_files(tmp_path, {"campaigns/again.yaml": "subject: <img src=x onerror=alert(1)>\nslots: {note: {block: note}}"})
    assert shots(tmp_path, mailweave_engine) == 1
    return tmp_path


@pytest.fixture
def shop(tmp_path, looked_at):
    """A copy of it for each test."""
    copytree(looked_at, tmp_path / "shop")
    return tmp_path / "shop"


def shots(folder, engine):
    return run(["shots", "-w", str(folder)], engine)


@contextmanager
def served(shop):
    app = report_app(shop / "build/shots", lambda: Baselines(shop / "baselines"), ("*",))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(browser):
    """A page whose errors fail the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    # The browser says on its console when an answer was no success; that is one test's subject.
    assert [error for error in errors if "409 (CONFLICT)" not in error] == []


def text(page, selector):
    return [part.strip() for part in page.locator(selector).all_inner_texts()]


def statuses(shop):
    return {one["title"] + "/" + one["viewport"]: (one["status"], one["decision"]) for one in json.loads((shop / "build/shots/results.json").read_text())["results"]}


def test_one_changed_block_is_one_decision(shop, page, mailweave_engine):
    assert run(["report", "-w", str(shop)], mailweave_engine) == 0
    page.goto((shop / "build/shots/index.html").as_uri())
    assert text(page, ".group h2") == ["note/default, note/other", "note/other", "again/ann"]
    assert text(page, ".chips button")[0].split() == ["To", "review", "6"]
    page.keyboard.press("n")
    assert "top (note/default) is" in page.locator(".said").inner_text()
    assert text(page, "figcaption")[0].startswith("Approved · 375")
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.locator("#command").inner_text().startswith("mailweave approve @")
    assert page.locator(".mark").count() > 0


@pytest.mark.parametrize("size", [(1280, 860), (390, 844)], ids=["desktop", "phone"])
def test_every_view_works_at_every_size(shop, page, mailweave_engine, size):
    assert run(["report", "-w", str(shop)], mailweave_engine) == 0
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto((shop / "build/shots/index.html").as_uri())
    page.keyboard.press("n")
    for key, selector in (("1", ".sides figure"), ("2", ".swiping .handle"), ("3", ".slider input"), ("4", "#swap"), ("5", "figcaption")):
        page.keyboard.press(key)
        assert page.locator(selector).first.is_visible(), key
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), key
    page.keyboard.press("2")
    page.locator(".layers").scroll_into_view_if_needed()
    box = page.locator(".layers").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 10)
    page.mouse.up()
    assert page.locator(".slider input").input_value() == "25"
    page.keyboard.press("+")
    assert "zoom=0.5" in page.url
    page.keyboard.press("j")
    assert "picture=hello%2Fann%2Fdesktop-light" in page.url
    page.keyboard.press("k")
    page.reload()
    assert "hello/ann" in page.locator(".head h2").inner_text()
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("again")
    assert text(page, ".group h2") == ["again/ann"]


def test_approves_and_rejects_by_keyboard_and_mouse(shop, page, mailweave_engine):
    before = (shop / "baselines/campaigns/hello/ann/phone-light.png").read_bytes()
    with served(shop) as address:
        page.goto(address)
        page.keyboard.press("n")
        page.keyboard.press("a")
        page.wait_for_selector("[data-decision=approved]")
        assert (shop / "baselines/campaigns/hello/ann/phone-light.png").read_bytes() != before
        assert statuses(shop)["hello/ann/phone"] == ("different", "approved")
        assert statuses(shop)["hello/ann/desktop"] == ("different", None)
        page.keyboard.press("r")
        page.wait_for_selector("[data-decision=rejected], .group:nth-child(2)[data-open=true]")
        page.wait_for_selector(".chips button:first-child b:text-is('4')")
        page.locator("#approve-all").click()
        page.wait_for_selector(".chips button:first-child b:text-is('2')")
        page.wait_for_selector(".group:nth-child(3)[data-open=true]")
        page.keyboard.press("Shift+A")
        page.wait_for_selector("main .empty")
    assert statuses(shop)["hello/ann/desktop"] == ("different", "rejected")
    assert shots(shop, mailweave_engine) == 1
    left = {name: status for name, (status, _) in statuses(shop).items() if status != "same"}
    assert left == {"hello/ann/desktop": "different"}


def test_what_cannot_be_written_is_shown(shop, page):
    with served(shop) as address:
        page.goto(address)
        page.keyboard.press("n")
        after = next((shop / "build/shots/after").rglob("phone-light.png"))
        for path in (shop / "build/shots/after").rglob("*.png"):
            # At once, for the browser may just be reading it.
            write_whole(path, b"changed")
        page.keyboard.press("a")
        page.wait_for_selector("#notes:not([hidden])")
        assert "this isn't the picture that the last run took" in page.locator("#notes").inner_text()
        assert after.exists()
    assert {decision for _, decision in statuses(shop).values()} == {None}


@pytest.fixture
def client(shop):
    app = report_app(shop / "build/shots", lambda: Baselines(shop / "baselines"), ("*",))
    return app.test_client()


def token(client):
    return json.loads(client.get("/").text.split('id="data">')[1].split("</script>")[0])["token"]


def test_only_this_page_may_decide(client):
    body = {"ids": ["hello/ann/phone-light"], "decision": "rejected"}
    good = {"X-Mailweave-Token": token(client)}
    assert client.post("/decide", json=body).status_code == 403
    assert client.post("/decide", json=body, headers={"X-Mailweave-Token": "x"}).status_code == 403
    assert client.post("/decide", json=body, headers={**good, "Origin": "https://elsewhere.example"}).status_code == 403
    assert client.post("/decide", json=body, headers={**good, "Host": "elsewhere.example"}).status_code == 421
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 421
    assert client.post("/decide", json=body, headers={**good, "Origin": "http://localhost"}).json == {"done": 1}


@pytest.mark.parametrize("body", [None, [], {"ids": "x", "decision": "approved"}, {"ids": [1], "decision": "approved"}, {"ids": [], "decision": "deleted"}])
def test_a_wrong_request_is_refused(client, body):
    assert client.post("/decide", json=body, headers={"X-Mailweave-Token": token(client)}).status_code == 400


@pytest.mark.parametrize("path", ["before/../results.json", "after/%2e%2e/%2e%2e/mailweave.yaml", "results.json", "base/manifest.json", "after//etc/passwd"])
def test_only_pictures_of_the_run_are_served(client, path):
    assert client.get(f"/{path}").status_code in (308, 404)


def test_names_from_files_are_text(shop, page, mailweave_engine):
    write_files(shop, {"campaigns/again.yaml": "subject: x\nslots: {note: {block: note, parameters: {text: \"</script><script>alert(1)</script>\"}}}"})
    shots(shop, mailweave_engine)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    assert run(["report", "-w", str(shop)], mailweave_engine) == 0
    page.goto((shop / "build/shots/index.html").as_uri())
    page.keyboard.press("n")
    assert page.locator(".facts").is_visible()
